package dev.dafl.cli;

import dev.dafl.host.ThisProgram;
import dev.dafl.libtorch.Libtorch;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;

/** Starts the {@code dafl} command. */
public final class Main {

    /** How this program is started again. */
    static final ThisProgram PROGRAM = new ThisProgram(Main.class);

    private Main() {}

    public static void main(String[] arguments) {
        if (List.of(arguments).contains("--debug")) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "debug");
        }
        Libtorch.endWithoutDestructors();
        int code = execute(arguments);
        System.exit(Failures.ofOutput(System.out, System.err, code));
    }

    /** Errors too are told in a sentence: picocli tells of exceptions alone. */
    private static int execute(String... arguments) {
        try {
            return commandLine().execute(arguments);
        } catch (Error e) {
            System.err.println(Failures.PREFIX + Failures.message(e));
            return Failures.FAILED;
        }
    }

    static CommandLine commandLine() {
        DaflCommand command = new DaflCommand();
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Path.class, new PathConverter())
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(Failures::badArguments)
                .setExecutionExceptionHandler((e, line, _) -> Failures.report(e, line, command.debug()));
    }
}

package dev.dafl.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;

/** Starts the {@code dafl} command. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        if (List.of(arguments).contains("--debug")) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "debug");
        }
        int code = commandLine().execute(arguments);
        Interruption.exit(Failures.ofOutput(System.out, System.err, code));
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

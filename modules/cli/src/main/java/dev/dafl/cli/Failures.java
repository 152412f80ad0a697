package dev.dafl.cli;

import dev.dafl.engine.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** One clear message on standard error and an exit code: 2 for what the user wrote, 1 for everything else. */
final class Failures {

    /** What a message of this program begins with. */
    static final String PREFIX = "dafl: ";

    static final int FAILED = 1;
    static final int BAD_INPUT = 2;

    private Failures() {}

    static int badArguments(ParameterException e, String[] arguments) {
        CommandLine line = e.getCommandLine();
        line.getErr().println(PREFIX + e.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(e, line.getErr())) {
            line.getErr().println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
        }
        return BAD_INPUT;
    }

    static int report(Exception e, CommandLine line, boolean debug) {
        if (debug) {
            e.printStackTrace(line.getErr());
        }
        line.getErr().println(PREFIX + message(e));
        return e instanceof ConfigException ? BAD_INPUT : FAILED;
    }

    private static String message(Exception e) {
        String message = e.getMessage();
        return message != null
                        && (e instanceof IOException
                                || e instanceof UncheckedIOException
                                || e.getClass().getName().startsWith("dev.dafl."))
                ? message
                : "something that should not happen: " + e + ". Run it again with --debug and report what it prints.";
    }
}

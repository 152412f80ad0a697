package dev.dafl.cli;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.OneLine;
import dev.dafl.server.client.ServerException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Objects;
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
        line.getErr().println(PREFIX + OneLine.of(Objects.requireNonNullElse(e.getMessage(), e.toString())));
        if (!UnmatchedArgumentException.printSuggestions(e, line.getErr())) {
            line.getErr().println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
        }
        return BAD_INPUT;
    }

    static int report(Exception e, CommandLine line, boolean debug) {
        if (debug) {
            e.printStackTrace(line.getErr());
        }
        // Their lines are meant, and nothing else is in them.
        boolean ours = e instanceof ConfigException || e instanceof ServerException;
        line.getErr().println(PREFIX + (ours ? message(e) : OneLine.of(message(e))));
        return badInput(e) ? BAD_INPUT : FAILED;
    }

    private static boolean badInput(Exception e) {
        return e instanceof ServerException refused ? refused.badInput() : e instanceof ConfigException;
    }

    /**
     * Streams for printing keep their failures to themselves: whether what was printed arrived is asked at the end.
     *
     * @param code how it would end else
     */
    static int ofOutput(PrintStream out, PrintStream err, int code) {
        if (!out.checkError()) {
            return code;
        }
        err.println(PREFIX + "standard output could not be written whole: it is closed, or its disk is full");
        return code == 0 ? FAILED : code;
    }

    /** What is told of a failure, without the prefix. */
    static String message(Throwable e) {
        if (e instanceof OutOfMemoryError) {
            return "it needs more memory than Java has ("
                    + (Runtime.getRuntime().maxMemory() >> 20) + " MB); DAFL_HEAP=4g gives more";
        }
        String message = e.getMessage();
        return message != null
                        && (e instanceof IOException
                                || e instanceof UncheckedIOException
                                || e.getClass().getName().startsWith("dev.dafl."))
                ? message
                : "something that should not happen: " + e + ". Run it again with --debug and report what it prints.";
    }
}

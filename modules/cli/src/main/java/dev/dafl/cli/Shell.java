package dev.dafl.cli;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A command as one would type it. */
final class Shell {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private Shell() {}

    /** {@code dafl COMMAND ARGUMENT...}, with quotes around what a shell would take apart. */
    static String line(String command, List<String> arguments) {
        return arguments.stream().map(Shell::quoted).collect(Collectors.joining(" ", "dafl " + command + " ", ""));
    }

    private static String quoted(String argument) {
        return PLAIN.matcher(argument).matches() ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }
}

package dev.dafl.cli.kit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a build that failed says to its author, out of all that Maven says.
 *
 * @param what failed, in a word or two
 * @param problems a line each
 */
record BuildLog(String what, List<String> problems) {

    private static final String ERROR = "[ERROR]";
    /** As of {@code [ERROR] /home/me/my-loss/src/main/java/com/example/MyLoss.java:[12,9] cannot find symbol}. */
    private static final Pattern PLACE = Pattern.compile("(.*\\.java):\\[(\\d+),\\d+] (.*)");

    private static final int LAST_LINES = 5;

    private static final List<String> FOR_NOBODY = List.of(
            "COMPILATION ERROR",
            "-> [Help",
            "To see the full stack trace",
            "Re-run Maven",
            "For more information",
            "[Help ",
            "Tests run:",
            "See ",
            "Please refer to",
            "After correcting the problems",
            "Failures:",
            "Errors:",
            "There are test failures");

    static BuildLog of(String log, Path folder) {
        String prefix = folder.toAbsolutePath().normalize() + "/";
        if (log.contains("COMPILATION ERROR")) {
            return new BuildLog("the compiler", compiler(log, prefix));
        }
        if (log.contains("There are test failures") || log.contains("There was an error in the forked process")) {
            return new BuildLog("the tests", summary(log, prefix));
        }
        List<String> errors = errors(log, prefix);
        return new BuildLog("Maven", errors.isEmpty() ? end(log) : errors);
    }

    /** Of a wrapper that could fetch no Maven, or a Maven that does not start. */
    private static List<String> end(String log) {
        List<String> lines = log.lines().filter(line -> !line.isBlank()).toList();
        return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
    }

    /** The lines with places, and those that explain them. */
    private static List<String> compiler(String log, String prefix) {
        Set<String> problems = new LinkedHashSet<>();
        boolean explains = false;
        for (String line : errors(log, prefix)) {
            Matcher place = PLACE.matcher(line);
            if (place.matches()) {
                problems.add(place.group(1) + ":" + place.group(2) + ": " + place.group(3));
                explains = true;
            } else if (explains && line.startsWith(" ")) {
                problems.add(line);
            } else {
                explains = false;
            }
        }
        return problems.isEmpty() ? errors(log, prefix) : List.copyOf(problems);
    }

    /** Surefire tells each failure where it happens, with a trace, and all once more in the end, a line each. */
    private static List<String> summary(String log, String prefix) {
        int results = Math.max(log.lastIndexOf(ERROR + " Failures:"), log.lastIndexOf(ERROR + " Errors:"));
        int first = log.indexOf(ERROR + " Failures:");
        int begin = first >= 0 ? first : results;
        return errors(begin < 0 ? log : log.substring(begin), prefix).stream()
                .filter(line -> !line.startsWith("Failed to execute goal"))
                .toList();
    }

    private static List<String> errors(String log, String prefix) {
        List<String> errors = new ArrayList<>();
        log.lines()
                .filter(line -> line.startsWith(ERROR))
                .map(line ->
                        line.substring(ERROR.length()).replaceFirst("^ ", "").replace(prefix, ""))
                .filter(line -> !line.isBlank() && FOR_NOBODY.stream().noneMatch(line.strip()::startsWith))
                .map(line -> line.replace(" -> [Help 1]", ""))
                .forEach(errors::add);
        return errors;
    }
}

package dev.dafl.engine.tracking;

import dev.dafl.engine.run.RunResult;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What is told of a run in words. */
final class Markdown {

    private Markdown() {}

    /** What came out. */
    static String of(RunResult result) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("status", result.status().name().toLowerCase(Locale.ROOT));
        result.message().ifPresent(message -> rows.put("because", message));
        result.teacher()
                .ifPresent(teacher -> rows.put(
                        "teacher",
                        network(
                                teacher.model(),
                                teacher.parameters(),
                                teacher.accuracy().map(Markdown::percent).orElse("not measured"))));
        result.student().ifPresent(student -> {
            rows.put(
                    "student",
                    network(
                            student.model(),
                            student.parameters(),
                            student.accuracy().map(Markdown::percent).orElse("not measured")));
            rows.put(
                    "agreement",
                    percent(student.freshAgreement().orElse(student.agreement()))
                            + " on images it has not learnt from");
            rows.put("kept", "step " + student.step() + " of " + student.steps());
        });
        rows.put("dead generators", Integer.toString(result.recovered().size()));
        rows.put("took", String.format(Locale.ROOT, "%.1f s", result.seconds().total()));
        rows.put(
                "on",
                result.machine().processor() + ", " + result.device() + ", " + result.precision() + ", threads: "
                        + result.threads());
        rows.put(
                "dafl",
                result.dafl().version() + ", libtorch " + result.libtorch().version());
        StringBuilder table = new StringBuilder("| | |\n| --- | --- |\n");
        rows.forEach((what, value) -> table.append("| ")
                .append(what)
                .append(" | ")
                .append(value.replace("|", "\\|").replaceAll("\\s+", " "))
                .append(" |\n"));
        return table.toString();
    }

    private static String network(String model, long parameters, String accuracy) {
        return String.format(Locale.ROOT, "%s with %,d parameters: %s", model, parameters, accuracy);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }
}

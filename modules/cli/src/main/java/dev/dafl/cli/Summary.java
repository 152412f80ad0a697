package dev.dafl.cli;

import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.LatestLink;
import dev.dafl.engine.run.RunResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The end of a run in a few lines. */
final class Summary {

    private Summary() {}

    /** As wide as it is where there is one. */
    private static String share(Optional<Double> accuracy) {
        return accuracy.map(share -> String.format(Locale.ROOT, "%6.2f %%", 100 * share))
                .orElse("not measured");
    }

    static void print(PrintWriter out, RunResult result, Optional<Path> folder) {
        result.teacher()
                .ifPresent(t -> out.printf(
                        Locale.ROOT,
                        "teacher  %-14s %s  %,9d parameters%s%n",
                        t.model(),
                        share(t.accuracy()),
                        t.parameters(),
                        t.reused() ? "  (trained before)" : ""));
        result.student()
                .ifPresent(s -> out.printf(
                        Locale.ROOT,
                        "student  %-14s %s  %,9d parameters  (of step %,d, agreement %.1f %%)%n",
                        s.model(),
                        share(s.accuracy()),
                        s.parameters(),
                        s.step(),
                        100 * s.freshAgreement().orElse(s.agreement())));
        result.recovered()
                .forEach(r -> out.printf(
                        Locale.ROOT,
                        "recovered at step %,d: %s; back to step %,d, rate x %.3g%n",
                        r.step(),
                        r.reason(),
                        r.backTo(),
                        r.rateFactor()));
        out.printf(
                Locale.ROOT,
                "%s in %s on %s, %s, %s%s, libtorch %s%n",
                result.status().name().toLowerCase(Locale.ROOT),
                Durations.words(result.seconds().total()),
                result.device(),
                result.precision(),
                Counts.words(result.threads(), "thread"),
                result.ranks()
                        .map(ranks -> " in each of " + ranks + " processes")
                        .orElse(""),
                result.libtorch().version());
        folder.ifPresent(f -> {
            places(out, f);
            if (result.status() == RunResult.Status.COMPLETED
                    && result.student().isPresent()) {
                out.println("next     dafl export " + Artefact.STUDENT.in(f) + " --onnx student.onnx");
            }
        });
    }

    /** Where a run or a matrix, and its report, are. */
    static void places(PrintWriter out, Path folder) {
        Path report = Artefact.REPORT.in(folder);
        if (Files.isRegularFile(report)) {
            out.println("report   " + report);
        }
        out.println(
                "everything is in " + folder + (isLatest(folder) ? ", also by " + LatestLink.in(RunCommand.RUNS) : ""));
    }

    private static boolean isLatest(Path folder) {
        Path link = LatestLink.in(RunCommand.RUNS);
        try {
            return LatestLink.is(link) && Files.isSameFile(link, folder);
        } catch (IOException e) {
            return false;
        }
    }
}

package dev.dafl.cli;

import dev.dafl.engine.config.OneLine;
import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobState;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Jobs and their runs, for people. What a server tells is shown on lines of ours. */
final class JobView {

    private static final String NONE = "-";

    private JobView() {}

    static String words(JobState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    static void list(PrintWriter out, List<Job> jobs) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("job", "name", "state", "progress", "student", "age", "owner", ""));
        for (Job job : jobs) {
            rows.add(List.of(
                    Long.toString(job.id()),
                    OneLine.of(job.name()),
                    words(job.state()),
                    progress(job),
                    job.kind() == Job.Kind.EXPERIMENT && !job.runs().isEmpty()
                            ? percent(job.runs().getFirst().student())
                            : NONE,
                    Ages.words(Duration.between(job.submitted(), Instant.now())),
                    OneLine.of(job.owner()),
                    OneLine.of(job.reason().orElse(""))));
        }
        Columns.print(out, rows);
    }

    static void details(PrintWriter out, Job job) {
        out.printf(
                Locale.ROOT,
                "job %d: %s%s, %s%s%n",
                job.id(),
                OneLine.of(job.name()),
                job.kind() == Job.Kind.MATRIX
                        ? ", a matrix of " + Counts.words(job.runs().size(), "run")
                        : "",
                words(job.state()),
                job.reason().map(reason -> ": " + OneLine.of(reason)).orElse(""));
        out.printf(
                Locale.ROOT,
                "submitted %s by %s; priority %d, %s%s%s%n",
                ago(job.submitted()),
                OneLine.of(job.owner()),
                job.priority(),
                Counts.words(job.cores(), "core"),
                job.runs().stream().anyMatch(run -> run.gpus() > 0) ? " and 1 GPU" : "",
                job.kind() == Job.Kind.MATRIX ? " a run" : "");
        job.started()
                .ifPresent(started -> out.println("began " + ago(started)
                        + job.ended()
                                .map(ended -> ", took " + took(started, ended))
                                .orElse("")));
        runs(out, job);
    }

    static void runs(PrintWriter out, Job job) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("run", "state", "progress", "teacher", "student", "agreement", "attempt", "files", ""));
        for (Job.Run run : job.runs()) {
            rows.add(List.of(
                    OneLine.of(run.name()),
                    words(run.state()),
                    progress(run),
                    percent(run.teacher()),
                    percent(run.student()),
                    percent(run.agreement()),
                    Integer.toString(run.attempt()),
                    OneLine.of(run.folder()),
                    OneLine.of(run.message().orElse(""))));
        }
        Columns.print(out, rows);
    }

    private static String progress(Job job) {
        if (job.kind() == Job.Kind.MATRIX) {
            long ended = job.runs().stream().filter(run -> run.state().ended()).count();
            return ended + " of " + Counts.words(job.runs().size(), "run");
        }
        return job.runs().isEmpty() ? NONE : progress(job.runs().getFirst());
    }

    private static String progress(Job.Run run) {
        if (run.phase().isEmpty() || run.steps() <= 0) {
            return NONE;
        }
        String done = run.phase().get().equals("teacher") ? "teacher" : "distil";
        return String.format(
                Locale.ROOT,
                "%s %.0f %%%s",
                done,
                100.0 * run.step() / run.steps(),
                run.secondsLeft()
                        .filter(_ -> run.state().active())
                        .map(left -> ", ETA " + Durations.words(left))
                        .orElse(""));
    }

    private static String percent(Optional<Double> share) {
        return share.map(value -> String.format(Locale.ROOT, "%.2f %%", 100 * value))
                .orElse(NONE);
    }

    private static String took(Instant from, Instant to) {
        return Durations.words(Duration.between(from, to).toMillis() / 1e3);
    }

    private static String ago(Instant then) {
        String age = Ages.words(Duration.between(then, Instant.now()));
        return age.equals("now") ? "now" : age + " ago";
    }
}

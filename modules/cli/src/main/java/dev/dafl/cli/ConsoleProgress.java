package dev.dafl.cli;

import dev.dafl.engine.run.Metric;
import dev.dafl.engine.run.Metric.Group;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunListener;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Shows a run on standard error: on a terminal one line that is drawn again and again, else a line at least every ten seconds,
 * also where nothing is heard of the run ({@link #tick}). Anything worth keeping gets a line of its own. May be used by several
 * threads.
 */
final class ConsoleProgress implements RunListener {

    private static final long TERMINAL_NANOS = 100_000_000L;
    /** With half a second between looks, no ten seconds pass without a line. */
    private static final long LOG_NANOS = 9_000_000_000L;

    private static final double SECOND = 1e9;
    private static final int BAR = 20;
    /** What one watches while a run goes on; the rest is in the metrics file. */
    private static final Set<Group> SHOWN =
            EnumSet.of(Group.LOSS, Group.TOTAL, Group.STUDENT_LOSS, Group.TEACHER_LOSS, Group.AGREEMENT);

    private final PrintWriter err;
    private final String prefix;
    private final boolean terminal;
    private final boolean details;
    /** When that was which is told of, and when it is now, in nanoseconds. */
    private final LongSupplier happened;

    private final LongSupplier clock;
    private final Pace pace = new Pace();
    private final Elapsed elapsed;
    /** When progress was shown last, by the clock. */
    private long lastShown;
    /** When anything was. */
    private long lastWritten;

    private boolean drawn;
    private boolean ended;
    /** What goes on where there are no steps to count. */
    private String doing = "starting";

    private Optional<Counted> counted = Optional.empty();
    private Optional<Path> folder = Optional.empty();

    /**
     * Steps, images and the like that are done.
     *
     * @param left seconds that the rest took when it was told
     */
    private record Counted(String label, long step, long steps, Optional<Double> left, String more) {

        boolean whole() {
            return step == steps;
        }
    }

    /** Of the only run there is: on a terminal its progress is one line. */
    ConsoleProgress(PrintWriter err) {
        this(err, false);
    }

    /** @param details whether what is computed on is told with its reasons */
    ConsoleProgress(PrintWriter err, boolean details) {
        this(err, "", isTerminal(), details, System::nanoTime, System::nanoTime);
    }

    /**
     * Of what may have happened before.
     *
     * @param happened when that was which is told of, in nanoseconds: how long the rest takes is reckoned from it
     * @param clock when it is now, in nanoseconds: lines are held back by it
     */
    ConsoleProgress(PrintWriter err, LongSupplier happened, LongSupplier clock) {
        this(err, "", isTerminal(), false, happened, clock);
    }

    private ConsoleProgress(
            PrintWriter err,
            String prefix,
            boolean terminal,
            boolean details,
            LongSupplier happened,
            LongSupplier clock) {
        this.err = err;
        this.prefix = prefix;
        this.terminal = terminal;
        this.details = details;
        this.happened = happened;
        this.clock = clock;
        this.elapsed = new Elapsed(clock.getAsLong());
        this.lastWritten = clock.getAsLong();
        this.lastShown = lastWritten - LOG_NANOS;
    }

    private static boolean isTerminal() {
        return System.console() != null && System.console().isTerminal();
    }

    /** Of one of several runs side by side: each line begins with the name of its run. */
    static ConsoleProgress of(String run, PrintWriter err, LongSupplier happened) {
        return new ConsoleProgress(err, run + "  ", false, false, happened, System::nanoTime);
    }

    /** Where the run is written, once it is. */
    synchronized Optional<Path> folder() {
        return folder;
    }

    @Override
    public synchronized void on(RunEvent event) {
        ended = false;
        elapsed.told(happened.getAsLong(), clock.getAsLong());
        switch (event) {
            case RunEvent.Environment e -> {
                // A process of its own: what was before it says nothing of how fast it is.
                pace.forget();
                elapsed.begin(happened.getAsLong());
                now("loading");
                line(
                        "libtorch %s on %s, %s, %s%s",
                        e.libtorch(),
                        e.device(),
                        e.precision(),
                        Counts.words(e.threads(), "thread"),
                        details && !e.why().isEmpty() ? " (" + e.why() + ")" : "");
            }
            case RunEvent.Downloading d -> downloading(d);
            case RunEvent.Reading r -> bar(r.what(), "read", r.done(), r.total(), r.what());
            case RunEvent.DataLoaded d -> {
                now("preparing");
                line(
                        "data     %s: %,d images to train on, %,d to measure on (%s)",
                        d.dataset(), d.train(), d.test(), Durations.words(d.seconds()));
            }
            case RunEvent.Doing d -> {
                pace.forget();
                now(d.what());
            }
            case RunEvent.FolderCreated f -> folder = Optional.of(f.folder());
            case RunEvent.TeacherReused t -> line("teacher  from %s", t.from());
            case RunEvent.Progress p ->
                bar(
                        p.phase(),
                        p.phase() == RunEvent.Phase.TEACHER ? "teacher" : "distil",
                        p.step(),
                        p.steps(),
                        metrics(p.metrics()));
            case RunEvent.Evaluated e -> {
                reached(e.step());
                line(
                        "%-8s %.2f %% on the test images%s",
                        e.network(), 100 * e.accuracy(), e.step() > 0 ? " (of step " + e.step() + ")" : "");
            }
            case RunEvent.Resumed r ->
                line(
                        "resumed  after step %,d of the %s's training",
                        r.step(), r.phase() == RunEvent.Phase.TEACHER ? "teacher" : "student");
            case RunEvent.Decided d -> line("decided  %s: %s", d.what(), d.why());
            case RunEvent.Warning w -> line("warning  %s", w.text());
            case RunEvent.Selected _, RunEvent.Checkpointed _, RunEvent.Restarted _, RunEvent.Pictured _ -> {}
            case RunEvent.Failed f -> line("failed   %s", f.reason());
            case RunEvent.Recovered r ->
                line(
                        "recovered at step %,d: the generator died (%s); back to that of step %,d,"
                                + " its rate x %.3g from now on",
                        r.step(), r.reason(), r.backTo(), r.rateFactor());
            case RunEvent.Finished _ -> end();
        }
    }

    /**
     * To be called often: where nothing was heard for a while, what goes on is told again, with the time that has passed. On a terminal
     * the line that is there is brought up to date.
     */
    synchronized void tick() {
        if (ended || clock.getAsLong() - lastWritten < (drawn ? (long) SECOND : LOG_NANOS)) {
            return;
        }
        lastShown = clock.getAsLong();
        double silence = elapsed.silence(lastShown);
        draw(counted.filter(bar -> !bar.whole())
                .map(bar -> text(bar, silence))
                .orElseGet(() -> String.format(
                        Locale.ROOT, "%s, %s so far", doing, Durations.words(elapsed.seconds() + silence))));
    }

    /** What goes on from now on, of which no steps are counted. */
    private void now(String what) {
        doing = what;
        counted = Optional.empty();
    }

    /** Leaves the line that is drawn. */
    synchronized void end() {
        ended = true;
        if (drawn) {
            err.println();
            drawn = false;
        }
        err.flush();
    }

    private void line(String format, Object... values) {
        if (drawn) {
            err.print("\r\u001b[K");
            drawn = false;
        }
        lastWritten = clock.getAsLong();
        // One call: lines of runs side by side stay whole.
        err.print(prefix + String.format(Locale.ROOT, format, values) + System.lineSeparator());
        err.flush();
    }

    private void draw(String text) {
        if (terminal) {
            lastWritten = clock.getAsLong();
            err.print("\r\u001b[K" + text);
            drawn = true;
            err.flush();
        } else {
            line("%s", text);
        }
    }

    private boolean due(boolean last) {
        long now = clock.getAsLong();
        if (!last && now - lastShown < (terminal ? TERMINAL_NANOS : LOG_NANOS)) {
            return false;
        }
        lastShown = now;
        return true;
    }

    private void downloading(RunEvent.Downloading d) {
        if (due(d.bytes() == d.total())) {
            String name = d.from().getPath().substring(d.from().getPath().lastIndexOf('/') + 1);
            draw(String.format(
                    Locale.ROOT,
                    "download %s  %.1f MB%s",
                    name,
                    d.bytes() / 1e6,
                    d.total() > 0 ? String.format(Locale.ROOT, " of %.1f", d.total() / 1e6) : ""));
        }
    }

    private void bar(Object of, String label, long step, long steps, String more) {
        Optional<Double> left = pace.secondsLeft(of, step, steps, happened.getAsLong());
        Counted bar = new Counted(label, step, steps, left, more);
        counted = Optional.of(bar);
        if (bar.whole()) {
            doing = "finishing";
        }
        if (due(bar.whole())) {
            draw(text(bar, 0));
        }
    }

    /** A step of those that are counted is done, as something else tells. */
    private void reached(long step) {
        counted = counted.map(bar -> step <= bar.step() || step > bar.steps()
                ? bar
                : new Counted(
                        bar.label(),
                        step,
                        bar.steps(),
                        pace.secondsLeft(RunEvent.Phase.DISTILLATION, step, bar.steps(), happened.getAsLong()),
                        bar.more()));
    }

    /** @param silence seconds since it was told */
    private String text(Counted bar, double silence) {
        int filled = (int) (BAR * bar.step() / bar.steps());
        return String.format(
                Locale.ROOT,
                "%-8s [%s%s] %,d/%,d  %s%s  %s",
                bar.label(),
                "#".repeat(filled),
                "-".repeat(BAR - filled),
                bar.step(),
                bar.steps(),
                Durations.words(elapsed.seconds() + silence),
                bar.left()
                        .map(seconds -> Math.max(0, seconds - silence))
                        .map(seconds -> ", ETA " + Durations.words(seconds))
                        .orElse(""),
                bar.more());
    }

    private static String metrics(List<Metric> metrics) {
        return metrics.stream()
                .filter(metric -> SHOWN.contains(metric.group()))
                .map(metric -> String.format(Locale.ROOT, "%s %.3f", shown(metric), metric.value()))
                .collect(Collectors.joining("  "));
    }

    private static String shown(Metric metric) {
        return metric.group() == Group.AGREEMENT ? "agreement" : metric.name();
    }
}

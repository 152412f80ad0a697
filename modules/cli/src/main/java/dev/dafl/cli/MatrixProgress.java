package dev.dafl.cli;

import dev.dafl.engine.matrix.Matrix;
import dev.dafl.engine.run.RunListener;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Shows a matrix on standard error: each run with its number, and below it as it would be shown alone. */
final class MatrixProgress implements Matrix.Listener {

    private final PrintWriter err;
    private final boolean sideBySide;
    private final LongSupplier happened;
    private final Map<String, ConsoleProgress> going = new ConcurrentHashMap<>();

    /** @param sideBySide whether several runs go on at a time */
    MatrixProgress(PrintWriter err, boolean sideBySide) {
        this(err, sideBySide, System::nanoTime);
    }

    /** @param happened when that was which is told of next, in nanoseconds */
    MatrixProgress(PrintWriter err, boolean sideBySide, LongSupplier happened) {
        this.err = err;
        this.sideBySide = sideBySide;
        this.happened = happened;
    }

    @Override
    public RunListener begins(String run, int number, int count) {
        line("run %d of %d: %s", number, count, run);
        ConsoleProgress progress = sideBySide
                ? ConsoleProgress.of(run, err, happened)
                : new ConsoleProgress(err, happened, System::nanoTime);
        going.put(run, progress);
        return progress;
    }

    /** To be called often: see {@link ConsoleProgress#tick}. */
    void tick() {
        going.values().forEach(ConsoleProgress::tick);
    }

    @Override
    public void skipped(String run, int number, int count) {
        line("run %d of %d: %s was done before", number, count, run);
    }

    @Override
    public void failed(String run, String reason) {
        Optional.ofNullable(going.remove(run)).ifPresent(ConsoleProgress::end);
        line("run %s failed: %s", run, reason);
    }

    /** What the process or the job of a run says besides its events; with no name, what concerns all. */
    void stray(String run, String text) {
        line("%s%s%s", run, run.isEmpty() ? "" : "  ", text);
    }

    /** Lines of runs side by side stay whole. */
    private synchronized void line(String format, Object... values) {
        err.print(String.format(format, values) + System.lineSeparator());
        err.flush();
    }
}

package dev.dafl.cli;

import dev.dafl.engine.Matrix;
import dev.dafl.engine.RunListener;
import java.io.PrintWriter;
import java.util.function.BooleanSupplier;

/** Shows a matrix on standard error: each run with its number, and below it as it would be shown alone. */
final class MatrixProgress implements Matrix.Listener {

    private final PrintWriter err;
    private final BooleanSupplier interrupted;

    MatrixProgress(PrintWriter err, BooleanSupplier interrupted) {
        this.err = err;
        this.interrupted = interrupted;
    }

    @Override
    public RunListener begins(String run, int number, int count) {
        line("run %d of %d: %s", number, count, run);
        return new ConsoleProgress(err, interrupted);
    }

    @Override
    public void skipped(String run, int number, int count) {
        line("run %d of %d: %s was done before", number, count, run);
    }

    @Override
    public void failed(String run, String reason) {
        line("run %s failed: %s", run, reason);
    }

    /** Lines of runs side by side stay whole. */
    synchronized void line(String format, Object... values) {
        err.printf(format + "%n", values);
        err.flush();
    }
}

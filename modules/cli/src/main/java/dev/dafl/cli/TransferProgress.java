package dev.dafl.cli;

import dev.dafl.engine.config.OneLine;
import dev.dafl.server.client.Transfer;
import java.io.PrintWriter;

/**
 * Shows files on their way, on standard error: on a terminal a line that is drawn again and again, else one now and then and at the end
 * of each file.
 */
final class TransferProgress implements Transfer {

    private static final long TERMINAL_NANOS = 100_000_000L;
    private static final long LOG_NANOS = 15_000_000_000L;

    private final PrintWriter err;
    private final String verb;
    private final boolean terminal =
            System.console() != null && System.console().isTerminal();
    private long lastShown = System.nanoTime();
    private boolean drawn;

    /** @param verb what happens to the files */
    TransferProgress(PrintWriter err, String verb) {
        this.err = err;
        this.verb = verb;
    }

    /** Uploads tell it on a thread of their own. */
    @Override
    public synchronized void on(String name, long done, long total) {
        boolean last = done == total;
        long now = System.nanoTime();
        if (!last && now - lastShown < (terminal ? TERMINAL_NANOS : LOG_NANOS)) {
            return;
        }
        lastShown = now;
        String text = verb + " " + OneLine.of(name) + "  " + Sizes.words(done)
                + (total > 0 && !last ? " of " + Sizes.words(total) : "");
        if (terminal) {
            err.print("\r\u001b[K" + text);
            drawn = true;
        } else {
            err.println(text);
        }
        if (last) {
            end();
        }
        err.flush();
    }

    /** Leaves the line that is drawn. */
    synchronized void end() {
        if (drawn) {
            err.println();
            err.flush();
            drawn = false;
        }
    }
}

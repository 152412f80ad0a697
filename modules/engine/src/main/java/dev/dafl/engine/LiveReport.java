package dev.dafl.engine;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.report.Report;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the report of a run while it goes on: now and then, and so seldom that it takes no more than a fiftieth of the time. */
final class LiveReport implements RunListener {

    private static final Logger LOG = LoggerFactory.getLogger(LiveReport.class);

    private static final long APART = 15_000_000_000L;
    private static final long SHARE = 50;

    private final Path folder;
    private final LongSupplier clock;
    private boolean written;
    private long next;

    /**
     * @param folder of the run, whose metrics hold an event before it is told here
     * @param clock in nanoseconds
     */
    LiveReport(Path folder, LongSupplier clock) {
        this.folder = folder;
        this.clock = clock;
    }

    @Override
    public void on(RunEvent event) {
        boolean news = event instanceof RunEvent.Progress || event instanceof RunEvent.Evaluated;
        if (news && (!written || clock.getAsLong() - next >= 0)) {
            write();
        }
    }

    private void write() {
        long begin = clock.getAsLong();
        try {
            Report.write(folder);
        } catch (IOException | ConfigException e) {
            // What cannot be written now may be in the end, and the run tells of that.
            LOG.debug("no report of the run so far", e);
        }
        written = true;
        long end = clock.getAsLong();
        next = end + Math.max(APART, SHARE * (end - begin));
    }
}

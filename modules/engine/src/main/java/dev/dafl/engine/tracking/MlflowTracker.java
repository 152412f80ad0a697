package dev.dafl.engine.tracking;

import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.MlflowConfig;
import dev.dafl.engine.config.OneLine;
import dev.dafl.engine.run.RunEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a server of MLflow's of a run while it goes on, on a thread of its own that reads what the run writes into its folder.
 * The run does nothing for it, and waits at its end for a moment at most; of all that goes wrong there is one warning.
 */
final class MlflowTracker implements Tracker {

    private static final Logger LOG = LoggerFactory.getLogger(MlflowTracker.class);

    private final Path folder;
    private final String uri;
    private final Pace pace;
    private final Opening opening;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final Thread thread;
    // Of that thread.
    private Optional<MlflowSender> sender = Optional.empty();
    private volatile boolean failing;
    private volatile boolean warned;
    private volatile boolean complete;

    /**
     * @param between two looks at the folder
     * @param longest between two tries
     * @param patience how long the end of a run waits for a server that has answered so far
     * @param impatience how long it waits for one that has not
     */
    record Pace(Duration between, Duration longest, Duration patience, Duration impatience) {

        static final Pace USUAL =
                new Pace(Duration.ofSeconds(2), Duration.ofSeconds(60), Duration.ofSeconds(15), Duration.ofSeconds(2));
    }

    /** Makes what sends. */
    @FunctionalInterface
    interface Opening {

        MlflowSender open() throws IOException;
    }

    static MlflowTracker of(Path folder, ExperimentConfig config, MlflowConfig server) {
        return new MlflowTracker(
                folder,
                server.uri(),
                Pace.USUAL,
                () -> MlflowSender.of(
                        folder,
                        config,
                        server,
                        name -> Optional.ofNullable(System.getenv(name)),
                        Duration.ofSeconds(20)));
    }

    MlflowTracker(Path folder, String uri, Pace pace, Opening opening) {
        this.folder = folder;
        this.uri = uri;
        this.pace = pace;
        this.opening = opening;
        this.thread = Thread.ofPlatform().name("mlflow").daemon().unstarted(this::work);
    }

    /** All of it is read from the folder, once that has what is kept of an earlier process and no more. */
    @Override
    public void on(RunEvent event) {
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        }
    }

    private void work() {
        try {
            Duration pause = pace.between();
            // Looks once before the first pause: a server that is not there is told of at the beginning.
            for (boolean last = false; !last; last = ending.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = tried() ? pace.between() : longer(pause);
            }
            tried();
        } catch (InterruptedException _) {
            // The run waits no longer.
        } finally {
            sender.ifPresent(MlflowSender::close);
        }
    }

    private boolean tried() throws InterruptedException {
        try {
            MlflowSender open = sender.isPresent() ? sender.get() : opening.open();
            sender = Optional.of(open);
            open.send(Optional.empty());
            complete = open.complete();
            failing = false;
            return true;
        } catch (IOException | RuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            failing = true;
            warn(OneLine.of(e.getMessage() == null ? e.toString() : e.getMessage()));
            return false;
        }
    }

    private Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(pace.longest()) > 0 ? pace.longest() : twice;
    }

    private synchronized void warn(String reason) {
        if (!warned) {
            warned = true;
            LOG.warn(
                    "MLflow at {} is not told of the run for now: {}; the run goes on, and what is left in the end is sent by:"
                            + " dafl runs track {}",
                    uri,
                    reason,
                    folder);
        }
    }

    @Override
    public void close() {
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        ending.countDown();
        try {
            if (!thread.join(failing ? pace.impatience() : pace.patience())) {
                thread.interrupt();
                thread.join(pace.impatience());
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
        if (!complete) {
            warn("it has not taken all of it in time");
        }
    }
}

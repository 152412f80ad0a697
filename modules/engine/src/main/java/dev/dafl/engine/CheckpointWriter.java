package dev.dafl.engine;

import dev.dafl.engine.config.CheckpointConfig;
import dev.dafl.engine.config.CheckpointConfig.Every;
import dev.dafl.engine.run.Checkpoints;
import dev.dafl.engine.training.StepLoop;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.Stateful;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the state of a run when it is time for it. A run is not lost because a checkpoint cannot be written. */
final class CheckpointWriter implements StepLoop.Checkpoints {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);
    /** One that costs more than this share of the time is written more seldom. */
    private static final int SHARE = 50;

    private final Checkpoints files;
    private final Every every;
    private final Stateful run;
    private final Listener listener;
    private long lastEnd = System.nanoTime();
    private long lastCost;

    /** Hears of each checkpoint. */
    interface Listener {

        /** It is on the disk. */
        void written(long step, double seconds);

        /** It is not, and took its time all the same. */
        void failed(double seconds);
    }

    /** @param run what is saved besides the training itself */
    CheckpointWriter(Checkpoints files, CheckpointConfig config, Stateful run, Listener listener) {
        this.files = files;
        this.every = config.every();
        this.run = run;
        this.listener = listener;
    }

    @Override
    public void stepDone(Stateful training, long steps) {
        boolean due = switch (every) {
            case Every.Time(var duration) ->
                System.nanoTime() - lastEnd >= Math.max(duration.toNanos(), SHARE * lastCost);
            case Every.Steps(long between) -> steps % between == 0;
            case Every.Never() -> false;
        };
        if (due) {
            write(Optional.of(training), steps);
        }
    }

    @Override
    public void interrupted(Stateful training, long steps) {
        write(Optional.of(training), steps);
    }

    /** A part of the run is over: what comes next begins from its beginning. */
    void phaseDone() {
        write(Optional.empty(), 0);
    }

    private void write(Optional<Stateful> training, long steps) {
        long begin = System.nanoTime();
        boolean written = false;
        try (TensorScope _ = TensorScope.open()) {
            State state = State.empty().put("run", run);
            training.ifPresent(t -> state.put("training", t));
            files.write(state);
            written = true;
        } catch (IOException e) {
            LOG.warn("{}; the run goes on, and could be resumed from the one before only", e.getMessage());
        }
        lastEnd = System.nanoTime();
        lastCost = lastEnd - begin;
        if (written) {
            listener.written(steps, lastCost / 1e9);
        } else {
            listener.failed(lastCost / 1e9);
        }
    }
}

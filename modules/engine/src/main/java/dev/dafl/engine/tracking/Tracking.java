package dev.dafl.engine.tracking;

import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/** All who are told of a run, as its configuration names them. */
public final class Tracking implements RunListener, AutoCloseable {

    private final List<Tracker> trackers;

    private Tracking(List<Tracker> trackers) {
        this.trackers = trackers;
    }

    /**
     * @param folder of the run, with its configuration
     * @param seconds since the beginning of the run
     */
    public static Tracking of(Path folder, ExperimentConfig config, DoubleSupplier seconds) {
        List<Tracker> trackers = new ArrayList<>();
        if (config.tracking().tensorboard()) {
            trackers.add(new TensorBoardFiles(folder, config, seconds, () -> System.currentTimeMillis() / 1e3));
        }
        config.tracking().mlflow().ifPresent(server -> trackers.add(MlflowTracker.of(folder, config, server)));
        return new Tracking(trackers);
    }

    @Override
    public void on(RunEvent event) {
        trackers.forEach(tracker -> tracker.on(event));
    }

    @Override
    public void close() {
        trackers.forEach(Tracker::close);
    }
}

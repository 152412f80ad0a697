package dev.dafl.engine.tracking;

import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.plugins.BoundPlugin;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunListener;
import dev.dafl.spi.Listener.Place;
import dev.dafl.spi.ListenerFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
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
     * @param listeners plugins that are told
     * @param continued where an earlier process has begun the run, from where it goes on
     * @param warning hears which of them fails
     */
    public static Tracking of(
            Path folder,
            ExperimentConfig config,
            DoubleSupplier seconds,
            List<BoundPlugin<ListenerFactory<?>>> listeners,
            Optional<Place> continued,
            Consumer<String> warning) {
        List<Tracker> trackers = new ArrayList<>();
        listeners.forEach(
                listener -> trackers.add(PluginListener.start(listener, folder, config, continued, seconds, warning)));
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

package dev.dafl.engine.tracking;

import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.OneLine;
import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.plugins.BoundPlugin;
import dev.dafl.engine.plugins.PluginCall;
import dev.dafl.engine.plugins.PluginFailedException;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.run.StepValues;
import dev.dafl.spi.Listener;
import dev.dafl.spi.Listener.Place;
import dev.dafl.spi.ListenerFactory;
import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/** A plugin that listens to a run, which goes on whatever the plugin does: one that throws is told of once and hears no more. */
final class PluginListener implements Tracker {

    private final PluginIdentity identity;
    private final DoubleSupplier seconds;
    private final Consumer<String> warning;
    private Optional<Listener> listener = Optional.empty();

    private PluginListener(PluginIdentity identity, DoubleSupplier seconds, Consumer<String> warning) {
        this.identity = identity;
        this.seconds = seconds;
        this.warning = warning;
    }

    /**
     * @param continued where an earlier process has begun the run, from where it goes on
     * @param seconds since the beginning of the run
     * @param warning hears that the plugin fails
     */
    static PluginListener start(
            BoundPlugin<ListenerFactory<?>> plugin,
            Path folder,
            ExperimentConfig config,
            Optional<Place> continued,
            DoubleSupplier seconds,
            Consumer<String> warning) {
        PluginListener started = new PluginListener(plugin.identity(), seconds, warning);
        Listener.Start start = new Listener.Start(
                config.name(),
                ExperimentFile.toYaml(config),
                folder,
                Artefact.listener(folder, plugin.plugin().name()),
                continued);
        started.call(() -> started.listener = Optional.of(start(plugin.plugin(), plugin.options(), start)));
        return started;
    }

    @SuppressWarnings("unchecked") // the options were bound from this plugin's defaults
    private static <O extends Record> Listener start(ListenerFactory<O> plugin, Record options, Listener.Start start)
            throws IOException {
        return plugin.start(start, (O) options);
    }

    @Override
    public void on(RunEvent event) {
        listener.ifPresent(hearing -> call(() -> tell(hearing, event)));
    }

    private void tell(Listener hearing, RunEvent event) throws IOException {
        Optional<StepValues> values = StepValues.of(event, seconds.getAsDouble());
        switch (event) {
            case RunEvent.Progress progress -> hearing.numbers(numbers(values.orElseThrow(), progress.steps()));
            case RunEvent.Pictured picture ->
                hearing.pictured(new Listener.Picture(picture.name(), picture.step(), picture.file()));
            case RunEvent.Finished finished -> hearing.ended(end(finished.result()));
            default -> {
                if (values.isPresent()) {
                    evaluated(hearing, values.get());
                }
            }
        }
    }

    private static Listener.Numbers numbers(StepValues values, long steps) {
        return new Listener.Numbers(phase(values.phase()), values.step(), steps, values.seconds(), values.values());
    }

    private static void evaluated(Listener hearing, StepValues values) throws IOException {
        for (var value : values.values().entrySet()) {
            hearing.evaluated(new Listener.Evaluation(
                    phase(values.phase()), values.step(), values.seconds(), value.getKey(), value.getValue()));
        }
    }

    private static Listener.End end(RunResult result) {
        Optional<StepValues> values = StepValues.of(result);
        return new Listener.End(
                switch (result.status()) {
                    case COMPLETED -> Listener.Outcome.DONE;
                    case FAILED -> Listener.Outcome.FAILED;
                    case INTERRUPTED -> Listener.Outcome.INTERRUPTED;
                },
                result.message(),
                result.config().student().isPresent() ? Listener.Phase.DISTILLATION : Listener.Phase.TEACHER,
                result.student().map(RunResult.Student::steps).orElse(0L),
                result.seconds().total(),
                values.map(StepValues::values).orElseGet(Map::of),
                Markdown.of(result));
    }

    private static Listener.Phase phase(RunEvent.Phase phase) {
        return switch (phase) {
            case TEACHER -> Listener.Phase.TEACHER;
            case DISTILLATION -> Listener.Phase.DISTILLATION;
        };
    }

    /** What a plugin does. */
    @FunctionalInterface
    private interface Call {

        void run() throws IOException;
    }

    private void call(Call call) {
        try {
            PluginCall.making(identity, () -> {
                call.run();
                return true;
            });
        } catch (PluginFailedException e) {
            fail(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            fail(identity + " failed: " + Reason.of(e));
        } catch (RuntimeException e) {
            fail(identity + " failed: " + e.getMessage());
        }
    }

    private void fail(String problem) {
        Optional<Listener> failed = listener;
        listener = Optional.empty();
        warning.accept(OneLine.of(problem) + "; it hears no more of this run, which goes on");
        failed.ifPresent(this::free);
    }

    /** It was told already that it fails. */
    private void free(Listener failed) {
        try {
            PluginCall.making(identity, () -> {
                failed.close();
                return true;
            });
        } catch (IOException | RuntimeException _) {
            // Nothing is left to be told.
        }
    }

    @Override
    public void close() {
        Optional<Listener> hearing = listener;
        hearing.ifPresent(one -> call(() -> {
            listener = Optional.empty();
            one.close();
        }));
    }
}

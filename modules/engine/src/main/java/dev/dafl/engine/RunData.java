package dev.dafl.engine;

import dev.dafl.engine.compute.Compute;
import dev.dafl.engine.config.DataConfig.Fit;
import dev.dafl.engine.plugins.BoundPlugin;
import dev.dafl.engine.run.RunClock;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.task.TeacherTask;
import dev.dafl.engine.training.LabelledImages;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.DatasetFactory;
import dev.dafl.spi.ImageShape;
import java.io.IOException;
import java.util.Optional;

/**
 * What a run has of images.
 *
 * @param task of all networks
 * @param set that the teacher is trained on; none where it was trained elsewhere
 * @param test to measure on, where there is something
 */
record RunData(Task task, Optional<Dataset> set, Optional<LabelledImages> test) {

    static RunData load(RunContext context) throws IOException {
        Experiment experiment = context.experiment();
        Optional<Dataset> set = experiment.parts().dataset().isPresent()
                ? Optional.of(load(context, experiment.parts().dataset().get()))
                : Optional.empty();
        Task task;
        if (set.isPresent()) {
            task = Task.of(set.get(), context.config().data().orElseThrow());
        } else {
            TeacherTask.Found found = experiment.task().orElseThrow();
            found.assumptions().forEach(assumption -> context.journal().emit(new RunEvent.Warning(assumption)));
            task = found.task();
        }
        return new RunData(task, set, measured(context, set, task));
    }

    /** Of the test set, or of the data's own. */
    private static Optional<LabelledImages> measured(RunContext context, Optional<Dataset> set, Task task)
            throws IOException {
        Optional<BoundPlugin<DatasetFactory<?>>> other =
                context.experiment().parts().test();
        if (other.isPresent()) {
            Dataset test = load(context, other.get());
            context.experiment().requireMeasurable(test, other.get(), task);
            return Optional.of(
                    labelled(test, task, context.config().test().orElseThrow().fit(), context.compute()));
        }
        return set.map(data ->
                labelled(data, task, context.config().data().orElseThrow().fit(), context.compute()));
    }

    private static LabelledImages labelled(Dataset data, Task task, Fit fit, Compute compute) {
        return new LabelledImages(data.test(), task.normalization(), task.shape(), compute.device()).fitted(fit);
    }

    private static Dataset load(RunContext context, BoundPlugin<DatasetFactory<?>> part) throws IOException {
        long begin = System.nanoTime();
        Dataset dataset = context.experiment().load(part, context.cache(), context.loading());
        context.journal()
                .emit(new RunEvent.DataLoaded(
                        part.plugin().name(),
                        dataset.train().size(),
                        dataset.test().size(),
                        RunClock.since(begin)));
        return dataset;
    }

    /** Of what enters the teacher. */
    ImageShape shape() {
        return task.shape();
    }
}

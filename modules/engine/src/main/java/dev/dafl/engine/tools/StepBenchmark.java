package dev.dafl.engine.tools;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.Experiment.Choice;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.plugins.ExperimentParts.Distilling;
import dev.dafl.engine.plugins.ExperimentParts.ImageSource;
import dev.dafl.engine.plugins.Networks;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.training.Distillation;
import dev.dafl.engine.training.StepLoop;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.workspace.Surroundings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Times the steps of an experiment's schedule with a teacher that has not learnt anything, which costs as much as one that
 * has. No data are read.
 */
public final class StepBenchmark {

    private StepBenchmark() {}

    /** Seconds of each step of the experiment, in order. */
    public static List<Double> seconds(Experiment experiment, Task task) {
        List<Long> begins = new ArrayList<>();
        run(experiment, task, _ -> begins.add(System.nanoTime()));
        begins.add(System.nanoTime());
        List<Double> seconds = new ArrayList<>();
        for (int i = 1; i < begins.size(); i++) {
            seconds.add((begins.get(i) - begins.get(i - 1)) / 1e9);
        }
        return seconds;
    }

    /**
     * Runs the steps and does nothing else.
     *
     * @param beforeStep hears the number of each step, from 0
     */
    public static void run(Experiment experiment, Task task, LongConsumer beforeStep) {
        Distilling parts = experiment.parts().distillation().orElseThrow(StepBenchmark::nothingToTime);
        if (!(parts.images() instanceof ImageSource.Generated(var generatorPart, var terms))) {
            throw nothingToTime();
        }
        ExperimentConfig config = experiment.config();
        Choice choice = Experiment.choose(experiment.file());
        RandomStream random = new RandomStream(config.seed());
        Networks networks = new Networks(experiment.file(), choice.compute(), random);
        try (TensorScope _ = TensorScope.open();
                Network teacher =
                        networks.classifier("teacher", experiment.parts().teacher(), task.shape(), task.classes());
                Network generator = networks.generator(generatorPart, task);
                Network student = networks.classifier("student", parts.student(), task.shape(), task.classes());
                Network kept = networks.classifier("student", parts.student(), task.shape(), task.classes());
                Distillation distillation = new Distillation(
                        new Distillation.Setup(
                                generator,
                                number -> networks.fresh(generatorPart, task, number),
                                0,
                                Networks.latentSize(generatorPart),
                                Networks.conditional(generatorPart),
                                teacher,
                                student,
                                kept,
                                terms,
                                parts.loss(),
                                config.generator().orElseThrow().optimizer(),
                                config.student().orElseThrow().optimizer(),
                                config.distillation(),
                                config.guard(),
                                Optional.empty(),
                                new Surroundings(
                                        task.shape(),
                                        task.classes(),
                                        task.normalization(),
                                        choice.compute().device(),
                                        choice.compute().format(),
                                        random,
                                        StepBenchmark::noFolder),
                                random),
                        _ -> {})) {
            distillation.run(StepLoop.telling(beforeStep));
        }
    }

    private static Path noFolder(String bank) {
        throw new IllegalStateException("steps that are timed keep no images such as those of " + bank);
    }

    private static ConfigException nothingToTime() {
        return new ConfigException("only an experiment with a student and a generator has steps to time");
    }
}

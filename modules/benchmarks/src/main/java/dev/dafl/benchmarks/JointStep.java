package dev.dafl.benchmarks;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.tools.StepBenchmark;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/** The joint step of the paper's MNIST experiment ({@code joint-step.yaml}), with a teacher that has learnt nothing. */
public record JointStep(Experiment experiment) {

    private static final Task TASK = new Task(
            "benchmark",
            new ImageShape(1, 32, 32),
            IntStream.range(0, 10).mapToObj(Integer::toString).toList(),
            Normalization.grey(0.1307, 0.3081));

    /** @param overrides over the file, such as {@code distillation.batch} */
    public static JointStep with(Map<String, String> overrides, Extensions extensions) throws IOException {
        return new JointStep(Experiment.prepare(
                ExperimentFile.parse("joint-step.yaml", resource("joint-step.yaml"), overrides, "bench"), extensions));
    }

    /** Seconds of each step, in order. */
    public List<Double> seconds() {
        return StepBenchmark.seconds(experiment, TASK);
    }

    /** Runs the steps; {@code beforeStep} hears the number of each, from 0. */
    public void run(LongConsumer beforeStep) {
        StepBenchmark.run(experiment, TASK, beforeStep);
    }

    static String resource(String name) throws IOException {
        try (InputStream in = JointStep.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

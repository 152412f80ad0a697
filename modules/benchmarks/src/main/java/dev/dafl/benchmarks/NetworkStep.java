package dev.dafl.benchmarks;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.compute.Compute;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.plugins.NetworkSize;
import dev.dafl.engine.plugins.Networks;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.tools.NetworkBenchmark;
import dev.dafl.engine.tools.NetworkBenchmark.Work;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.nn.Network;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What is done with a network on images of CIFAR-10's shape ({@code network-step.yaml}). */
public record NetworkStep(Experiment experiment) {

    private static final Task TASK = new Task(
            "benchmark",
            new ImageShape(3, 32, 32),
            IntStream.range(0, 10).mapToObj(Integer::toString).toList(),
            new Normalization(List.of(0.4914, 0.4822, 0.4465), List.of(0.2023, 0.1994, 0.2010)));

    /** @param overrides over the file, such as {@code teacher.batch} */
    public static NetworkStep with(NamedNetwork network, Map<String, String> overrides, Extensions extensions)
            throws IOException {
        Map<String, String> all = new HashMap<>(overrides);
        all.put("teacher.model.name", network.name());
        network.options().forEach((option, value) -> all.put("teacher.model." + option, value));
        return new NetworkStep(Experiment.prepare(
                ExperimentFile.parse("network-step.yaml", JointStep.resource("network-step.yaml"), all, "bench"),
                extensions));
    }

    /** Seconds of each step, in order. */
    public List<Double> seconds(Work work, int steps) {
        return seconds(work, steps, Ranks.ALONE);
    }

    /** Seconds of each step that these ranks take together; each of them calls this. */
    public List<Double> seconds(Work work, int steps, Ranks ranks) {
        return NetworkBenchmark.seconds(experiment, TASK, work, steps, ranks);
    }

    /** Products that the network adds up for one image. */
    public long multiplyAdds() {
        Networks networks = new Networks(experiment.file(), new Compute(Device.CPU, false), new RandomStream(0));
        try (Network network =
                networks.classifier("teacher", experiment.parts().teacher(), TASK.shape(), TASK.classes())) {
            return NetworkSize.multiplyAdds(
                    network,
                    TASK.shape().channels(),
                    TASK.shape().height(),
                    TASK.shape().width());
        }
    }
}

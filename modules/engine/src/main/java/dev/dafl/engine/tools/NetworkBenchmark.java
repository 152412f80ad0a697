package dev.dafl.engine.tools;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.Experiment.Choice;
import dev.dafl.engine.config.TeacherConfig;
import dev.dafl.engine.plugins.Networks;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.training.KeptMemory;
import dev.dafl.engine.training.Learner;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Times what is done with an experiment's teacher, on images of noise. No data are read. */
public final class NetworkBenchmark {

    /** What is timed. */
    public enum Work {
        /** A forward, cross-entropy, the backward to all weights, and the optimizer. */
        TRAINING,
        /** A frozen network's forward, and the backward to its images. */
        FROZEN,
        /** A forward without gradients. */
        EVALUATION;

        public static Work parse(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Network network;
    private final Learner learner;
    private final Tensor images;
    private final Tensor labels;

    private NetworkBenchmark(Network network, Learner learner, Tensor images, Tensor labels) {
        this.network = network;
        this.learner = learner;
        this.images = images;
        this.labels = labels;
    }

    /**
     * @param experiment with a teacher, its batch and its optimizer
     * @param task that the images and classes are of
     * @param steps how often it is done
     * @param ranks that do it together, each of which calls this
     * @return the seconds of each, in order
     */
    public static List<Double> seconds(Experiment experiment, Task task, Work work, int steps, Ranks ranks) {
        TeacherConfig config = experiment.config().teacher();
        Choice choice = Experiment.choose(experiment.file(), ranks);
        RandomStream random = new RandomStream(experiment.config().seed());
        Networks networks = new Networks(experiment.file(), choice.compute(), random);
        try (TensorScope _ = TensorScope.open();
                KeptMemory memory = new KeptMemory();
                Network network =
                        networks.classifier("teacher", experiment.parts().teacher(), task.shape(), task.classes());
                Learner learner = new Learner(network, config.optimizer(), steps)) {
            if (work != Work.TRAINING) {
                network.parameters().freeze();
            }
            NetworkBenchmark benchmark = new NetworkBenchmark(
                    network,
                    learner,
                    noise(config.batch(), task, random.at("images", 0))
                            .to(choice.compute().device())
                            .contiguous(choice.compute().format()),
                    labels(config.batch(), task.classes()).to(choice.compute().device()));
            List<Double> seconds = new ArrayList<>();
            for (int i = 0; i < steps; i++) {
                long begin = System.nanoTime();
                try (TensorScope _ = TensorScope.open()) {
                    benchmark.once(work);
                }
                memory.stepDone();
                seconds.add((System.nanoTime() - begin) / 1e9);
            }
            return seconds;
        }
    }

    private void once(Work work) {
        switch (work) {
            case TRAINING -> {
                Functional.crossEntropy(network.forward(images, Pass.train()), labels)
                        .backward();
                learner.update();
            }
            case FROZEN -> {
                Tensor leaf = images.detach().requiresGrad_(true);
                network.forward(leaf, Pass.frozen()).sum().backward();
                // An element, so that a device has done its work.
                leaf.takeGrad().orElseThrow().flatten(0).narrow(0, 0, 1).sum().item();
            }
            case EVALUATION -> {
                try (GradMode _ = GradMode.disabled()) {
                    network.forward(images, Pass.frozen()).sum().item();
                }
            }
        }
    }

    private static Tensor noise(int count, Task task, RandomGenerator random) {
        long[] shape = {
            count, task.shape().channels(), task.shape().height(), task.shape().width()
        };
        return Initializer.normal(0, 1).values(shape, random);
    }

    private static Tensor labels(int count, int classes) {
        long[] labels = new long[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % classes;
        }
        return Tensor.of(labels, count);
    }
}

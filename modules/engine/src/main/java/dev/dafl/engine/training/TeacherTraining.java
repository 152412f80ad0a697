package dev.dafl.engine.training;

import dev.dafl.engine.config.TeacherConfig;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.Optimizer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Trains a classifier on labelled images by cross-entropy.
 *
 * @param config epochs, batch, optimizer
 * @param random shuffles the images of each epoch
 */
public record TeacherTraining(TeacherConfig config, RandomStream random) {

    private static final int REPORT_EVERY = 20;

    /**
     * Trains in place.
     *
     * @throws TrainingFailedException when the loss is no number any more
     * @throws InterruptedRunException when the observer wants an end
     */
    public void train(Network network, LabelledImages data, TrainingObserver observer) {
        long stepsOfEpoch = (data.count() + config.batch() - 1) / config.batch();
        long steps = stepsOfEpoch * config.epochs();
        LearningRate rate = config.optimizer().rate(steps);
        double clip = config.optimizer().clipNorm().orElse(Double.POSITIVE_INFINITY);
        try (Optimizer optimizer = Optimizer.of(config.optimizer().options(), network.parameters());
                KeptMemory memory = new KeptMemory()) {
            for (int epoch = 0; epoch < config.epochs(); epoch++) {
                long[] order = shuffled(data.count(), random.at("shuffle", epoch));
                for (long i = 0; i < stepsOfEpoch; i++) {
                    observer.checkInterrupted();
                    long step = epoch * stepsOfEpoch + i;
                    double loss = step(
                            network,
                            optimizer,
                            data,
                            order,
                            i,
                            random.at("augment", step),
                            rate.at(step),
                            clip,
                            step % REPORT_EVERY == 0 || step == steps - 1);
                    memory.stepDone();
                    if (!Double.isNaN(loss)) {
                        observer.teacherProgress(
                                step + 1, steps, new TreeMap<>(Map.of("loss", loss, "epoch", epoch + 1.0)));
                    }
                }
            }
        }
    }

    /** The loss, or NaN where it was not asked for. */
    private double step(
            Network network,
            Optimizer optimizer,
            LabelledImages data,
            long[] order,
            long batch,
            RandomGenerator numbers,
            double rate,
            double clip,
            boolean report) {
        try (TensorScope _ = TensorScope.open()) {
            int from = Math.toIntExact(batch * config.batch());
            int to = Math.min(order.length, from + config.batch());
            Tensor indices = Tensor.of(Arrays.copyOfRange(order, from, to), to - from)
                    .to(network.parameters().device());
            Tensor logits = network.forward(data.augmented(indices, numbers), Pass.train());
            Tensor loss = Functional.crossEntropy(logits, data.labels(indices));
            loss.backward();
            optimizer.step(rate, clip);
            if (!report) {
                return Double.NaN;
            }
            double value = loss.item();
            if (!Double.isFinite(value)) {
                throw new TrainingFailedException("the teacher's loss became " + value
                        + "; lower teacher.optimizer.learning-rate, or set precision: fp32");
            }
            return value;
        }
    }

    private static long[] shuffled(long count, RandomGenerator random) {
        long[] order = new long[Math.toIntExact(count)];
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}

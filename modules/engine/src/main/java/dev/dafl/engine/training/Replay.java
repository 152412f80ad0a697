package dev.dafl.engine.training;

import dev.dafl.engine.config.ReplayConfig;
import dev.dafl.engine.plugins.StudentLoss;
import dev.dafl.spi.DistillationLoss.DistillationBatch;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.Stateful;
import java.util.List;
import java.util.random.RandomGenerator;

/** Steps of the student on images of earlier generators. */
final class Replay implements Stateful, AutoCloseable {

    private final ReplayConfig config;
    private final Network teacher;
    private final Learner student;
    private final StudentLoss<?> loss;
    private final RandomStream random;
    private final ImageBank memory;

    Replay(ReplayConfig config, Network teacher, Learner student, StudentLoss<?> loss, RandomStream random) {
        this.config = config;
        this.teacher = teacher;
        this.student = student;
        this.loss = loss;
        this.random = random;
        this.memory = new ImageBank(
                random,
                "replay memory",
                config.batches(),
                student.network().parameters().device());
    }

    boolean isEmpty() {
        return memory.isEmpty();
    }

    /** Takes a fresh batch {@code [n, c, h, w]} into the memory. */
    void remember(Tensor images) {
        memory.reserve(images);
        memory.offer(images);
    }

    /**
     * Takes the steps that follow on one fresh batch.
     *
     * @param now number of the fresh batch
     * @param batch images a step
     * @param atOnce images that go through the networks at once
     */
    void steps(long now, int batch, int atOnce) {
        for (int i = 0; i < config.steps() && !isEmpty(); i++) {
            try (TensorScope _ = TensorScope.open()) {
                backward(batch, atOnce, random.at("replay", now * config.steps() + i));
                student.update();
            }
        }
    }

    @Override
    public void save(State state) {
        memory.save(state);
    }

    @Override
    public void load(State state) {
        memory.load(state);
    }

    @Override
    public void close() {
        memory.close();
    }

    private void backward(int batch, int atOnce, RandomGenerator numbers) {
        Tensor images;
        try (GradMode _ = GradMode.disabled()) {
            images = new Distortion(config.distort()).of(memory.draw(batch, numbers), numbers);
        }
        for (long start = 0; start < batch; start += atOnce) {
            long length = Math.min(atOnce, batch - start);
            try (TensorScope _ = TensorScope.open()) {
                Tensor value = lossOf(length == batch ? images : images.narrow(0, start, length), numbers);
                (length == batch ? value : Functional.weightedSum(List.of(value), (double) length / batch)).backward();
            }
        }
    }

    private Tensor lossOf(Tensor images, RandomGenerator numbers) {
        Tensor teacherLogits;
        try (GradMode _ = GradMode.disabled()) {
            teacherLogits = teacher.forward(images, Pass.evaluate());
        }
        Tensor studentLogits = student.network().forward(images, Pass.train(numbers));
        return loss.compute(new DistillationBatch(images, studentLogits, teacherLogits));
    }
}

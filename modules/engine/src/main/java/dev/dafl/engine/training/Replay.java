package dev.dafl.engine.training;

import dev.dafl.engine.config.ReplayConfig;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.Stateful;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Steps of the student on images of earlier generators. */
final class Replay implements Stateful, AutoCloseable {

    private final ReplayConfig config;
    private final Learner student;
    private final Teaching teaching;
    private final RandomStream random;
    private final ImageBank memory;

    Replay(ReplayConfig config, Learner student, Teaching teaching, RandomStream random) {
        this.config = config;
        this.student = student;
        this.teaching = teaching;
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
     * @param progress share of the run that is done, 0 to 1
     */
    void steps(long now, int batch, int atOnce, double progress) {
        for (int i = 0; i < config.steps() && !isEmpty(); i++) {
            try (TensorScope _ = TensorScope.open()) {
                backward(batch, atOnce, progress, random.at("replay", now * config.steps() + i));
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

    private void backward(int batch, int atOnce, double progress, RandomGenerator numbers) {
        Tensor images;
        try (GradMode _ = GradMode.disabled()) {
            images = new Distortion(config.distort()).of(memory.draw(batch, numbers), numbers);
        }
        for (long start = 0; start < batch; start += atOnce) {
            long length = Math.min(atOnce, batch - start);
            try (TensorScope _ = TensorScope.open()) {
                Tensor value = teaching.on(
                                length == batch ? images : images.narrow(0, start, length),
                                Optional.empty(),
                                numbers,
                                progress)
                        .loss();
                (length == batch ? value : Functional.weightedSum(List.of(value), (double) length / batch)).backward();
            }
        }
    }
}

package dev.dafl.engine.training;

import dev.dafl.engine.training.DistillationStep.Start;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What generators make images from. */
final class Latents {

    private Latents() {}

    /**
     * z ~ N(0, I), and evenly drawn classes for a conditional generator.
     *
     * @param classes of the teacher for a conditional generator, else 0
     */
    static Start draw(int count, int latentSize, int classes, Device device, RandomGenerator random) {
        int columns = latentSize + classes;
        float[] values = new float[count * columns];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < latentSize; j++) {
                values[i * columns + j] = (float) random.nextGaussian();
            }
        }
        if (classes == 0) {
            return new Start(Tensor.of(values, count, columns).to(device), Optional.empty());
        }
        long[] targets = new long[count];
        for (int i = 0; i < count; i++) {
            targets[i] = random.nextInt(classes);
            values[i * columns + latentSize + (int) targets[i]] = 1;
        }
        return new Start(
                Tensor.of(values, count, columns).to(device),
                Optional.of(Tensor.of(targets, count).to(device)));
    }
}

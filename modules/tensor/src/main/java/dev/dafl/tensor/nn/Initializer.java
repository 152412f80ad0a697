package dev.dafl.tensor.nn;

import dev.dafl.tensor.Tensor;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** The first values of a parameter. */
@FunctionalInterface
public interface Initializer {

    /** @return a new float32 tensor of that shape on the CPU */
    Tensor values(long[] shape, RandomGenerator random);

    static Initializer constant(double value) {
        return (shape, _) -> {
            float[] values = new float[count(shape)];
            Arrays.fill(values, (float) value);
            return Tensor.of(values, shape);
        };
    }

    /** Uniform in [-bound, bound). */
    static Initializer uniform(double bound) {
        return (shape, random) -> {
            float[] values = new float[count(shape)];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((random.nextDouble() * 2 - 1) * bound);
            }
            return Tensor.of(values, shape);
        };
    }

    static Initializer normal(double mean, double std) {
        return (shape, random) -> {
            float[] values = new float[count(shape)];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (mean + std * random.nextGaussian());
            }
            return Tensor.of(values, shape);
        };
    }

    private static int count(long[] shape) {
        long count = 1;
        for (long size : shape) {
            count *= size;
        }
        return Math.toIntExact(count);
    }
}

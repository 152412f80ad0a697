package dev.dafl.checks;

import dev.dafl.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/** Made-up values that {@code golden.py} makes as well, to the bit: an integer hash of a name and an element's index. */
final class Noise {

    private Noise() {}

    /** Uniform in [-1, 1). */
    static Tensor uniform(String name, long... shape) {
        return values(name, 0, 1, shape);
    }

    /** Weights keep the size of what passes through them; scales and variances are around 1, the rest around 0. */
    static Tensor parameter(String name, long... shape) {
        if (shape.length > 1) {
            return values(name, 0, Math.sqrt(6.0 / (count(shape) / shape[0])), shape);
        }
        return name.endsWith("weight") || name.endsWith("running_var")
                ? values(name, 1, 0.5, shape)
                : values(name, 0, 0.25, shape);
    }

    private static Tensor values(String name, double centre, double radius, long... shape) {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        int start = (int) crc.getValue();
        float[] values = new float[Math.toIntExact(count(shape))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (centre + radius * unit(i * 0x9E3779B1 + start));
        }
        return Tensor.of(values, shape);
    }

    /** The finalizer of MurmurHash3, its upper 24 bits as a number in [-1, 1). */
    private static double unit(int index) {
        int h = (index ^ (index >>> 16)) * 0x85EBCA6B;
        h = (h ^ (h >>> 13)) * 0xC2B2AE35;
        h ^= h >>> 16;
        return (h >>> 8) * 0x1p-23 - 1;
    }

    private static long count(long... shape) {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }
}

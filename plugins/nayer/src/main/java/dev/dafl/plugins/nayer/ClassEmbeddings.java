package dev.dafl.plugins.nayer;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.tensor.safetensors.SafetensorsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A vector for each class: float32 {@code [classes, d]} on the CPU. */
final class ClassEmbeddings {

    private static final String WANTED = "safetensors file with one tensor [classes, d]";

    private ClassEmbeddings() {}

    /**
     * Orthogonal vectors of length 1, each in a direction that is as likely as any other: rows of normal numbers, from each of
     * which the directions of those above are taken away (Gram and Schmidt).
     *
     * @throws IllegalArgumentException when so many cannot be orthogonal
     */
    static Tensor orthogonal(int classes, int size, RandomGenerator random) {
        if (classes > size) {
            throw new IllegalArgumentException("embedding-size must be at least the number of classes, " + classes
                    + ", since more vectors than that are not orthogonal to each other; it is " + size);
        }
        double[][] rows = new double[classes][size];
        for (int row = 0; row < classes; row++) {
            for (int i = 0; i < size; i++) {
                rows[row][i] = random.nextGaussian();
            }
            // Once more: the first time leaves the rounding errors of what it takes away.
            for (int times = 0; times < 2; times++) {
                for (int above = 0; above < row; above++) {
                    takeAway(rows[row], rows[above]);
                }
            }
            scale(rows[row], 1 / Math.sqrt(product(rows[row], rows[row])));
        }
        float[] values = new float[classes * size];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) rows[i / size][i % size];
        }
        return Tensor.of(values, classes, size);
    }

    private static void takeAway(double[] vector, double[] direction) {
        double length = product(vector, direction);
        for (int i = 0; i < vector.length; i++) {
            vector[i] -= length * direction[i];
        }
    }

    private static double product(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    private static void scale(double[] vector, double factor) {
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= factor;
        }
    }

    /**
     * Those of a file.
     *
     * @param written where it is, as the user wrote it
     * @throws IOException when it cannot be read, in one sentence
     * @throws IllegalArgumentException when it does not hold what it should
     */
    static Tensor read(String written, int classes) throws IOException {
        Path file = path(written);
        if (!Files.isRegularFile(file)) {
            throw new IOException("embedding: there is no file " + file + "; give a " + WANTED
                    + ", or leave embedding out for orthogonal vectors");
        }
        Map<String, Tensor> tensors;
        try {
            tensors = Safetensors.read(file);
        } catch (SafetensorsException e) {
            throw new IllegalArgumentException("embedding: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException("embedding: cannot read " + file + ": " + e, e);
        }
        if (tensors.size() != 1) {
            throw new IllegalArgumentException(
                    "embedding: " + file + " holds " + tensors.size() + " tensors; give a " + WANTED);
        }
        Tensor table = tensors.values().iterator().next();
        if (table.dim() != 2 || !table.dtype().isFloating()) {
            throw new IllegalArgumentException(
                    "embedding: " + file + " holds " + table + "; give a " + WANTED + " of floating numbers");
        }
        if (table.size(0) != classes) {
            throw new IllegalArgumentException("embedding: " + file + " holds vectors of " + table.size(0)
                    + " classes and the teacher knows " + classes
                    + "; give one vector for each class, in the order of the classes");
        }
        Tensor vectors = table.to(DType.FLOAT32);
        if (vectors.isfinite().all().item() == 0) {
            throw new IllegalArgumentException(
                    "embedding: " + file + " holds a NaN or an infinite number; give finite vectors");
        }
        return vectors;
    }

    private static Path path(String written) {
        try {
            return Path.of(written);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("embedding is not a path: " + e.getMessage(), e);
        }
    }
}

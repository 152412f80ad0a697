package dev.dafl.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Values that PyTorch computed: see src/test/python/golden.py, which writes the files. */
public record Golden(Map<String, Tensor> tensors) {

    /** Into the innermost scope. */
    public static Golden read(String name) {
        try {
            return new Golden(Safetensors.read(Path.of("src/test/resources/golden", name + ".safetensors")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        return tensor == null ? fail("no golden value " + name) : tensor;
    }

    /** Those named prefix.0, prefix.1 and so on. */
    List<Tensor> list(String prefix) {
        List<Tensor> list = new ArrayList<>();
        for (int i = 0; tensors.containsKey(prefix + i); i++) {
            list.add(get(prefix + i));
        }
        return list;
    }

    /** Same shape and, within a tolerance that grows with the largest value, same elements. */
    public static void assertClose(Tensor expected, Tensor actual, double tolerance, String what) {
        assertArrayEquals(expected.shape(), actual.shape(), what);
        double[] right = expected.toDoubles();
        double[] is = actual.toDoubles();
        double largest = 1;
        for (double value : right) {
            largest = Double.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
        }
        for (int i = 0; i < right.length; i++) {
            assertEquals(right[i], is[i], tolerance * largest, what + ", element " + i);
        }
    }
}

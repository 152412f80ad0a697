package dev.dafl.plugins.inversion;

import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Writes the random numbers of DeepInversionTest's first round for src/test/python/reference.py, which cannot draw them itself. The
 * order in which they are drawn is the method's: should it change, the test fails.
 */
final class DrawsForPython {

    private DrawsForPython() {}

    /** @param arguments the file */
    public static void main(String[] arguments) throws IOException {
        // As a workspace of the method in a run of seed 1 has it.
        RandomStream random = new RandomStream(1).child("method");
        try (TensorScope _ = TensorScope.open()) {
            long[] targets = new long[DeepInversionTest.BATCH];
            RandomGenerator classes = random.at("targets", 0);
            for (int i = 0; i < targets.length; i++) {
                targets[i] = classes.nextInt(4);
            }
            long[] jitter = new long[DeepInversionTest.STEPS * 3];
            for (int step = 0; step < DeepInversionTest.STEPS; step++) {
                Jitter one = Jitter.draw(1, 1, true, random.at("jitter", step));
                jitter[3 * step] = one.down();
                jitter[3 * step + 1] = one.right();
                jitter[3 * step + 2] = one.mirrored() ? 1 : 0;
            }
            Safetensors.write(
                    Path.of(arguments[0]),
                    Map.of(
                            "noise",
                            Initializer.normal(0, 1)
                                    .values(new long[] {DeepInversionTest.BATCH, 3, 8, 8}, random.at("noise", 0)),
                            "targets",
                            Tensor.of(targets, targets.length),
                            "jitter",
                            Tensor.of(jitter, DeepInversionTest.STEPS, 3)),
                    Map.of("origin", DrawsForPython.class.getName()));
        }
    }
}

package dev.dafl.plugins.mad;

import dev.dafl.spi.test.PlainGenerator;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Writes the random numbers of MadTest's rounds for src/test/python/reference.py, which cannot draw them itself. The order in which
 * they are drawn is the method's: should it change, the test fails.
 */
final class DrawsForPython {

    private DrawsForPython() {}

    /** @param arguments the file */
    public static void main(String[] arguments) throws IOException {
        RandomStream run = new RandomStream(1);
        Map<String, Tensor> draws = new HashMap<>();
        try (TensorScope _ = TensorScope.open()) {
            for (int step = 0; step < MadTest.ROUNDS * MadTest.STEPS; step++) {
                draws.put(
                        "latent." + step,
                        latent(MadTest.BATCH, run.child("method").at("latent", step)));
            }
            // What the trial asks for after its last step.
            RandomGenerator last = run.at("sample", MadTest.ROUNDS);
            draws.put("own", latent(MadTest.OWN, last));
            draws.put("earlier", latent(MadTest.EARLIER, last));
            Safetensors.write(Path.of(arguments[0]), draws, Map.of("origin", DrawsForPython.class.getName()));
        }
    }

    private static Tensor latent(int count, RandomGenerator random) {
        return Initializer.normal(0, 1).values(new long[] {count, PlainGenerator.LATENT}, random);
    }
}

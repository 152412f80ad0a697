package dev.dafl.plugins.fast;

import dev.dafl.spi.test.SmallGenerator;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Writes what a trial with the seed 1 draws in its rounds, for reference.py. */
final class Draws {

    static final Path FILE = Path.of("src/test/resources/golden/draws.safetensors");
    static final int ROUNDS = 2;
    static final int BATCH = 6;
    private static final int CLASSES = 4;

    private Draws() {}

    public static void main(String[] args) throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Safetensors.write(FILE, all(), Map.of("origin", "dev.dafl.plugins.fast.Draws"));
        }
    }

    static Map<String, Tensor> all() {
        RandomStream random = new RandomStream(1).child("method");
        Map<String, Tensor> draws = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            draws.put(
                    "latent." + round,
                    Initializer.normal(0, 1)
                            .values(new long[] {BATCH, SmallGenerator.LATENT}, random.at("latent", round)));
            RandomGenerator numbers = random.at("targets", round);
            draws.put(
                    "targets." + round,
                    Tensor.of(numbers.ints(BATCH, 0, CLASSES).asLongStream().toArray(), BATCH));
        }
        return draws;
    }
}

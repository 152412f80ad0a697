package dev.dafl.plugins.game;

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

/** Writes what a trial with the seed 1 draws in its first round, for reference.py. */
final class Draws {

    static final Path FILE = Path.of("src/test/resources/golden/draws.safetensors");
    static final int STEPS = 3;
    static final int BATCH = 6;

    private Draws() {}

    public static void main(String[] args) throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Safetensors.write(FILE, all(), Map.of("origin", "dev.dafl.plugins.game.Draws"));
        }
    }

    static Map<String, Tensor> all() {
        RandomStream random = new RandomStream(1).child("method");
        Map<String, Tensor> draws = new LinkedHashMap<>();
        for (int step = 0; step < STEPS; step++) {
            draws.put(
                    "latent." + step,
                    Initializer.normal(0, 1)
                            .values(new long[] {BATCH, SmallGenerator.LATENT}, random.at("latent", step)));
        }
        return draws;
    }
}

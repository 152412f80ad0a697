package dev.dafl.plugins.spaceship;

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
    private static final int CLASSES = 4;

    private Draws() {}

    public static void main(String[] args) throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Safetensors.write(FILE, all(), Map.of("origin", "dev.dafl.plugins.spaceship.Draws"));
        }
    }

    /** Pairs, {@code [exchanged, 2]}, and coins, {@code [exchanged, channels]} from 0 to 1, are drawn here once more, one by one. */
    static Map<String, Tensor> all() {
        RandomStream random = new RandomStream(1).child("method");
        Map<String, Tensor> draws = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            draws.put(
                    "latent." + round,
                    Initializer.normal(0, 1)
                            .values(new long[] {Small.BATCH, Small.LATENT}, random.at("latent", round)));
            RandomGenerator numbers = random.at("targets", round);
            draws.put(
                    "targets." + round,
                    Tensor.of(
                            numbers.ints(Small.BATCH, 0, CLASSES).asLongStream().toArray(), Small.BATCH));
            exchange(draws, round, random.at("exchange", round));
        }
        return draws;
    }

    private static void exchange(Map<String, Tensor> draws, int round, RandomGenerator random) {
        int stored = Math.min((round + 1) * Small.BATCH, Small.STORED);
        long[] pairs = new long[2 * Small.EXCHANGED];
        float[] coins = new float[Small.EXCHANGED * Small.MAPS];
        for (int i = 0; i < Small.EXCHANGED; i++) {
            pairs[2 * i] = random.nextLong(stored);
            long among = random.nextLong(stored - 1);
            pairs[2 * i + 1] = among < pairs[2 * i] ? among : among + 1;
            for (int channel = 0; channel < Small.MAPS; channel++) {
                coins[i * Small.MAPS + channel] = (float) random.nextDouble();
            }
        }
        draws.put("pairs." + round, Tensor.of(pairs, Small.EXCHANGED, 2));
        draws.put("coins." + round, Tensor.of(coins, Small.EXCHANGED, Small.MAPS));
    }
}

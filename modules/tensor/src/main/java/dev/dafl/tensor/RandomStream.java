package dev.dafl.tensor;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Random numbers by counter: the numbers for a purpose at a step follow from (seed, purpose, step) alone, so they do not
 * depend on what was drawn before, on the device, or on libtorch's version. A run that is taken up again at a step draws
 * what it would have drawn.
 *
 * @param seed of the run
 */
public record RandomStream(long seed) {

    private static final RandomGeneratorFactory<RandomGenerator> ALGORITHM =
            RandomGeneratorFactory.of("L64X128MixRandom");

    /** The golden ratio's bits: takes the seeds of children away from what {@link #at} computes of the same seed. */
    private static final long CHILDREN = 0x9e3779b97f4a7c15L;

    /**
     * A fresh generator.
     *
     * @param purpose what the numbers are for, such as {@code latent}
     * @param step a counter within that purpose
     */
    public RandomGenerator at(String purpose, long step) {
        return ALGORITHM.create(mix(mix(mix(seed) ^ hash(purpose)) ^ step));
    }

    /**
     * A stream of its own, for a part that names its purposes without knowing those of others, such as a plugin: what it
     * draws has nothing to do with what this stream or another child draws, whatever their purposes are called.
     *
     * @param name of the part; one name is always the same child
     */
    public RandomStream child(String name) {
        return new RandomStream(mix(mix(seed ^ CHILDREN) ^ hash(name)));
    }

    /** FNV-1a over the characters: stable across Java versions by definition, unlike an identity hash. */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** The finalizer of MurmurHash3 in Stafford's variant 13: every input bit reaches every output bit. */
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}

package dev.dafl.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class RandomStreamTest {

    private static final String PINNED = "816135705157380979 -0.12783471298937066";

    @Test
    void numbersFollowFromSeedPurposeAndStep() {
        long first = new RandomStream(1).at("latent", 5).nextLong();
        assertEquals(first, new RandomStream(1).at("latent", 5).nextLong());
        assertNotEquals(first, new RandomStream(2).at("latent", 5).nextLong());
        assertNotEquals(first, new RandomStream(1).at("shuffle", 5).nextLong());
        assertNotEquals(first, new RandomStream(1).at("latent", 6).nextLong());
    }

    /** Pinned: a change here changes every run that was ever reported. */
    @Test
    void theNumbersStayTheSameFromReleaseToRelease() {
        var random = new RandomStream(1).at("latent", 0);
        assertEquals(PINNED, random.nextLong() + " " + random.nextGaussian());
    }
}

package dev.dafl.plugins.inversion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class JitterTest {

    @Test
    void whatLeavesAtOneEdgeComesInAtTheOther() {
        assertMoved(new Jitter(0, 0, false), 1, 2, 3, 4, 5, 6);
        assertMoved(new Jitter(1, 0, false), 4, 5, 6, 1, 2, 3);
        assertMoved(new Jitter(0, 1, false), 3, 1, 2, 6, 4, 5);
        assertMoved(new Jitter(0, -1, false), 2, 3, 1, 5, 6, 4);
        assertMoved(new Jitter(-1, 1, true), 5, 4, 6, 2, 1, 3);
    }

    private static void assertMoved(Jitter jitter, float... expected) {
        try (TensorScope _ = TensorScope.open()) {
            Tensor image = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 1, 2, 3);
            assertArrayEquals(expected, jitter.of(image).toFloats(), jitter.toString());
        }
    }

    @Test
    void allPlacesWithinReachAreDrawn() {
        Set<String> seen = new TreeSet<>();
        for (int i = 0; i < 300; i++) {
            Jitter jitter = Jitter.draw(1, 2, true, new RandomStream(2).at("jitter", i));
            seen.add(jitter.toString());
            assertFalse(Jitter.draw(1, 2, false, new RandomStream(2).at("jitter", i))
                    .mirrored());
        }
        assertEquals(3 * 5 * 2, seen.size());
    }
}

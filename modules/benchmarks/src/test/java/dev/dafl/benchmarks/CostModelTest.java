package dev.dafl.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CostModelTest {

    /** Two seconds of computing, and ten exchanges of a gigabyte in all. */
    private static final CostModel MODEL = new CostModel(2, 10, 1e9);

    @Test
    void oneRankExchangesNothing() {
        CostModel.Network one = new CostModel.Network(1, 1e9, 0.001);
        assertEquals(0, MODEL.exchanging(one));
        assertEquals(2, MODEL.divided(one));
        assertEquals(1, MODEL.speedupOfGrowing(one));
    }

    @Test
    void exchangesTakeTheirMessagesAndNearlyTwiceTheirBytes() {
        CostModel.Network eight = new CostModel.Network(8, 1e9, 0.001);
        // 10 exchanges of 6 messages, and 7 eighths of 2 GB.
        assertEquals(0.06 + 1.75, MODEL.exchanging(eight), 1e-12);
        assertEquals(0.25 + 1.81, MODEL.divided(eight), 1e-12);
        assertEquals(8 * 2 / 3.81, MODEL.speedupOfGrowing(eight), 1e-12);
    }
}

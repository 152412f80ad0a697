package dev.dafl.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.run.MatrixTable.Spread;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class AgainstBestTest {

    private static Spread spread(Double... values) {
        return Spread.of(Arrays.asList(values)).orElseThrow();
    }

    private static double p(Spread a, Spread b) {
        return WelchTest.pValue(a, b).orElseThrow();
    }

    /** Computed in Python 3.11 by Simpson's rule over the density of Student's distribution, with 200,000 intervals. */
    @Test
    void pValuesAreThoseOfWelchsTest() {
        assertEquals(0.10944299893807752, p(spread(.9, .92, .95), spread(.8, .85, .9)), 1e-9);
        assertEquals(0.2856363232446538, p(spread(.97, .98), spread(.90, .95)), 1e-9);
        assertEquals(0.007114134588911081, p(spread(.90, .91, .92), spread(.975, .976, .977)), 1e-9);
        Spread a = spread(27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4);
        Spread b = spread(27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 24.9);
        assertEquals(0.007561397502409584, p(a, b), 1e-9);
        assertEquals(p(a, b), p(b, a));
        assertEquals(1, p(a, a), 1e-12);
    }

    @Test
    void ofTooLittleItSaysNothing() {
        assertTrue(WelchTest.pValue(spread(.9), spread(.8, .81)).isEmpty(), "one run");
        assertTrue(WelchTest.pValue(spread(.9, .9), spread(.8, .8)).isEmpty(), "nothing varies");
        assertEquals(
                new AgainstBest(Optional.empty(), List.of(OptionalDouble.empty())),
                AgainstBest.of(List.of(Optional.of(spread(.9, .8)))));
        assertEquals(
                new AgainstBest(
                        Optional.of(1),
                        List.of(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty())),
                AgainstBest.of(List.of(Optional.of(spread(.9, .8)), Optional.of(spread(.95)), Optional.empty())));
    }

    /** Holm: the smallest of three is taken three times, the next twice, and none is smaller than one before. */
    @Test
    void severalRowsAreAllowedFor() {
        Spread best = spread(.975, .976, .977);
        Spread far = spread(.90, .91, .92);
        Spread near = spread(.95, .96, .97);
        Spread same = spread(.97, .976, .98);
        AgainstBest against =
                AgainstBest.of(List.of(Optional.of(near), Optional.of(best), Optional.of(same), Optional.of(far)));
        assertEquals(Optional.of(1), against.best());
        assertEquals(3 * p(best, far), against.pValues().get(3).orElseThrow(), 1e-12);
        assertEquals(2 * p(best, near), against.pValues().get(0).orElseThrow(), 1e-12);
        assertEquals(p(best, same), against.pValues().get(2).orElseThrow(), 1e-12);
        assertTrue(against.pValues().get(1).isEmpty(), "the best against itself");
    }
}

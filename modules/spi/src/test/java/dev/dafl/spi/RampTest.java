package dev.dafl.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.Ramp.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class RampTest {

    @Test
    void itGoesStraightFromPointToPoint() {
        Ramp ramp = new Ramp(List.of(new Point(0.25, 1), new Point(0.5, 3), new Point(0.75, -1)));
        assertEquals(1, ramp.at(0));
        assertEquals(1, ramp.at(0.25));
        assertEquals(2, ramp.at(0.375), 1e-12);
        assertEquals(3, ramp.at(0.5));
        assertEquals(1, ramp.at(0.625), 1e-12);
        assertEquals(-1, ramp.at(1));
    }

    @Test
    void aConstantIsTheSameAllTheTime() {
        assertEquals(0.3, Ramp.constant(0.3).at(0.7));
        assertTrue(Ramp.constant(0.3).isConstant());
        assertTrue(new Ramp(List.of(new Point(0, 2), new Point(1, 2))).isConstant());
    }

    @Test
    void pointsThatMakeNoRampAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Ramp(List.of()));
        assertThrows(IllegalArgumentException.class, () -> new Ramp(List.of(new Point(0.5, 1), new Point(0.5, 2))));
        assertThrows(IllegalArgumentException.class, () -> new Point(1.1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Point(0, Double.NaN));
    }
}

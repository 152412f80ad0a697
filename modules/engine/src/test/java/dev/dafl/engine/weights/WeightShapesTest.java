package dev.dafl.engine.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.spi.Declared;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WeightShapesTest {

    /** In the order of the names 0.weight, 10.weight, 2.weight, 7.weight, as safetensors keeps them. */
    @Test
    void theOrderOfTheFileDoesNotMatter() {
        Declared told = WeightShapes.of(
                List.of(List.of(32L, 1L, 3L, 3L), List.of(10L, 128L), List.of(64L, 32L, 3L, 3L), List.of(128L, 9216L)));
        assertEquals(Optional.of(1), told.channels());
        assertEquals(Optional.of(10), told.classes());
    }

    @Test
    void depthwiseConvolutionsAreNotGreyImages() {
        Declared told = WeightShapes.of(List.of(
                List.of(32L, 1L, 3L, 3L), List.of(16L, 32L, 1L, 1L), List.of(32L, 3L, 3L, 3L), List.of(7L, 16L)));
        assertEquals(Optional.of(3), told.channels());
        assertEquals(Optional.of(7), told.classes());
    }

    @Test
    void whatIsNotCertainIsNotSaid() {
        Declared told = WeightShapes.of(List.of(List.of(5L, 9L), List.of(7L, 9L), List.of(64L), List.of()));
        assertEquals(Optional.empty(), told.channels());
        assertEquals(Optional.empty(), told.classes());
    }
}

package dev.dafl.plugins.strokes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.plugins.strokes.StrokeDigits.Options;
import dev.dafl.spi.DataFiles;
import dev.dafl.spi.Dataset;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StrokeDigitsTest {

    private static final DataFiles NONE = file -> {
        throw new AssertionError("no file is needed");
    };

    private final StrokeDigits plugin = new StrokeDigits();

    @Test
    void oneSeedDrawsTheSameBytes() {
        try (TensorScope _ = TensorScope.open()) {
            Dataset first = plugin.load(NONE, new Options(50, 20, 3, 0.025, 0.05));
            Dataset again = plugin.load(NONE, new Options(50, 20, 3, 0.025, 0.05));
            Dataset other = plugin.load(NONE, new Options(50, 20, 4, 0.025, 0.05));
            assertArrayEquals(
                    first.train().images().toBytes(), again.train().images().toBytes());
            assertArrayEquals(
                    first.test().images().toBytes(), again.test().images().toBytes());
            assertFalse(Arrays.equals(
                    first.train().images().toBytes(), other.train().images().toBytes()));
            assertFalse(Arrays.equals(
                    Arrays.copyOf(first.train().images().toBytes(), 784),
                    Arrays.copyOf(first.test().images().toBytes(), 784)));
        }
    }

    @Test
    void theClassesComeInTurnAndLookDifferent() {
        try (TensorScope _ = TensorScope.open()) {
            Dataset data = plugin.load(NONE, new Options(100, 10, 1, 0.025, 0));
            assertArrayEquals(new long[] {100, 1, 28, 28}, data.train().images().shape());
            assertEquals(10, data.classes());
            Tensor images = data.train().images().to(DType.FLOAT32).div(255);
            assertEquals(9, data.train().labels().select(0, 99).item());
            assertEquals(data.normalization().mean().getFirst(), images.mean().item(), 0.03);
            assertEquals(
                    data.normalization().std().getFirst(),
                    images.view(-1).std(false, false, 0).item(),
                    0.05);
            // The mean image of one digit is nearer to its own drawings than that of any other.
            Tensor means = images.view(10, 10, 784).mean(false, 0);
            for (int digit = 0; digit < 10; digit++) {
                double own = distance(images.select(0, digit), means.select(0, digit));
                double nearestOther = Double.MAX_VALUE;
                for (int other = 0; other < 10; other++) {
                    if (other != digit) {
                        nearestOther =
                                Math.min(nearestOther, distance(images.select(0, digit), means.select(0, other)));
                    }
                }
                assertTrue(own < nearestOther * 1.2, digit + ": " + own + " " + nearestOther);
            }
        }
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Options(9, 10, 1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Options(10, 2_000_000, 1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Options(10, 10, 1, 0.3, 0));
        assertThrows(IllegalArgumentException.class, () -> new Options(10, 10, 1, 0, Double.NaN));
    }

    private static double distance(Tensor image, Tensor mean) {
        return image.view(784).sub(mean).square().sum().item();
    }
}

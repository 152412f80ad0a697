package @package@;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dafl.spi.DataFiles;
import dev.dafl.spi.Dataset;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class @Class@Test {

    private final @Class@ factory = new @Class@();

    @Test
    void theSameOptionsGiveTheSameImages() {
        try (TensorScope _ = TensorScope.open()) {
            Dataset first = load(1);
            assertEquals(4, first.classes());
            assertEquals(40, first.train().size());
            assertEquals(8, first.test().size());
            assertArrayEquals(new long[] {0, 1, 2, 3, 0, 1, 2, 3}, first.test().labels().toLongs());
            assertArrayEquals(first.train().images().toBytes(), load(1).train().images().toBytes());
            assertFalse(Arrays.equals(
                    first.train().images().toBytes(), load(2).train().images().toBytes()));
        }
    }

    @Test
    void theNormalizationIsAboutThatOfTheImages() {
        try (TensorScope _ = TensorScope.open()) {
            Dataset dataset = load(1);
            Tensor pixels = dataset.train().images().to(DType.FLOAT32).div(255);
            assertEquals(dataset.normalization().mean().getFirst(), pixels.mean().item(), 0.05);
            assertEquals(
                    dataset.normalization().std().getFirst(),
                    pixels.flatten(0).std(false, false, 0).item(),
                    0.05);
        }
    }

    private Dataset load(long seed) {
        DataFiles none = file -> {
            throw new AssertionError("it needs no files, and asks for " + file);
        };
        return factory.load(none, new @Class@.Options(40, 8, 16, seed));
    }
}

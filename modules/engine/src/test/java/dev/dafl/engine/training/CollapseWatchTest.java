package dev.dafl.engine.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.GuardConfig;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.List;
import org.junit.jupiter.api.Test;

class CollapseWatchTest {

    private static final GeneratorHealth WELL = new GeneratorHealth(true, List.of(0.2), 0.8);
    private static final GeneratorHealth ALIKE = new GeneratorHealth(true, List.of(0.2), 0.1);
    private static final GeneratorHealth ONE_CLASS = new GeneratorHealth(true, List.of(0.95), 0.8);

    private final CollapseWatch watch = new CollapseWatch(new GuardConfig(null, null, null, 3, null, null));

    @Test
    void aHealthyGeneratorIsLeftAlone() {
        for (int i = 0; i < 100; i++) {
            assertTrue(watch.look(WELL).isEmpty());
        }
        assertTrue(watch.healthy());
    }

    @Test
    void threeSickLooksInARowAreDeath() {
        watch.look(WELL);
        assertTrue(watch.look(ALIKE).isEmpty());
        assertFalse(watch.healthy());
        assertTrue(watch.look(ALIKE).isEmpty());
        assertTrue(watch.look(WELL).isEmpty());
        assertTrue(watch.look(ALIKE).isEmpty());
        assertTrue(watch.look(ONE_CLASS).isEmpty());
        assertEquals(
                "its images are all alike (variety 0.100 where 0.800 was healthy)",
                watch.look(ALIKE).orElseThrow());
        watch.recovered();
        assertTrue(watch.look(ALIKE).isEmpty());
    }

    @Test
    void oneClassAtTheBeginningIsForgivenForLonger() {
        for (int i = 0; i < 29; i++) {
            assertTrue(watch.look(ONE_CLASS).isEmpty(), "look " + i);
        }
        assertEquals(
                "95 % of its images are of one class", watch.look(ONE_CLASS).orElseThrow());
    }

    @Test
    void logitsThatAreNoNumbersAreDeathAtOnce() {
        assertTrue(watch.look(new GeneratorHealth(false, List.of(0.1), 0.8)).isPresent());
    }

    @Test
    void healthIsReadFromTheBatch() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor logits = Tensor.of(new float[] {3, 0, 0, 2, 1, 0, 5, 4}, 4, 2);
            GeneratorHealth same = GeneratorHealth.of(Tensor.ones(DType.FLOAT32, Device.CPU, 4, 1, 2, 2), logits);
            assertEquals(new GeneratorHealth(true, List.of(0.75, 0.25), 0), same);
            assertEquals(0.75, same.classShare());
            Tensor images = Tensor.of(new float[] {0, 2, 0, 2}, 2, 1, 1, 2);
            assertEquals(0, GeneratorHealth.of(images, logits.narrow(0, 0, 2)).diversity());
            assertEquals(
                    1,
                    GeneratorHealth.of(Tensor.of(new float[] {0, 0, 2, 2}, 2, 1, 1, 2), logits.narrow(0, 0, 2))
                            .diversity());
            assertFalse(GeneratorHealth.of(images, Tensor.of(new float[] {Float.NaN, 0, 0, 1}, 2, 2))
                    .finite());
        }
    }
}

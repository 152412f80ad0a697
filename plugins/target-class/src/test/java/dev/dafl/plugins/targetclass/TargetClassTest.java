package dev.dafl.plugins.targetclass;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm.Need;
import dev.dafl.spi.Plugin;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Value and gradient by PyTorch 2.13.0: F.cross_entropy(y, targets); see reference.py. */
class TargetClassTest {

    private final TargetClass term = new TargetClass();
    private TensorScope scope;
    private Tensor logits;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
        logits = Tensor.of(new float[] {2, -1, 0.5f, 0.1f, 0.2f, 0.3f, -3, 4, 1, 1.5f, 1.4f, -2}, 4, 3)
                .requiresGrad_(true);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void isPyTorchs() {
        Tensor loss = term.compute(
                batch().targets(Tensor.of(new long[] {0, 2, 2, 1}, 4)).build(), Plugin.NoOptions.INSTANCE);
        assertEquals(0, loss.dim());
        assertEquals(DType.FLOAT32, loss.dtype());
        assertEquals(1.2632087469100952, loss.item(), 1e-6);
        loss.backward();
        assertArrayEquals(
                new float[] {
                    -0.05360074f,
                    0.00977814f,
                    0.0438226f,
                    0.0751524f,
                    0.08305624f,
                    -0.15820865f,
                    0.00021697f,
                    0.23793687f,
                    -0.23815382f,
                    0.12919664f,
                    -0.13309804f,
                    0.0039014f
                },
                logits.takeGrad().orElseThrow().toFloats(),
                1e-7f);
    }

    @Test
    void asksForTheClassesAndSaysSoWhereThereAreNone() {
        assertEquals(Set.of(Need.TARGETS), term.needs(Plugin.NoOptions.INSTANCE));
        GeneratedBatch without = batch().build();
        assertThrows(IllegalStateException.class, () -> term.compute(without, Plugin.NoOptions.INSTANCE));
    }

    private GeneratedBatch.Builder batch() {
        return GeneratedBatch.of(
                Tensor.zeros(DType.FLOAT32, Device.CPU, 4, 1, 2, 2), logits, Normalization.grey(0.5, 0.5));
    }
}

package dev.dafl.plugins.cmi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Golden values by PyTorch: see src/test/python/reference.py. */
class ContrastTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/contrast.safetensors");

    @Test
    void lossAndGradientsArePyTorchs() throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> golden = Safetensors.read(GOLDEN);
            check(golden, "alone", Optional.empty());
            check(golden, "earlier", Optional.of(Contrast.unit(golden.get("memory"))));
        }
    }

    private static void check(Map<String, Tensor> golden, String name, Optional<Tensor> earlier) {
        Tensor local = golden.get("local").copy().requiresGrad_(true);
        Tensor global = golden.get("global").copy().requiresGrad_(true);
        Tensor loss = Contrast.loss(Contrast.unit(local), Contrast.unit(global), earlier, 0.1);
        loss.backward();
        assertEquals(golden.get(name).item(), loss.item(), 1e-5);
        assertGradient(golden.get(name + ".local"), local);
        assertGradient(golden.get(name + ".global"), global);
    }

    private static void assertGradient(Tensor expected, Tensor leaf) {
        assertArrayEquals(expected.toFloats(), leaf.takeGrad().orElseThrow().toFloats(), 1e-6f);
    }

    @Test
    void imagesThatAreAlikeAreWorseThanThoseThatAreNot() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor alike = Contrast.unit(Tensor.of(new float[] {3, 1, 3, 1, 3, 1}, 3, 2));
            assertEquals(
                    Math.log(3),
                    Contrast.loss(alike, alike, Optional.empty(), 0.1).item(),
                    1e-6);
            assertEquals(
                    Math.log(5),
                    Contrast.loss(alike, alike, Optional.of(alike.narrow(0, 0, 2)), 0.1)
                            .item(),
                    1e-6);
            Tensor different = Contrast.unit(Tensor.of(new float[] {1, 0, 0, 1, -1, -1}, 3, 2));
            assertTrue(
                    Contrast.loss(different, different, Optional.empty(), 0.1).item() < 0.01);
        }
    }

    @Test
    void aRowOfZerosHasNoDirection() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor rows = Tensor.of(new float[] {0, 0, 3, 4}, 2, 2).requiresGrad_(true);
            Tensor unit = Contrast.unit(rows);
            assertArrayEquals(new float[] {0, 0, 0.6f, 0.8f}, unit.detach().toFloats(), 1e-6f);
            unit.sum().backward();
            for (float slope : rows.takeGrad().orElseThrow().toFloats()) {
                assertTrue(Float.isFinite(slope));
            }
        }
    }
}

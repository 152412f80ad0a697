package dev.dafl.plugins.predfkd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Golden values by PyTorch, with its own divergence of normal distributions: see src/test/python/reference.py. */
class RecollectionTest {

    @Test
    void lossAndGradientsArePyTorchs() throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> golden =
                    Safetensors.read(Path.of("src/test/resources/golden/recollection.safetensors"));
            Tensor code = golden.get("code").copy().requiresGrad_(true);
            Recollection recollection = Recollection.of(code);
            Tensor sample = recollection.sample(golden.get("drawn"));
            assertArrayEquals(golden.get("sample").toFloats(), sample.detach().toFloats(), 1e-6f);
            Tensor restored = sample.matmul(golden.get("decoder")).view(2, 1, 2, 3);
            Tensor loss = recollection.loss(golden.get("images"), restored, 0.3);
            assertEquals(golden.get("loss").item(), loss.item(), 1e-6);
            loss.backward();
            assertArrayEquals(
                    golden.get("gradient").toFloats(),
                    code.takeGrad().orElseThrow().toFloats(),
                    1e-6f);
        }
    }

    @Test
    void aPerfectMemoryOfNothingCostsNothing() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor images = Tensor.ones(DType.FLOAT32, Device.CPU, 2, 1, 2, 2);
            Recollection standard = Recollection.of(Tensor.zeros(DType.FLOAT32, Device.CPU, 2, 6));
            assertEquals(0, standard.loss(images, images, 1).item(), 1e-7);
            assertEquals(0.5, standard.loss(images, images.mul(2), 1).item(), 1e-7);
        }
    }
}

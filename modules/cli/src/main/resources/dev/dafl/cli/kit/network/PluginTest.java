package @package@;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.util.Set;
import org.junit.jupiter.api.Test;

class @Class@Test {

    private final @Class@ factory = new @Class@();

    @Test
    void itClassifiesImagesHandsOutItsFeaturesAndAllOfItLearns() {
        RandomStream random = new RandomStream(1);
        try (TensorScope _ = TensorScope.open();
                Network network = Network.build(
                        new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, random),
                        path -> factory.create(path, new ImageShape(3, 14, 14), 5, new @Class@.Options(4)))) {
            Tensor images = Initializer.normal(0, 1).values(new long[] {2, 3, 14, 14}, random.at("images", 0));
            Pass pass = Pass.train().recording(Set.of(Recorded.FEATURES));
            Tensor logits = network.forward(images, pass);
            assertArrayEquals(new long[] {2, 5}, logits.shape());
            assertArrayEquals(new long[] {2, 16}, pass.features().orElseThrow().shape());
            Functional.crossEntropy(logits, Tensor.of(new long[] {3, 0}, 2)).backward();
            network.parameters().stateDict().forEach((name, parameter) -> {
                double size = parameter.grad().orElseThrow().abs().sum().item();
                assertTrue(size > 0 && Double.isFinite(size), name + " has a gradient of " + size);
            });
        }
    }
}

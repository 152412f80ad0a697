package @package@;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.ImageShape;
import dev.dafl.spi.test.TrialNetworks;
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
import org.junit.jupiter.api.Test;

class @Class@Test {

    private static final ImageShape SHAPE = new ImageShape(3, 8, 12);

    private final @Class@ factory = new @Class@();

    @Test
    void itMakesPixelsAndLearnsThroughATeacher() {
        RandomStream random = new RandomStream(1);
        try (TensorScope _ = TensorScope.open();
                Network teacher = TrialNetworks.classifier(SHAPE, 4, TrialNetworks.TEACHER_WIDTH, 2);
                Network generator = Network.build(
                        new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, random),
                        path -> factory.create(path, SHAPE, new @Class@.Options(5, 4)))) {
            teacher.parameters().freeze();
            Tensor latent = Initializer.normal(0, 1).values(new long[] {2, 5}, random.at("latent", 0));
            Tensor images = generator.forward(latent, Pass.train());
            assertArrayEquals(new long[] {2, 3, 8, 12}, images.shape());
            assertTrue(images.min().item() >= 0 && images.max().item() <= 1, images.toString());
            Tensor logits = teacher.forward(images, Pass.evaluate());
            Functional.crossEntropy(logits, Tensor.of(new long[] {3, 0}, 2)).backward();
            generator.parameters().trainable().forEach(parameter -> {
                double size = parameter.grad().orElseThrow().abs().sum().item();
                assertTrue(Double.isFinite(size), parameter + " has a gradient of " + size);
            });
            assertTrue(generator.parameters().trainable().getFirst().grad().orElseThrow().abs().sum().item() > 0);
        }
    }

    @Test
    void aSizeThatItCannotMakeIsRefused() {
        try (Parameters parameters = Parameters.unset()) {
            ImageShape odd = new ImageShape(1, 7, 8);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> factory.create(parameters.root(), odd, factory.defaults()));
        }
    }
}

package dev.dafl.plugins.dcgan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.checks.ExportCheck;
import dev.dafl.plugins.dcgan.DcganGenerator.Options;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DcganGeneratorTest {

    private final DcganGenerator plugin = new DcganGenerator();

    @ParameterizedTest
    @CsvSource({"1, 32, 32, CONTIGUOUS", "3, 32, 32, CHANNELS_LAST", "3, 16, 24, CHANNELS_LAST", "1, 30, 33, CONTIGUOUS"
    })
    void makesNormalisedImagesOfTheShape(int channels, int height, int width, MemoryFormat format) {
        try (TensorScope _ = TensorScope.open();
                Network network = build(new ImageShape(channels, height, width), new Options(20, 16, 2), format)) {
            Tensor z = Initializer.normal(0, 1).values(new long[] {8, 20}, new RandomStream(1).at("z", 0));
            Tensor images = network.forward(z, Pass.train());
            assertArrayEquals(new long[] {8, channels, height, width}, images.shape());
            // The last batch norm has no weights: each channel has mean 0 and variance 1 over the batch.
            for (double mean : images.mean(false, 0, 2, 3).toDoubles()) {
                assertEquals(0, mean, 1e-5);
            }
            for (double variance : images.variance(false, false, 0, 2, 3).toDoubles()) {
                assertEquals(1, variance, 1e-2);
            }
            images.square().mul(images).sum().backward();
            // The biases that a batch norm takes away again get none.
            network.parameters()
                    .stateDict()
                    .forEach((name, parameter) -> assertEquals(
                            !name.matches("conv_blocks[12].0.bias")
                                    && network.parameters().trainable().contains(parameter),
                            parameter.takeGrad().isPresent(),
                            name));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 32, 32, CONTIGUOUS", "3, 16, 24, CHANNELS_LAST"})
    void exports(int channels, int height, int width, MemoryFormat format) {
        try (TensorScope _ = TensorScope.open();
                Network network = build(new ImageShape(channels, height, width), new Options(20, 16, 2), format)) {
            new ExportCheck(plugin.name(), network, 20).passes();
        }
    }

    /** Linear, batch norm; convolution, batch norm, twice; convolution. */
    @Test
    void hasThePapersSizeAndNames() {
        try (TensorScope _ = TensorScope.open();
                Network network = build(new ImageShape(1, 32, 32), plugin.defaults(), MemoryFormat.CONTIGUOUS)) {
            assertEquals(
                    101 * 8192 + 256 + (128 * 9 + 1) * 128 + 256 + (128 * 9 + 1) * 64 + 128 + 64 * 9 + 1,
                    network.parameters().count());
            assertTrue(network.parameters().stateDict().containsKey("l1.0.weight"));
            assertTrue(network.parameters().stateDict().containsKey("conv_blocks2.5.running_mean"));
            assertEquals(100, plugin.latentSize(plugin.defaults()));
        }
    }

    /** Five stages begin with 7x7 for 224x224; 100 is no multiple of 16, so that 7x7 make 112x112, of which 100x100 are kept. */
    @ParameterizedTest
    @CsvSource({"224, 5, 16", "100, 4, 16", "16, 1, 64"})
    void growsInAsManyStagesAsAreAskedFor(int size, int stages, int last) {
        Options options = new Options(10, 64, stages);
        try (TensorScope _ = TensorScope.open();
                Network network = build(new ImageShape(3, size, size), options, MemoryFormat.CHANNELS_LAST)) {
            Map<String, Tensor> parameters = network.parameters().stateDict();
            assertArrayEquals(
                    new long[] {64 * (size == 16 ? 64 : 49), 10},
                    parameters.get("l1.0.weight").shape());
            assertArrayEquals(
                    new long[] {3, last, 3, 3},
                    parameters.get("conv_blocks" + stages + ".3.weight").shape());
            Tensor images = network.forward(
                    Initializer.normal(0, 1).values(new long[] {2, 10}, new RandomStream(1).at("z", 0)), Pass.train());
            assertArrayEquals(new long[] {2, 3, size, size}, images.shape());
            images.square().mul(images).sum().backward();
            assertTrue(parameters.get("l1.0.weight").takeGrad().isPresent());
            new ExportCheck(plugin.name(), network, 10).passes();
        }
    }

    @Test
    void refusesWhatItCannotMake() {
        assertThrows(IllegalArgumentException.class, () -> new Options(0, 16, 2));
        assertThrows(IllegalArgumentException.class, () -> new Options(10, 7, 2));
        assertThrows(IllegalArgumentException.class, () -> new Options(10, 8, 0));
        assertThrows(IllegalArgumentException.class, () -> new Options(10, 8, 9));
    }

    private Network build(ImageShape output, Options options, MemoryFormat format) {
        return Network.build(
                new Parameters(Device.CPU, format, new RandomStream(1)), path -> plugin.create(path, output, options));
    }
}

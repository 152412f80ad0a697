package dev.dafl.plugins.dcgan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.checks.ExportCheck;
import dev.dafl.plugins.dcgan.DcganGenerator.Options;
import dev.dafl.plugins.dcgan.DcganGenerator.Output;
import dev.dafl.spi.GeneratorFactory.Values;
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
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DcganGeneratorTest {

    private static final int CLASSES = 3;

    private final DcganGenerator plugin = new DcganGenerator();

    @ParameterizedTest
    @CsvSource({"1, 32, 32, CONTIGUOUS", "3, 32, 32, CHANNELS_LAST", "3, 16, 24, CHANNELS_LAST", "1, 30, 33, CONTIGUOUS"
    })
    void makesNormalisedImagesOfTheShape(int channels, int height, int width, MemoryFormat format) {
        try (TensorScope _ = TensorScope.open();
                Network network = build(new ImageShape(channels, height, width), options(20, 16, 2), format)) {
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
                Network network = build(new ImageShape(channels, height, width), options(20, 16, 2), format)) {
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
        Options options = options(10, 64, stages);
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

    /** Images, the gradients of all parameters and the running statistics; see reference.py. */
    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void withASigmoidAndClassesItIsPyTorchs(MemoryFormat format) throws IOException {
        Options options = new Options(4, 8, 2, Output.SIGMOID, true);
        assertEquals(Values.PIXELS, plugin.values(options));
        assertTrue(plugin.conditional(options));
        assertEquals(4, plugin.latentSize(options));
        try (TensorScope _ = TensorScope.open();
                Network network = build(new ImageShape(3, 8, 8), options, format)) {
            Map<String, Tensor> golden = Safetensors.read(Path.of("src/test/resources/golden/sigmoid.safetensors"));
            Map<String, Tensor> state = new LinkedHashMap<>();
            golden.forEach((name, tensor) -> {
                if (name.startsWith("state.")) {
                    state.put(name.substring("state.".length()), tensor);
                }
            });
            assertEquals(state.keySet(), network.parameters().stateDict().keySet());
            network.parameters().load(state);
            Tensor images = network.forward(golden.get("z"), Pass.train());
            assertClose(golden.get("train"), images);
            images.square().sum().backward();
            network.parameters()
                    .stateDict()
                    .forEach((name, parameter) -> parameter.takeGrad().ifPresent(gradient -> {
                        double expected = golden.get("gradient." + name).item();
                        assertEquals(expected, gradient.square().sum().sqrt().item(), 1e-4 * (1 + expected), name);
                    }));
            assertClose(golden.get("evaluate"), network.forward(golden.get("z"), Pass.evaluate()));
        }
    }

    @Test
    void aGeneratorWithASigmoidExports() {
        try (TensorScope _ = TensorScope.open();
                Network network = build(
                        new ImageShape(3, 16, 24),
                        new Options(20, 16, 2, Output.SIGMOID, true),
                        MemoryFormat.CHANNELS_LAST)) {
            new ExportCheck(plugin.name(), network, 20 + CLASSES).passes();
        }
    }

    @Test
    void whatIsNotAskedForIsAsThePaperHasIt() {
        assertEquals(new Options(100, 128, 2, Output.BATCH_NORM, false), plugin.defaults());
        assertEquals(Values.STANDARDISED, plugin.values(plugin.defaults()));
        assertFalse(plugin.conditional(plugin.defaults()));
    }

    @Test
    void aConditionalGeneratorMustKnowHowManyClassesThereAre() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> Network.build(
                                new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(1)),
                                path -> plugin.create(
                                        path, new ImageShape(1, 8, 8), new Options(4, 8, 2, Output.BATCH_NORM, true))))
                .getMessage();
        assertEquals(
                "a conditional generator is told classes: create it with their number, or set conditional: false",
                message);
    }

    @Test
    void refusesWhatItCannotMake() {
        assertThrows(IllegalArgumentException.class, () -> options(0, 16, 2));
        assertThrows(IllegalArgumentException.class, () -> options(10, 7, 2));
        assertThrows(IllegalArgumentException.class, () -> options(10, 8, 0));
        assertThrows(IllegalArgumentException.class, () -> options(10, 8, 9));
    }

    private static void assertClose(Tensor expected, Tensor actual) {
        assertArrayEquals(expected.shape(), actual.shape());
        assertArrayEquals(expected.toFloats(), actual.toFloats(), 1e-5f);
    }

    private static Options options(int latent, int width, int stages) {
        return new Options(latent, width, stages, Output.BATCH_NORM, false);
    }

    private Network build(ImageShape output, Options options, MemoryFormat format) {
        return Network.build(
                new Parameters(Device.CPU, format, new RandomStream(1)),
                path -> plugin.create(path, output, CLASSES, options));
    }
}

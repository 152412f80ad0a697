package dev.dafl.plugins.wideresnet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.checks.NetworkCheck;
import dev.dafl.plugins.wideresnet.WideResNet.Options;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.tensor.torch.StateDict;
import dev.dafl.tensor.torch.TorchFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WideResNetTest {

    private static final Path TORCH = Path.of("src/test/resources/torch");

    /** What PyTorch counts; the paper's table has 0.6M for 40-1 and 2.2M for 40-2. */
    @ParameterizedTest
    @CsvSource({"16, 1, 175066", "16, 2, 691674", "40, 1, 563930", "40, 2, 2243546"})
    void hasTheKnownSize(int depth, int width, long parameters) {
        assertEquals(parameters, check(depth, width).parameters(10));
    }

    @ParameterizedTest
    @CsvSource({
        "16, 1, CONTIGUOUS",
        "16, 1, CHANNELS_LAST",
        "16, 2, CONTIGUOUS",
        "16, 2, CHANNELS_LAST",
        "40, 1, CHANNELS_LAST",
        "40, 2, CONTIGUOUS"
    })
    void matchesPyTorch(int depth, int width, MemoryFormat format) throws IOException {
        check(depth, width).matchesPyTorch(format);
    }

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void worksInBfloat16(MemoryFormat format) throws IOException {
        check(16, 2).worksInBfloat16(format);
        check(40, 2).worksInBfloat16(format);
    }

    @Test
    void handsOutItsStages() {
        check(16, 2).handsOutLayers("block1", "block2", "block3");
        check(40, 1).handsOutLayers("block1", "block2", "block3");
    }

    @Test
    void exports() {
        check(16, 1).exports();
        check(40, 2).exports();
    }

    /** He: normal, with the variance 2 / (out * kernel * kernel). */
    @Test
    void beginsAsThePaperDoes() {
        assertEquals(Math.sqrt(2.0 / (128 * 9)), check(40, 2).initialDeviation("block3.layer.1.conv1.weight"), 5e-4);
        assertEquals(Math.sqrt(2.0 / 128), check(40, 2).initialDeviation("block3.layer.0.convShortcut.weight"), 5e-3);
    }

    @Test
    void refusesDepthsThatDoNotMakeWholeBlocks() {
        String message = assertThrows(IllegalArgumentException.class, () -> new Options(18, 2))
                .getMessage();
        assertEquals("depth must be 6n + 4 (10, 16, 22, 28, 34, 40, ...), not 18", message);
        assertThrows(IllegalArgumentException.class, () -> new Options(4, 2));
        assertThrows(IllegalArgumentException.class, () -> new Options(-2, 2));
        assertThrows(IllegalArgumentException.class, () -> new Options(16, 0));
    }

    @Test
    void refusesImagesThatAreTooSmall() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> NetworkCheck.of(
                                        new WideResNet(),
                                        new Options(16, 1),
                                        new ImageShape(3, 3, 32),
                                        "wide-resnet-16-1")
                                .parameters(10))
                .getMessage();
        assertEquals("wide-resnet takes images of 4x4 and larger, not 3x32; set data.image-size: 32", message);
    }

    /**
     * The state dict of xternalz's WideResNet-pytorch, in a checkpoint as data-free codes such as CMI and Fast-Datafree have
     * them: {@code conv1}, {@code block1.layer.0.bn1}, {@code convShortcut} where a block changes the number of channels, and
     * so on.
     */
    @Test
    void readsAndWritesCheckpointsOfTheUsualNames(@TempDir Path folder) throws IOException {
        long before = Tensor.liveCount();
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled();
                Network network = Network.build(
                        new Parameters(Device.CPU, MemoryFormat.CHANNELS_LAST, new RandomStream(1)),
                        path -> new WideResNet().create(path, new ImageShape(3, 8, 12), 10, new Options(10, 1)))) {
            StateDict<Tensor> checkpoint = TorchFile.read(TORCH.resolve("wrn10_1.pth"), Optional.empty());
            assertEquals("state_dict", checkpoint.key());
            assertEquals(List.of(), network.parameters().load(checkpoint.tensors()));
            Map<String, Tensor> expected = Safetensors.read(TORCH.resolve("wrn10_1.safetensors"));
            assertArrayEquals(
                    expected.get("logits").toFloats(),
                    network.forward(expected.get("images"), Pass.evaluate()).toFloats(),
                    1e-5f);

            Path written = folder.resolve("student.pth");
            TorchFile.write(written, network.parameters().stateDict());
            Map<String, Tensor> again =
                    TorchFile.read(written, Optional.empty()).tensors();
            assertEquals(List.copyOf(checkpoint.tensors().keySet()), List.copyOf(again.keySet()));
            checkpoint.tensors().forEach((name, tensor) -> {
                assertEquals(tensor.dtype(), again.get(name).dtype(), name);
                assertArrayEquals(tensor.shape(), again.get(name).shape(), name);
                assertArrayEquals(tensor.toDoubles(), again.get(name).toDoubles(), name);
            });
        }
        assertEquals(before, Tensor.liveCount(), "tensors left");
    }

    private static NetworkCheck<Options> check(int depth, int width) {
        return NetworkCheck.of(
                new WideResNet(),
                new Options(depth, width),
                new ImageShape(3, 32, 32),
                "wide-resnet-" + depth + "-" + width);
    }
}

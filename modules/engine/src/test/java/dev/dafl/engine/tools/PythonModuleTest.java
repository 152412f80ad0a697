package dev.dafl.engine.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.run.RunResult;
import dev.dafl.onnx.export.InputForm;
import dev.dafl.plugins.layers.WrittenNetwork;
import dev.dafl.plugins.lenet.LeNet5;
import dev.dafl.plugins.wideresnet.WideResNet;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The module in Python, which no test here runs: what it gives was compared by hand, network by network. */
class PythonModuleTest {

    @TempDir
    private Path work;

    private long live;

    @BeforeEach
    void count() {
        live = Tensor.liveCount();
    }

    @AfterEach
    void nothingIsLeft() {
        assertEquals(live, Tensor.liveCount());
    }

    @Test
    void theWholeModuleOfALeNet5() throws IOException {
        String expected;
        try (InputStream golden = Objects.requireNonNull(getClass().getResourceAsStream("lenet5.py"))) {
            expected = new String(golden.readAllBytes(), StandardCharsets.UTF_8);
        }
        Path file = work.resolve("lenet5.py");
        WeightsExport.PythonFile written = export(lenet5(""), file).pytorch().orElseThrow();
        assertEquals(expected.replace("VERSION", RunResult.Dafl.running().version()), Files.readString(file));
        assertEquals(new WeightsExport.PythonFile(file.toString(), Files.size(file), 10), written);
    }

    @Test
    void imagesAreBroughtToTheirSizeAsTheFileSays() throws IOException {
        assertContains(module(lenet5(", fit: pad")), """
                    images = pixels.to(torch.float32)
                    down, across = SIZE[0] - images.shape[2], SIZE[1] - images.shape[3]
                    images = functional.pad(images, (across // 2, across - across // 2, down // 2, down - down // 2))
                    mean = torch""".indent(4).stripTrailing());
        assertContains(
                module(lenet5(", fit: crop")), "    images = images[:, :, top : top + height, left : left + width]\n");
    }

    @Test
    void buffersAreNoParameters() throws IOException {
        String module = module(weights(
                "{name: wide-resnet, depth: 10, width: 1}",
                "",
                path -> new WideResNet().create(path, new ImageShape(1, 32, 32), 10, new WideResNet.Options(10, 1))));
        assertContains(module, "self._add(\"bn1.weight\", nn.Parameter(torch.zeros([64])))\n");
        assertContains(module, "self._add(\"bn1.running_mean\", torch.zeros([64]))\n");
        assertContains(module, "self._add(\"bn1.num_batches_tracked\", torch.zeros([], dtype=torch.int64))\n");
        // Python takes it by its name alone.
        assertContains(module, ", alpha=-1.0)\n");
    }

    /** What an attention takes are parts of one weight, which no state dict has by themselves. */
    @Test
    void whatIsMadeOfPartsOfWeightsIsRefused() throws IOException {
        List<Object> layers = List.of(
                Map.of("conv", Map.of("out", 16, "kernel", 4, "stride", 4)),
                "tokens",
                Map.of("attention", 4),
                "token-mean");
        Path weights = weights(
                "{name: layers, layers: [{conv: {out: 16, kernel: 4, stride: 4}}, tokens, {attention: 4}, token-mean]}",
                "",
                path -> new WrittenNetwork()
                        .create(path, new ImageShape(1, 32, 32), 10, new WrittenNetwork.Options(layers)));
        ConfigException e = assertThrows(ConfigException.class, () -> module(weights));
        assertEquals(
                "layers cannot be written as a module of PyTorch: it computes with float32[48, 16] that is not in its state"
                        + " dict, but fixed or made of parts of it; write it with --onnx",
                e.getMessage());
        assertFalse(Files.exists(work.resolve("module.py")));
    }

    private static void assertContains(String text, String part) {
        assertTrue(text.contains(part), text);
    }

    private String module(Path weights) throws IOException {
        Path file = work.resolve("module.py");
        export(weights, file);
        return Files.readString(file);
    }

    private WeightsExport export(Path weights, Path file) throws IOException {
        return WeightsExport.of(
                weights,
                new ExportTargets(
                        Optional.empty(),
                        InputForm.NORMALISED,
                        OptionalLong.empty(),
                        Optional.empty(),
                        Optional.of(file),
                        false,
                        true),
                Optional.empty(),
                Map.of(),
                ClassPathExtensions.with(),
                work,
                _ -> {});
    }

    private Path lenet5(String fit) throws IOException {
        return weights(
                "lenet5", fit, path -> new LeNet5().create(path, new ImageShape(1, 32, 32), 10, new LeNet5.Options()));
    }

    /** A file of a network that has learnt nothing. */
    private Path weights(String model, String fit, Function<ParameterPath, Layer> layers) throws IOException {
        Path file = work.resolve("student.safetensors");
        String experiment = "data: {dataset: {name: stroke-digits, train: 20, test: 10}, image-size: 32" + fit + "}\n"
                + "teacher: {model: " + model + "}\n";
        try (TensorScope _ = TensorScope.open();
                Network network = Network.build(
                        new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(1)), layers)) {
            Safetensors.write(
                    file,
                    network.parameters().stateDict(),
                    Map.of("dafl.role", "student", "dafl.experiment", experiment));
        }
        return file;
    }
}

package dev.dafl.engine.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.task.Task;
import dev.dafl.onnx.export.InputForm;
import dev.dafl.onnx.proto.ModelProto;
import dev.dafl.onnx.proto.StringStringEntryProto;
import dev.dafl.plugins.wideresnet.WideResNet;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.tensor.torch.TorchFile;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightsExportTest {

    private static final String DESCRIPTION = """
            data: {dataset: {name: stroke-digits, train: 20, test: 10}, image-size: 8}
            teacher: {model: {name: wide-resnet, depth: 10, width: 1}}
            """;

    @TempDir
    private Path work;

    private Path weights;
    private Path graph;

    @BeforeEach
    void files() throws IOException {
        weights = work.resolve("student.safetensors");
        graph = work.resolve("student.onnx");
        save(weights, Map.of("dafl.role", "student", "dafl.experiment", DESCRIPTION));
    }

    @Test
    void aFileTellsWhichNetworkItIsOf() throws IOException {
        long before = Tensor.liveCount();
        WeightsExport result = export(onnx(InputForm.UINT8, OptionalLong.empty(), false));
        assertEquals("wide-resnet {depth: 10, width: 1}", result.model());
        WeightsExport.OnnxFile written = result.onnx().orElseThrow();
        assertEquals(Files.size(graph), written.bytes());
        assertEquals("images: uint8 [batch, 1, 8, 8]", written.input());
        assertEquals("logits: float [batch, 10]", written.output());
        Map<String, String> metadata = metadata(graph);
        assertEquals("[\"0\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]", metadata.get("dafl.classes"));
        assertEquals("[0.14]", metadata.get("dafl.mean"));
        assertEquals("uint8", metadata.get("dafl.input"));
        assertEquals("wide-resnet {depth: 10, width: 1}", metadata.get("dafl.model"));
        assertFalse(metadata.containsKey("dafl.accuracy"), "no run has measured it");
        assertEquals(before, Tensor.liveCount(), "tensors left");
    }

    @Test
    void aStateDictHoldsAllTensorsAsTheyWere() throws IOException {
        Path file = work.resolve("student.pt");
        WeightsExport.PtFile written = export(new ExportTargets(
                        Optional.empty(),
                        InputForm.NORMALISED,
                        OptionalLong.empty(),
                        Optional.of(file),
                        Optional.empty(),
                        false,
                        false))
                .pt()
                .orElseThrow();
        assertEquals(Files.size(file), written.bytes());
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> expected = Safetensors.read(weights);
            Map<String, Tensor> actual = TorchFile.read(file, Optional.empty()).tensors();
            assertEquals(List.copyOf(expected.keySet()), List.copyOf(actual.keySet()));
            assertEquals(expected.size(), written.tensors());
            expected.forEach((name, tensor) -> {
                assertEquals(tensor.dtype(), actual.get(name).dtype(), name);
                assertArrayEquals(tensor.shape(), actual.get(name).shape(), name);
                assertArrayEquals(tensor.toBytes(), actual.get(name).toBytes(), name);
            });
        }
    }

    @Test
    void theSameWeightsGiveTheSameBytes() throws IOException {
        export(onnx(InputForm.UNIT, OptionalLong.of(4), false));
        byte[] first = Files.readAllBytes(graph);
        export(onnx(InputForm.UNIT, OptionalLong.of(4), true));
        assertArrayEquals(first, Files.readAllBytes(graph));
    }

    @Test
    void aFileThatSaysNothingNeedsAnExperiment() throws IOException {
        save(weights, Map.of());
        ConfigException e =
                assertThrows(ConfigException.class, () -> export(onnx(InputForm.UINT8, OptionalLong.empty(), false)));
        assertTrue(e.getMessage().contains("does not say which network it is of; name a file"), e.getMessage());
        assertFalse(Files.exists(graph));
        Path config = Files.writeString(work.resolve("config.yaml"), DESCRIPTION);
        assertTrue(export(onnx(InputForm.UINT8, OptionalLong.empty(), false), Optional.of(config))
                .onnx()
                .isPresent());
    }

    @Test
    void aGeneratorIsRefused() throws IOException {
        save(weights, Map.of("dafl.role", "generator", "dafl.experiment", DESCRIPTION));
        ConfigException e =
                assertThrows(ConfigException.class, () -> export(onnx(InputForm.UINT8, OptionalLong.empty(), false)));
        assertTrue(e.getMessage().contains("holds the generator, and what is wanted here"), e.getMessage());
    }

    /** What does not go leaves what was there as it was. */
    @Test
    void weightsThatDoNotFitChangeNothing() throws IOException {
        Files.writeString(graph, "before");
        save(weights, Map.of("dafl.role", "student", "dafl.experiment", DESCRIPTION.replace("depth: 10", "depth: 16")));
        assertThrows(ConfigException.class, () -> export(onnx(InputForm.UINT8, OptionalLong.empty(), true)));
        assertEquals("before", Files.readString(graph));
    }

    @ParameterizedTest
    @CsvSource({"1", "3"})
    void theProgramCompiles(int channels) throws IOException {
        Task task = new Task(
                "pictures",
                new ImageShape(channels, 8, 8),
                List.of("a \"quoted\" one", "back\\slash", "Ünïcode\n"),
                new Normalization(
                        List.of(0.5, 0.4, 0.3).subList(0, channels),
                        List.of(0.2, 0.2, 1e-3).subList(0, channels)));
        try (WeightsNetwork network =
                WeightsNetwork.of(weights, Optional.empty(), Map.of(), ClassPathExtensions.with(), work, _ -> {})) {
            String program = JavaProgram.of(
                    new WeightsNetwork(network.network(), network.model(), network.plugin(), task, network.fit()),
                    weights);
            assertTrue(
                    program.contains("new WideResNet().create(path, new ImageShape(" + channels + ", 8, 8),"), program);
            assertTrue(program.contains("new WideResNet.Options(10, 1)"), program);
            StringWriter messages = new StringWriter();
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            assertTrue(
                    compiler.getTask(
                                    messages,
                                    null,
                                    null,
                                    List.of("-proc:none", "-d", work.toString()),
                                    null,
                                    List.of(new Source(program)))
                            .call(),
                    () -> messages + program);
        }
    }

    @Test
    void optionsAreWrittenAsJava() {
        JavaExpressions java = new JavaExpressions(new TreeSet<>());
        assertEquals(
                "new WeightsExportTest.Odd(1, 2L, 0.5, 1.5f, true, WeightsExportTest.Kind.B, Optional.of(\"x\"),"
                        + " List.of(1, 2), Path.of(\"a/b\"), new WeightsExportTest.Inner(-1))",
                java.of(new Odd(
                        1,
                        2,
                        0.5,
                        1.5f,
                        true,
                        Kind.B,
                        Optional.of("x"),
                        List.of(1, 2),
                        Path.of("a/b"),
                        new Inner(-1))));
        assertEquals(
                "List.of(\"relu\", Map.of(\"attention\", Map.of(\"heads\", 4)))",
                java.of(List.of("relu", Map.of("attention", Map.of("heads", 4)))));
        assertThrows(ConfigException.class, () -> java.of(new Object()));
        assertThrows(ConfigException.class, () -> java.of(Collections.singletonMap("heads", null)));
    }

    enum Kind {
        A,
        B
    }

    record Inner(int value) {}

    record Odd(
            int a,
            long b,
            double c,
            float d,
            boolean e,
            Kind f,
            Optional<String> g,
            List<Integer> h,
            Path i,
            Inner j) {}

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String text) {
            super(URI.create("string:///Classify.java"), JavaFileObject.Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private ExportTargets onnx(InputForm form, OptionalLong batch, boolean force) {
        return new ExportTargets(Optional.of(graph), form, batch, Optional.empty(), Optional.empty(), false, force);
    }

    private WeightsExport export(ExportTargets targets) throws IOException {
        return export(targets, Optional.empty());
    }

    private WeightsExport export(ExportTargets targets, Optional<Path> config) throws IOException {
        return WeightsExport.of(weights, targets, config, Map.of(), ClassPathExtensions.with(), work, _ -> {});
    }

    private static Map<String, String> metadata(Path file) throws IOException {
        return ModelProto.parseFrom(Files.readAllBytes(file)).getMetadataPropsList().stream()
                .collect(Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
    }

    private static void save(Path file, Map<String, String> metadata) throws IOException {
        try (TensorScope _ = TensorScope.open();
                Network network = Network.build(
                        new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(1)),
                        path -> new WideResNet()
                                .create(path, new ImageShape(1, 8, 8), 10, new WideResNet.Options(10, 1)))) {
            Safetensors.write(file, network.parameters().stateDict(), metadata);
        }
    }
}

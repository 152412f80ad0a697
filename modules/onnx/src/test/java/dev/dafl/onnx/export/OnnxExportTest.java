package dev.dafl.onnx.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.dafl.onnx.proto.GraphProto;
import dev.dafl.onnx.proto.ModelProto;
import dev.dafl.onnx.proto.NodeProto;
import dev.dafl.onnx.proto.TensorProto;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Functional.Reduction;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxExportTest {

    private static final long[] EXAMPLE = {3, 8, 8};
    private static final List<Double> MEAN = List.of(0.1, 0.5, 0.9);
    private static final List<Double> STD = List.of(0.2, 0.25, 0.3);

    private long before;

    @BeforeEach
    void count() {
        before = Tensor.liveCount();
    }

    @AfterEach
    void nothingIsLeft() {
        assertEquals(before, Tensor.liveCount(), "tensors left");
    }

    @Test
    void aGraphHasTheNetworksParametersByTheirNames() {
        try (TensorScope _ = TensorScope.open();
                Network network = small()) {
            ModelProto model = export(network).proto();
            assertEquals(8, model.getIrVersion());
            assertEquals(17, model.getOpsetImport(0).getVersion());
            GraphProto graph = model.getGraph();
            assertEquals("small", graph.getName());
            assertEquals(
                    List.of("Conv", "BatchNormalization", "Relu", "GlobalAveragePool", "Flatten", "Gemm"),
                    graph.getNodeList().stream().map(NodeProto::getOpType).toList());
            assertEquals(
                    List.of(
                            "conv.weight",
                            "conv.bias",
                            "norm.weight",
                            "norm.bias",
                            "norm.running_mean",
                            "norm.running_var",
                            "fc.weight",
                            "fc.bias"),
                    graph.getInitializerList().stream()
                            .map(TensorProto::getName)
                            .toList());
            assertEquals("images: float [batch, 3, 8, 8]", export(network).input());
            assertEquals("logits: float [batch, 5]", export(network).output());
            assertEquals(export(network).toBytes().length, export(network).bytes());
        }
    }

    @Test
    void theSameNetworkGivesTheSameBytes() {
        try (TensorScope _ = TensorScope.open();
                Network network = small();
                Network again = small()) {
            Map<String, String> metadata = Map.of("b", "2", "a", "1", "c", "3");
            assertArrayEquals(
                    OnnxExport.of("small", network, EXAMPLE, o -> o.metadata(metadata))
                            .toBytes(),
                    OnnxExport.of("small", again, EXAMPLE, o -> o.metadata(metadata))
                            .toBytes());
        }
    }

    @ParameterizedTest
    @EnumSource(InputForm.class)
    void aGraphNormalisesTheImagesItself(InputForm form) throws OrtException {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled();
                Network network = small()) {
            OnnxModel model = OnnxExport.of("small", network, EXAMPLE, o -> o.pixels(new Pixels(form, MEAN, STD)));
            assertEquals(
                    form == InputForm.UINT8 ? "images: uint8 [batch, 3, 8, 8]" : "images: float [batch, 3, 8, 8]",
                    model.input());
            byte[] pixels = new byte[2 * 3 * 8 * 8];
            new Random(5).nextBytes(pixels);
            Tensor unit = Tensor.of(pixels, 2, 3, 8, 8).to(DType.FLOAT32).div(255);
            Tensor normalised = unit.sub(Tensor.of(new float[] {0.1f, 0.5f, 0.9f}, 1, 3, 1, 1))
                    .div(Tensor.of(new float[] {0.2f, 0.25f, 0.3f}, 1, 3, 1, 1));
            try (Runtime runtime = new Runtime(model)) {
                Runtime.Result result = switch (form) {
                    case UINT8 -> runtime.run(pixels, 2, 3, 8, 8);
                    case UNIT -> runtime.run(unit.toFloats(), 2, 3, 8, 8);
                    case NORMALISED -> runtime.run(normalised.toFloats(), 2, 3, 8, 8);
                };
                assertArrayEquals(network.forward(normalised, Pass.evaluate()).toDoubles(), result.elements(), 1e-5);
            }
        }
    }

    @Test
    void metadataTravelsInTheFile(@TempDir Path folder) throws IOException, OrtException {
        try (TensorScope _ = TensorScope.open();
                Network network = small()) {
            OnnxModel model = OnnxExport.of(
                    "small",
                    network,
                    EXAMPLE,
                    o -> o.metadata(Map.of("dafl.classes", "[\"Ä\",\"b\"]", "dafl.mean", "[0.5]"))
                            .version("1.2"));
            Path file = folder.resolve("small.onnx");
            model.write(file);
            assertEquals(model.bytes(), Files.size(file));
            assertEquals("1.2", ModelProto.parseFrom(Files.readAllBytes(file)).getProducerVersion());
            try (Runtime runtime = new Runtime(model)) {
                assertEquals(Map.of("dafl.classes", "[\"Ä\",\"b\"]", "dafl.mean", "[0.5]"), runtime.metadata());
            }
        }
    }

    @Test
    void aBatchMayBeFixed() throws OrtException {
        try (TensorScope _ = TensorScope.open();
                Network network = network(_ -> (x, _) -> x.view(x.size(0) * 3, 64))) {
            OnnxModel model =
                    OnnxExport.of("rows", network, EXAMPLE, o -> o.batch(2).names("latent", "rows"));
            assertEquals("latent: float [2, 3, 8, 8]", model.input());
            assertEquals("rows: float [6, 64]", model.output());
            assertFalse(model.proto().getGraph().getNodeList().stream()
                    .anyMatch(node -> node.getOpType().equals("Shape")));
            try (Runtime runtime = new Runtime(model)) {
                assertArrayEquals(
                        new long[] {6, 64},
                        runtime.run(new float[384], 2, 3, 8, 8).shape());
                assertThrows(OrtException.class, () -> runtime.run(new float[192], 1, 3, 8, 8));
            }
            assertThrows(
                    IllegalArgumentException.class, () -> OnnxExport.of("rows", network, EXAMPLE, o -> o.batch(0)));
        }
    }

    @Test
    void whatFollowsFromParametersAloneIsStored() {
        try (TensorScope _ = TensorScope.open();
                Network network = network(path -> {
                    Tensor weight = path.parameter("weight", Initializer.constant(2), 8);
                    return (x, _) -> x.mul(weight.square().add(1));
                })) {
            GraphProto graph = export(network).proto().getGraph();
            assertEquals(1, graph.getNodeCount());
            assertEquals(1, graph.getInitializerCount());
            assertEquals("constant", graph.getInitializer(0).getName());
            assertEquals(8 * 4, graph.getInitializer(0).getRawData().size());
        }
    }

    /** Names of a graph are unique, whoever took one first. */
    @Test
    void parametersMayHaveAnyNames() throws OrtException {
        try (TensorScope _ = TensorScope.open();
                Network network = network(path -> {
                    Tensor images = path.parameter("images", Initializer.constant(2), 8);
                    Tensor logits = path.parameter("logits", Initializer.constant(3), 8);
                    Tensor mul = path.parameter("mul", Initializer.constant(4), 8);
                    return (x, _) -> x.mul(images).mul(logits).mul(mul);
                })) {
            OnnxModel model = export(network);
            assertEquals(
                    List.of("images_1", "logits_1", "mul"),
                    model.proto().getGraph().getInitializerList().stream()
                            .map(TensorProto::getName)
                            .toList());
            float[] ones = new float[192];
            Arrays.fill(ones, 1);
            try (Runtime runtime = new Runtime(model)) {
                assertEquals(24, runtime.run(ones, 1, 3, 8, 8).elements()[0]);
            }
        }
    }

    @Test
    void allOperatorsWithoutATranslationAreNamedAtOnce() {
        refused(
                _ -> (x, _) -> {
                    Tensor grid = Functional.affineGrid(
                            x.narrow(3, 0, 3).narrow(2, 0, 2).mean(false, 1), x.shape());
                    return Functional.gridSample(x, grid)
                            .add(Functional.mseLoss(x, x.neg(), Reduction.MEAN))
                            .add(Functional.mseLoss(x, x.neg(), Reduction.SUM));
                },
                "odd-net cannot be written as ONNX: it calls aten::affine_grid_generator, aten::mse_loss, of which dafl has"
                        + " no translation");
    }

    @Test
    void whatHasNoTranslationIsSaid() {
        refused(
                path -> {
                    Tensor weight = path.parameter("weight", Initializer.constant(1), 3);
                    return (x, _) -> Functional.batchNorm(
                            x,
                            Optional.of(weight),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            true,
                            0.1,
                            1e-5);
                },
                "odd-net cannot be written as ONNX: aten::batch_norm by the statistics of the batch");
        refused(
                _ -> (x, _) -> x.variance(true, true, 0),
                "odd-net cannot be written as ONNX: aten::var.dim, unbiased, along the batch");
        refused(
                _ -> (x, _) -> x.mul(x.max().item()),
                "odd-net cannot be written as ONNX: it looks at the elements of float32[]");
    }

    @Test
    void weightsThatAreTooLargeAreRefused() {
        try (TensorScope _ = TensorScope.open();
                Network network = small()) {
            String message = assertThrows(
                            ExportException.class,
                            () -> OnnxExport.of("small", network, EXAMPLE, OnnxExport.Options.DEFAULTS, 500))
                    .getMessage();
            assertTrue(
                    message.startsWith("small cannot be written as ONNX: its weights have more than")
                            && message.endsWith("and an ONNX file is smaller than 2 GB"),
                    message);
        }
    }

    private static void refused(Function<ParameterPath, Layer> layer, String message) {
        try (TensorScope _ = TensorScope.open();
                Network network = network(layer)) {
            String told = assertThrows(ExportException.class, () -> OnnxExport.of("odd-net", network, EXAMPLE, o -> o))
                    .getMessage();
            assertTrue(told.startsWith(message), told);
        }
    }

    private static OnnxModel export(Network network) {
        return OnnxExport.of("small", network, EXAMPLE, o -> o);
    }

    private static Network small() {
        return network(path -> {
            Conv2d conv = Conv2d.of(path.sub("conv"), 3, 4, 3);
            BatchNorm2d norm = BatchNorm2d.of(path.sub("norm"), 4);
            Linear fc = Linear.of(path.sub("fc"), 4, 5);
            return (x, pass) -> fc.forward(
                    Functional.adaptiveAvgPool2d(
                                    norm.forward(conv.forward(x, pass), pass).relu(), 1, 1)
                            .flatten(1),
                    pass);
        });
    }

    private static Network network(Function<ParameterPath, Layer> layer) {
        return Network.build(new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(1)), layer);
    }
}

package dev.dafl.onnx;

import static dev.dafl.onnx.TestGraph.f;
import static dev.dafl.onnx.TestGraph.g;
import static dev.dafl.onnx.TestGraph.i;
import static dev.dafl.onnx.TestGraph.ints;
import static dev.dafl.onnx.TestGraph.s;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.dafl.onnx.OnnxModel.Normalization;
import dev.dafl.onnx.OnnxModel.Weights;
import dev.dafl.onnx.proto.AttributeProto;
import dev.dafl.onnx.proto.FunctionProto;
import dev.dafl.onnx.proto.GraphProto;
import dev.dafl.onnx.proto.OperatorSetIdProto;
import dev.dafl.onnx.proto.SparseTensorProto;
import dev.dafl.onnx.proto.StringStringEntryProto;
import dev.dafl.onnx.proto.TensorProto;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read of a file, and what is told of one that cannot be used. */
class OnnxModelTest {

    private static final Path MODELS = Path.of("src/test/resources/models");

    @TempDir
    private Path folder;

    /** [n, 2, 2, 2] to three classes, w [8, 3] and b [3]. */
    private static TestGraph linear() {
        return linear(13);
    }

    private static TestGraph linear(int opset) {
        return new TestGraph(opset)
                .input("x", -1, 2, 2, 2)
                .output("y", -1, 3)
                .weight("w", 8, 3)
                .weight("b", 3)
                .node("Flatten", "x -> f")
                .node("Gemm", "f, w, b -> y");
    }

    private Path write(TestGraph graph) throws IOException {
        return graph.write(folder.resolve("model.onnx"));
    }

    private OnnxModel read(TestGraph graph) throws IOException {
        return OnnxModel.read(write(graph));
    }

    private static float[] run(OnnxModel model, int classes, Tensor images) {
        Parameters parameters = new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(1));
        try (TensorScope _ = TensorScope.open();
                Network network = Network.build(
                        parameters,
                        path -> model.network(
                                path,
                                (int) images.size(1),
                                (int) images.size(2),
                                (int) images.size(3),
                                classes,
                                Weights.FILE))) {
            return network.forward(images, Pass.evaluate()).toFloats();
        }
    }

    /** What a graph from [n, 2, 2, 2] to three classes gives for two images. */
    private static float[] run(OnnxModel model) {
        try (TensorScope _ = TensorScope.open()) {
            return run(model, 3, Tensor.of(TestGraph.numbers(3, 16), 2, 2, 2, 2));
        }
    }

    /** Reads and runs, and gives what is told instead. */
    private String refused(TestGraph graph) throws IOException {
        Path file = write(graph);
        String message = assertThrows(IllegalArgumentException.class, () -> run(OnnxModel.read(file)))
                .getMessage();
        assertTrue(message.startsWith(file + ": "), message);
        return message.substring(file.toString().length() + 2);
    }

    // ---- what it says

    @Test
    void tellsImagesAndClasses() throws IOException {
        OnnxModel model = OnnxModel.read(MODELS.resolve("resnet.script.onnx"));
        assertEquals(Optional.of(3), model.channels());
        assertEquals(Optional.of(16), model.height());
        assertEquals(Optional.of(16), model.width());
        assertEquals(Optional.of(5), model.classes());
        assertEquals(List.of(), model.classNames());
        assertEquals(Optional.empty(), model.normalization());
        assertEquals(List.of(), model.notes());
    }

    @Test
    void seesImagesWithChannelsLastAndTakesASoftmaxOff() throws IOException {
        OnnxModel model = OnnxModel.read(MODELS.resolve("keras.helper.onnx"));
        assertEquals(Optional.of(3), model.channels());
        assertEquals(Optional.of(8), model.height());
        assertEquals(Optional.of(4), model.classes());
        assertEquals(List.of("took the last Softmax off: the logits are what enters it"), model.notes());
    }

    @Test
    void readsScikitLearnsProbabilitiesAndLabels() throws IOException {
        OnnxModel model = OnnxModel.read(MODELS.resolve("scikit-learn.helper.onnx"));
        assertEquals(Optional.empty(), model.channels());
        assertEquals(Optional.of(4), model.classes());
        assertEquals(List.of("digit 0", "digit 1", "digit 2", "digit 3"), model.classNames());
        assertEquals(
                List.of(
                        "took the output 'output_probability' of output_label, output_probability",
                        "took the last Softmax off: the logits are what enters it"),
                model.notes());
    }

    @Test
    void seesOpenSizesAndClassesOfTheLastLayer() throws IOException {
        TestGraph graph = new TestGraph(13)
                .input("x", -1, -1, -1, -1)
                .output("y", -1, -1)
                .weight("w", 5, 2, 3, 3)
                .node("Conv", "x, w -> c")
                .node("GlobalAveragePool", "c -> p")
                .node("Flatten", "p -> f")
                .node("Softmax", "f -> y");
        OnnxModel model = read(graph);
        assertEquals(Optional.of(2), model.channels());
        assertEquals(Optional.empty(), model.height());
        assertEquals(Optional.of(5), model.classes());
        try (TensorScope _ = TensorScope.open()) {
            assertEquals(10, run(model, 5, Tensor.of(TestGraph.numbers(1, 2 * 2 * 35), 2, 2, 5, 7)).length);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            dafl.classes | ["a", "b, c", "d\\"e"]                 | a;b, c;d"e
            names        | {0: 'person', 1: "it's", 2: 'c'}       | person;it's;c
            names        | {1: 'b', 0: 'a', 2: 'c'}               | a;b;c
            names        | {"0": "a", "1": "b", "2": "c"}         | a;b;c
            class_names  | ['a', 'b', 'c']                        | a;b;c
            classes      | a, b ,c                                | a;b;c
            labels       | [1, 2, 3]                              | 1;2;3
            names        | {0: 'a', 2: 'b', 3: 'c'}               |
            names        | ["a", "b"                              |
            names        | ["a", "b"]                             |
            """)
    void readsNamesOfClasses(String key, String text, String names) throws IOException {
        OnnxModel model = read(withMetadata(linear(), key, text));
        assertEquals(names == null ? "" : names, String.join(";", model.classNames()));
    }

    @Test
    void readsTheNormalization() throws IOException {
        TestGraph ours = withMetadata(withMetadata(linear(), "dafl.mean", "[0.5, 0.25]"), "dafl.std", "[0.1, 0.2]");
        assertEquals(
                Optional.of(new Normalization(List.of(0.5, 0.25), List.of(0.1, 0.2))),
                read(ours).normalization());
        assertEquals(
                Optional.of(new Normalization(List.of(0.0, 0.0), List.of(1.0, 1.0))),
                read(withMetadata(ours, "dafl.input", "0..1")).normalization(),
                "the graph normalises its images itself");
        assertEquals(
                Optional.of(new Normalization(List.of(0.5, 0.5), List.of(0.5, 0.5))),
                read(withMetadata(linear(), "Image.NominalPixelRange", "Normalized_1_1"))
                        .normalization());
        TestGraph wrong = withMetadata(withMetadata(linear(), "dafl.mean", "[0.5]"), "dafl.std", "[0.1, 0.2]");
        assertEquals(Optional.empty(), read(wrong).normalization());
        TestGraph zero = withMetadata(withMetadata(linear(), "mean", "[0, 0]"), "std", "[0, NaN]");
        assertEquals(Optional.empty(), read(zero).normalization());
    }

    private static TestGraph withMetadata(TestGraph graph, String key, String value) {
        graph.model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value));
        return graph;
    }

    // ---- elements of weights

    private static float[] plainWeights(TensorProto tensor) {
        float[] values = new float[tensor.getFloatDataCount()];
        for (int k = 0; k < values.length; k++) {
            values[k] = tensor.getFloatData(k);
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({"1, 4, 0", "11, 8, 0", "10, 2, 2e-3", "16, 2, 2e-2"})
    void readsFloatsOfAnyWidth(int type, int bytes, float rounding) throws IOException {
        float[] expected = run(read(linear()));
        TestGraph graph = linear();
        float[] values = plainWeights(graph.graph.getInitializer(0));
        ByteBuffer raw = ByteBuffer.allocate(values.length * bytes).order(ByteOrder.LITTLE_ENDIAN);
        TensorProto.Builder typed = TestGraph.tensor("w", type, 8, 3);
        for (float value : values) {
            switch (type) {
                case 1 -> raw.putFloat(value);
                case 11 -> {
                    raw.putDouble(value);
                    typed.addDoubleData(value);
                }
                case 10 -> {
                    raw.putShort(Float.floatToFloat16(value));
                    typed.addInt32Data(Float.floatToFloat16(value) & 0xffff);
                }
                default -> {
                    raw.putShort((short) (Float.floatToRawIntBits(value) >> 16));
                    typed.addInt32Data(Float.floatToRawIntBits(value) >>> 16);
                }
            }
        }
        graph.graph.setInitializer(0, TestGraph.tensor("w", type, 8, 3).setRawData(ByteString.copyFrom(raw.array())));
        assertArrayEquals(expected, run(read(graph)), rounding * 8 + 1e-6f);
        if (type != 1) {
            graph.graph.setInitializer(0, typed);
            assertArrayEquals(expected, run(read(graph)), rounding * 8 + 1e-6f);
        }
    }

    /** Raw bytes of more than 4,096 are left in the file until they are asked for. */
    @Test
    void readsLargeWeightsFromTheirPlace() throws IOException {
        float[] numbers = TestGraph.numbers(1, 8 * 1024);
        ByteBuffer raw = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(numbers);
        TestGraph graph = linear();
        graph.graph.clearNode().clearInitializer();
        graph.weight("v", 1024, 3)
                .node("Flatten", "x -> f")
                .node("MatMul", "f, w -> g")
                .node("MatMul", "g, v -> y");
        graph.graph.addInitializer(TestGraph.tensor("w", 1, 8, 1024).setRawData(ByteString.copyFrom(raw.array())));
        float[] left = run(read(graph));
        TestGraph inline = linear();
        inline.graph.clearNode().clearInitializer();
        inline.weight("v", 1024, 3)
                .node("Flatten", "x -> f")
                .node("MatMul", "f, w -> g")
                .node("MatMul", "g, v -> y");
        inline.weight("w", numbers, 8, 1024);
        assertArrayEquals(run(read(inline)), left);
    }

    private TestGraph external(String location, String... more) {
        TestGraph graph = linear();
        TensorProto.Builder tensor = TestGraph.tensor("w", 1, 8, 3).setDataLocation(TensorProto.DataLocation.EXTERNAL);
        tensor.addExternalDataBuilder().setKey("location").setValue(location);
        for (int k = 0; k < more.length; k += 2) {
            tensor.addExternalDataBuilder().setKey(more[k]).setValue(more[k + 1]);
        }
        graph.graph.setInitializer(0, tensor);
        return graph;
    }

    private byte[] weightBytes(int before) {
        ByteBuffer raw = ByteBuffer.allocate(before + 96).order(ByteOrder.LITTLE_ENDIAN);
        raw.position(before);
        for (float value : plainWeights(linear().graph.getInitializer(0))) {
            raw.putFloat(value);
        }
        return raw.array();
    }

    @Test
    void readsWeightsBesideTheModel() throws IOException {
        float[] expected = run(read(linear()));
        Files.write(folder.resolve("model.data"), weightBytes(16));
        assertArrayEquals(expected, run(read(external("model.data", "offset", "16", "length", "96"))));
        Files.createDirectory(folder.resolve("sub"));
        Files.write(folder.resolve("sub/w.bin"), weightBytes(0));
        assertArrayEquals(expected, run(read(external("sub/w.bin"))));
    }

    @Test
    void readsNoOtherFiles() throws IOException {
        Path outside = Files.createTempFile("dafl-weights", ".bin");
        try {
            Files.write(outside, weightBytes(0));
            assertEquals(
                    "the tensor 'w': its data are to be in '" + outside + "', and only files in the model's folder are"
                            + " read; a location is a file name without ../",
                    refused(external(outside.toString())));
            String up = folder.relativize(outside).toString();
            assertTrue(refused(external(up)).contains("only files in the model's folder are read"));
            assertTrue(refused(external("sub/../" + up)).contains("only files in the model's folder are read"));
            Files.createSymbolicLink(folder.resolve("link.bin"), outside);
            assertEquals(
                    "the tensor 'w': its data are to be in 'link.bin', a link to a place outside of the model's folder,"
                            + " which is not read",
                    refused(external("link.bin")));
            assertEquals(
                    "the tensor 'w': its data are in 'none.bin' beside the model, which cannot be read (there is no "
                            + folder.toRealPath().resolve("none.bin") + "); keep both files together",
                    refused(external("none.bin")));
            Files.write(folder.resolve("short.bin"), new byte[50]);
            assertEquals(
                    "the tensor 'w': its data are to be 96 bytes from byte 0 of short.bin, which has 50; was it cut off?",
                    refused(external("short.bin", "length", "96")));
            assertTrue(refused(external("short.bin")).contains("needs 96 bytes, and it has 50"));
            assertTrue(refused(external("short.bin", "offset", "-4")).contains("offset '-4'"));
        } finally {
            Files.delete(outside);
        }
    }

    // ---- graphs

    @Test
    void putsFunctionsInTheirPlaces() throws IOException {
        float[] expected = run(read(linear()));
        TestGraph graph = linear(18);
        graph.graph.clearNode();
        // y = layer(x) with the bias twice added and once taken away, by a function in a function.
        FunctionProto inner = FunctionProto.newBuilder()
                .setDomain("mine")
                .setName("shift")
                .addInput("a")
                .addInput("b")
                .addOutput("r")
                .addAttribute("sign")
                .addNode(TestGraph.nodeOf("Constant", " -> k")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("value_float")
                                .setRefAttrName("sign")
                                .setType(AttributeProto.AttributeType.FLOAT)))
                .addNode(TestGraph.nodeOf("Mul", "b, k -> m"))
                .addNode(TestGraph.nodeOf("Add", "a, m -> r"))
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(18))
                .build();
        FunctionProto outer = FunctionProto.newBuilder()
                .setDomain("mine")
                .setName("layer")
                .addInput("x")
                .addInput("w")
                .addInput("b")
                .addOutput("y")
                .addOutput("same")
                .addAttributeProto(f("up", 2))
                .addNode(TestGraph.nodeOf("Flatten", "x -> m"))
                .addNode(TestGraph.nodeOf("MatMul", "m, w -> k"))
                .addNode(TestGraph.nodeOf("mine.shift", "k, b -> a")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("sign")
                                .setRefAttrName("up")
                                .setType(AttributeProto.AttributeType.FLOAT)))
                .addNode(TestGraph.nodeOf("mine.shift", "a, b -> y", f("sign", -1)))
                .addNode(TestGraph.nodeOf("Identity", "x -> same"))
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(18))
                .build();
        graph.model.addFunctions(inner).addFunctions(outer);
        graph.node("mine.layer", "x, w, b -> z, t").node("Identity", "z -> y");
        assertArrayEquals(expected, run(read(graph)), 1e-5f);
    }

    @Test
    void refusesFunctionsThatCallThemselves() throws IOException {
        TestGraph graph = linear();
        graph.graph.clearNode();
        graph.model.addFunctions(FunctionProto.newBuilder()
                .setDomain("mine")
                .setName("f")
                .addInput("x")
                .addOutput("y")
                .addNode(TestGraph.nodeOf("mine.f", "x -> y")));
        graph.node("mine.f", "x -> y");
        assertEquals("its function 'f' calls itself", refused(graph));
    }

    private static GraphProto branch(String bias) {
        return GraphProto.newBuilder()
                .addNode(TestGraph.nodeOf("Add", "m, " + bias + " -> r"))
                .addOutput(TestGraph.value("r", 1))
                .build();
    }

    @Test
    void takesTheBranchWhoseConditionIsKnown() throws IOException {
        float[] expected = run(read(linear()));
        TestGraph constant = linear();
        constant.graph.clearNode();
        constant.bools("true", true)
                .weight("other", 3)
                .node("Flatten", "x -> f")
                .node("MatMul", "f, w -> m")
                .node("If", "true -> y", g("then_branch", branch("b")), g("else_branch", branch("other")));
        assertArrayEquals(expected, run(read(constant)), 1e-6f);
        TestGraph ofShape = linear();
        ofShape.graph.clearNode();
        ofShape.integer("one", 1)
                .integer("three", 3)
                .weight("other", 3)
                .node("Shape", "x -> s")
                .node("Gather", "s, one -> c")
                .node("Equal", "c, three -> e")
                .node("Flatten", "x -> f")
                .node("MatMul", "f, w -> m")
                .node("If", "e -> y", g("then_branch", branch("other")), g("else_branch", branch("b")));
        assertArrayEquals(expected, run(read(ofShape)), 1e-6f);
        TestGraph ofImages = linear();
        ofImages.graph.clearNode();
        ofImages.weight("other", 3)
                .weight("zero", new float[] {0})
                .node("Flatten", "x -> f")
                .node("MatMul", "f, w -> m")
                .node("ReduceMax", "x -> t", i("keepdims", 0))
                .node("Less", "t, zero -> e")
                .node("If", "e -> y", g("then_branch", branch("other")), g("else_branch", branch("b")));
        assertEquals(
                "If (which makes 'y'): which branch it takes depends on the images, which is not computed here",
                refused(ofImages));
    }

    @Test
    void sortsNodes() throws IOException {
        TestGraph graph = linear();
        graph.graph
                .clearNode()
                .addNode(TestGraph.nodeOf("Gemm", "f, w, b -> y"))
                .addNode(TestGraph.nodeOf("Flatten", "x -> f"));
        assertArrayEquals(run(read(linear())), run(read(graph)));
    }

    @Test
    void takesTheOutputThatIsAskedFor() throws IOException {
        TestGraph graph = linear();
        graph.node("Neg", "y -> negative").output("negative", -1, 3);
        float[] first = run(read(graph));
        Path file = folder.resolve("model.onnx");
        float[] second = run(OnnxModel.read(file, Optional.of("x"), Optional.of("negative")));
        assertEquals(first[0], -second[0]);
        assertEquals(
                file + ": it has no output 'none'; it has y, negative",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> OnnxModel.read(file, Optional.empty(), Optional.of("none")))
                        .getMessage());
    }

    // ---- what is told

    @Test
    void namesAllOperatorsThatAreMissing() throws IOException {
        TestGraph graph = linear();
        graph.graph.clearNode();
        graph.node("Foo", "x -> a")
                .node("Bar", "a -> d")
                .node("mine.Baz", "d -> c")
                .node("Foo", "c -> y");
        assertEquals(
                "it uses operators of other domains than ONNX's: mine.Baz (export it without them); and it uses operators"
                        + " that are not computed here: Bar, Foo",
                refused(graph));
    }

    @Test
    void tellsQuantisedGraphs() throws IOException {
        TestGraph graph = linear();
        graph.graph.clearNode();
        graph.node("QuantizeLinear", "x, w -> q")
                .node("QLinearConv", "q -> r")
                .node("com.microsoft.QLinearAdd", "r -> y");
        assertEquals(
                "it is quantised or made for one runtime alone: QLinearConv, QuantizeLinear, com.microsoft.QLinearAdd"
                        + " (export the network in float32)",
                refused(graph));
    }

    @Test
    void tellsLoops() throws IOException {
        TestGraph graph = linear();
        graph.graph.clearNode();
        graph.node(
                "Loop",
                "x -> y",
                g("body", branch("b").toBuilder().clearNode().clearOutput().build()));
        assertEquals("it has loops: Loop (export it so that they are unrolled)", refused(graph));
    }

    @Test
    void tellsTrainingMode() throws IOException {
        TestGraph norm = new TestGraph(15)
                .input("x", -1, 2, 2, 2)
                .output("y", -1, 3)
                .weight("w", 8, 3)
                .weight("c", 2);
        norm.node("BatchNormalization", "x, c, c, c, c -> a", i("training_mode", 1))
                .node("Flatten", "a -> f")
                .node("MatMul", "f, w -> y");
        assertEquals(
                "it was exported in training mode (BatchNormalization (which makes 'a')); export it in evaluation mode:"
                        + " model.eval(), and without training=TrainingMode.TRAINING",
                refused(norm));
        TestGraph dropout =
                new TestGraph(13).input("x", -1, 2, 2, 2).output("y", -1, 3).weight("w", 8, 3);
        dropout.weight("ratio", new float[] {0.5f})
                .bools("true", true)
                .node("Dropout", "x, ratio, true -> a")
                .node("Flatten", "a -> f")
                .node("MatMul", "f, w -> y");
        assertEquals(
                "Dropout (which makes 'a'): it drops while training (training_mode); export the network in evaluation mode",
                refused(dropout));
    }

    @Test
    void tellsOneNumberForTwoClasses() throws IOException {
        TestGraph graph = new TestGraph(13)
                .input("x", -1, 2, 2, 2)
                .output("y", -1, 1)
                .weight("w", 8, 1)
                .node("Flatten", "x -> f")
                .node("MatMul", "f, w -> g")
                .node("Sigmoid", "g -> y");
        assertEquals(
                "it gives one number for an image through a Sigmoid, and dafl wants one for each class; give its last layer"
                        + " two outputs, of which the first is 0 and the second what it gives now",
                refused(graph));
    }

    @Test
    void notesClassesThatDoNotExcludeEachOther() throws IOException {
        TestGraph graph = linear();
        graph.graph.setNode(1, TestGraph.nodeOf("Gemm", "f, w, b -> g"));
        graph.node("Sigmoid", "g -> y");
        OnnxModel model = read(graph);
        assertEquals(2, model.notes().size());
        assertArrayEquals(run(read(linear())), run(model));
    }

    @Test
    void tellsWhatIsWrongWithAGraph() throws IOException {
        TestGraph cycle = linear();
        cycle.graph.clearNode();
        cycle.node("Add", "x, b2 -> a")
                .node("Neg", "a -> b2")
                .node("Flatten", "a -> f")
                .node("Gemm", "f, w, b -> y");
        assertEquals(
                "its nodes form a cycle: Add (which makes 'a') needs Neg (which makes 'b2') needs Add (which makes 'a')",
                refused(cycle));

        TestGraph missing = linear();
        missing.graph.removeInitializer(0);
        assertEquals(
                "nothing in it makes w: there is no such input, initialiser or output of a node", refused(missing));

        assertEquals("it makes f more than once; a value has one source", refused(linear().node("Neg", "x -> f")));
        assertEquals("it has two initialisers named 'b'", refused(linear().weight("b", 3)));
        assertEquals("it has two inputs named 'x'", refused(linear().input("x", -1, 2, 2, 2)));

        TestGraph lies = linear();
        lies.graph.setInitializer(0, TestGraph.tensor("w", 1, 8, 300).addFloatData(1));
        assertEquals("the tensor 'w': its shape [8, 300] of float needs 9600 bytes, and it has 4", refused(lies));

        TestGraph huge = linear();
        huge.graph.setInitializer(0, TestGraph.tensor("w", 1, Long.MAX_VALUE, 300));
        assertEquals("the tensor 'w': it has the shape [9223372036854775807, 300]", refused(huge));

        TestGraph text = linear();
        text.graph.setInitializer(0, TestGraph.tensor("w", 8, 1));
        assertEquals(
                "the tensor 'w': it holds string, which is not read; export the network in float32, unquantised",
                refused(text));

        TestGraph sparse = linear();
        sparse.graph.addSparseInitializer(SparseTensorProto.newBuilder().setValues(TestGraph.tensor("s", 1)));
        assertEquals(
                "its initialiser 's' is sparse, which is not read; export the network with dense weights",
                refused(sparse));

        TestGraph nan = linear();
        nan.graph.setInitializer(
                1,
                TestGraph.tensor("b", 1, 3)
                        .addFloatData(1)
                        .addFloatData(Float.NaN)
                        .addFloatData(2));
        assertEquals(
                "Gemm (which makes 'y'): its weight 'b' has numbers that are infinite or not numbers; the network was not"
                        + " trained or saved well",
                refused(nan));

        assertEquals(
                "its output needs 2 inputs, x, z, where one of images is due; export it with the others as constants, or"
                        + " name an output that needs one alone",
                refused(two()));
    }

    private static TestGraph two() {
        TestGraph graph = linear().input("z", -1, 3);
        graph.graph.setNode(1, TestGraph.nodeOf("Gemm", "f, w, b -> g"));
        return graph.node("Add", "g, z -> y");
    }

    @Test
    void tellsVersionsThatAreNotRead() throws IOException {
        assertTrue(refused(linear(6)).startsWith("it uses opset 6; 7 to "));
        assertTrue(refused(linear(99)).startsWith("it uses opset 99; 7 to "));
        TestGraph old = linear();
        old.model.setIrVersion(99);
        assertTrue(refused(old).startsWith("it is written in version 99 of the format; 3 to "));
    }

    @Test
    void tellsOtherFiles() throws IOException {
        Path file = folder.resolve("model.onnx");
        Files.writeString(file, "");
        assertEquals(file + ": it is empty", told(file));
        Files.writeString(file, "<!DOCTYPE html><html></html>");
        assertTrue(told(file).contains("it is a web page: the download failed"));
        Files.writeString(file, "PK\003\004 and more");
        assertTrue(told(file).contains("zip archive"));
        Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:0");
        assertTrue(told(file).contains("git lfs pull"));
        Files.writeString(file, "hello world");
        assertTrue(told(file).contains("it is not an ONNX model"));
        byte[] whole = linear().bytes();
        Files.write(file, Arrays.copyOf(whole, whole.length - 20));
        assertTrue(told(file).contains("was cut off or damaged"), told(file));
        Path none = folder.resolve("none.onnx");
        assertEquals(
                "cannot read " + none + ": there is no " + none,
                assertThrows(IOException.class, () -> OnnxModel.read(none)).getMessage());
    }

    private static String told(Path file) {
        return assertThrows(IllegalArgumentException.class, () -> OnnxModel.read(file))
                .getMessage();
    }

    @Test
    void tellsBothOfAContradiction() throws IOException {
        OnnxModel model = read(linear());
        try (TensorScope _ = TensorScope.open()) {
            Tensor images = Tensor.of(new float[27], 1, 3, 3, 3);
            assertTrue(assertThrows(IllegalArgumentException.class, () -> run(model, 3, images))
                    .getMessage()
                    .endsWith("it takes images of 2x2x2 (channels, height, width), and 3x3x3 are given"));
            Tensor fitting = Tensor.of(new float[8], 1, 2, 2, 2);
            assertTrue(assertThrows(IllegalArgumentException.class, () -> run(model, 4, fitting))
                    .getMessage()
                    .endsWith("it tells 3 classes apart, and 4 are asked for"));
        }
    }

    @Test
    void refusesSizesThatAreMistakes() throws IOException {
        TestGraph tile = linear();
        tile.graph.clearNode();
        tile.integers("r", 1, 1, 1 << 20, 1 << 10)
                .node("Tile", "x, r -> a")
                .node("Flatten", "a -> f")
                .node("Gemm", "f, w, b -> y");
        assertTrue(refused(tile).contains("it makes a value of the shape [2, 2, 2097152, 2048], far larger"));
        TestGraph constant = linear();
        constant.integers("s", 1 << 20, 1 << 10)
                .node("ConstantOfShape", "s -> c")
                .node("Add", "y, c -> z");
        constant.graph.setOutput(0, TestGraph.value("z", 1, -1, 3));
        assertTrue(refused(constant).contains("it makes a constant of the shape [1048576, 1024], far larger"));
        TestGraph pad = linear();
        pad.graph.clearNode();
        pad.integers("p", 0, 0, 0, 0, 0, 0, 1 << 29, 0)
                .node("Pad", "x, p -> a")
                .node("Flatten", "a -> f")
                .node("Gemm", "f, w, b -> y");
        assertTrue(refused(pad).contains("far larger"));
    }

    @Test
    void tellsWhatLibtorchWouldNotDo() throws IOException {
        TestGraph perm = linear();
        perm.graph.clearNode();
        perm.node("Transpose", "x -> a", ints("perm", 0, 0, 1, 2))
                .node("Flatten", "a -> f")
                .node("Gemm", "f, w, b -> y");
        assertEquals(
                "Transpose (which makes 'a'): its perm is [0, 0, 1, 2] for an input of shape [2, 2, 2, 2]",
                refused(perm));
        TestGraph mode = linear();
        mode.graph.clearNode();
        mode.node("Pad", "x -> a", s("mode", "odd\nnews"), ints("pads", 0, 0, 1, 0, 0, 0, 0, 0));
        mode.graph.addNode(TestGraph.nodeOf("Flatten", "a -> f"));
        mode.graph.addNode(TestGraph.nodeOf("Gemm", "f, w, b -> y"));
        assertEquals("Pad (which makes 'a'): its mode is 'odd?news'", refused(mode));
    }
}

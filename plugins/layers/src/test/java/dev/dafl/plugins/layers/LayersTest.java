package dev.dafl.plugins.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.dafl.checks.NetworkCheck;
import dev.dafl.plugins.layers.WrittenNetwork.Options;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.OptionException;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LayersTest {

    private static final ImageShape IMAGE = new ImageShape(3, 32, 32);

    /** Every kind of layer, most with options; reference.py has the same network. */
    private static final Options EVERYTHING = new Options(List.of(
            Map.of(
                    "conv",
                    Map.of(
                            "out",
                            12,
                            "kernel",
                            List.of(3, 5),
                            "stride",
                            List.of(1, 2),
                            "padding",
                            List.of(1, 3),
                            "dilation",
                            List.of(1, 2),
                            "bias",
                            false)),
            Map.of("name", "batch-norm", "eps", 1e-3, "momentum", 0.2),
            Map.of("leaky-relu", 0.2),
            Map.of("max-pool", Map.of("kernel", 3, "stride", List.of(2, 1), "padding", 1, "ceil-mode", true)),
            Map.of("depthwise-conv", Map.of("kernel", 3, "padding", "same")),
            Map.of("group-norm", Map.of("groups", 4, "eps", 1e-4)),
            "hardswish",
            Map.of(
                    "residual",
                    List.of(Map.of("conv", Map.of("out", 12, "padding", "same", "dilation", 2, "groups", 3)), "silu")),
            Map.of(
                    "residual",
                    Map.of(
                            "layers",
                            List.of(
                                    Map.of("conv", Map.of("out", 24, "stride", 2, "padding", 1, "bias", false)),
                                    "batch-norm",
                                    "relu6",
                                    Map.of("conv", Map.of("out", 24, "padding", 1))))),
            "layer-norm",
            "gelu",
            Map.of(
                    "avg-pool",
                    Map.of(
                            "kernel",
                            List.of(2, 3),
                            "stride",
                            2,
                            "padding",
                            1,
                            "ceil-mode",
                            true,
                            "count-include-pad",
                            false)),
            Map.of("adaptive-avg-pool", List.of(2, 1)),
            "flatten",
            Map.of(
                    "residual",
                    Map.of(
                            "layers", List.of(Map.of("linear", Map.of("out", 20, "bias", false)), "layer-norm"),
                            "shortcut", List.of(Map.of("linear", 20)))),
            "tanh",
            Map.of("batch-norm", Map.of("affine", false)),
            "sigmoid",
            "dropout"));

    /** Of images of 16x16; reference.py has the same network. */
    private static final Options TRANSFORMER = new Options(List.of(
            Map.of("conv", Map.of("out", 24, "kernel", 4, "stride", 4)),
            "tokens",
            "position-embedding",
            Map.of("residual", List.of(Map.of("layer-norm", Map.of("eps", 1e-6)), Map.of("attention", 4), "dropout")),
            Map.of(
                    "residual",
                    List.of(
                            "layer-norm",
                            Map.of("linear", 48),
                            "gelu",
                            Map.of("linear", Map.of("out", 24, "bias", false)))),
            Map.of("attention", Map.of("heads", 2, "dropout", 0.1, "bias", false)),
            "token-mean"));

    private static final String FORMS =
            "a layer is a word such as relu, or a word with its value or its options, such as"
                    + " {max-pool: 2} or {conv: {out: 32, kernel: 3}}";

    private final NetworkCheck<Options> plain =
            NetworkCheck.of(new WrittenNetwork(), new WrittenNetwork().defaults(), IMAGE, "default");
    private final NetworkCheck<Options> everything =
            NetworkCheck.of(new WrittenNetwork(), EVERYTHING, new ImageShape(2, 14, 18), "everything");
    private final NetworkCheck<Options> transformer =
            NetworkCheck.of(new WrittenNetwork(), TRANSFORMER, new ImageShape(3, 16, 16), "transformer");

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void matchPyTorch(MemoryFormat format) throws IOException {
        plain.matchesPyTorch(format);
        everything.matchesPyTorch(format);
        transformer.matchesPyTorch(format);
    }

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void workInBfloat16(MemoryFormat format) throws IOException {
        plain.worksInBfloat16(format);
        everything.worksInBfloat16(format);
        transformer.worksInBfloat16(format);
    }

    /** All kinds of layers are in a network that is held against PyTorch. */
    @Test
    void everyKindIsTested() {
        String tested = EVERYTHING.layers().toString()
                + TRANSFORMER.layers()
                + new WrittenNetwork().defaults().layers();
        for (String kind : Kind.names()) {
            assertTrue(tested.matches(".*(?<![\\w-])" + kind + "(?![\\w-]).*"), kind);
        }
    }

    @Test
    void whatIsNotFlatIsFlattenedBeforeLinearLayers() {
        assertEquals(3 * 32 * 32 * 10 + 10, parameters(IMAGE));
        assertEquals(3 * 32 * 32 * 2 + 2 * 10 + 10, parameters(IMAGE, table("linear", table("out", 2, "bias", false))));
    }

    @Test
    void anInputOfAnotherShapeGoesThroughAProjection() {
        Object wider = table("residual", List.of(conv(8, 3, 1)));
        assertEquals((3 * 8 * 9 + 8) + (3 * 8 + 2 * 8) + (8 * 10 + 10), parameters(IMAGE, wider, "global-avg-pool"));
        assertEquals(List.of(3L, 32L, 32L), body(IMAGE, table("residual", List.of("relu"))));
        Object smaller = table("residual", List.of(table("max-pool", table("kernel", 3, "stride", 3, "padding", 1))));
        assertEquals(List.of(3L, 11L, 11L), body(IMAGE, smaller));
    }

    /** PyTorch's sizes of pooled pictures. */
    @ParameterizedTest
    @CsvSource({"7, 2, 2, 0, 4", "7, 3, 2, 1, 4", "1, 2, 2, 0, 1", "5, 3, 3, 1, 2", "6, 3, 2, 0, 3", "3, 1, 2, 0, 2"})
    void ceilModeCountsWindowsThatBeginInThePicture(int size, int kernel, int stride, int padding, long pooled) {
        Object pool =
                table("max-pool", table("kernel", kernel, "stride", stride, "padding", padding, "ceil-mode", true));
        ImageShape image = new ImageShape(1, size, size);
        assertEquals(List.of(1L, pooled, pooled), body(image, pool));
        try (TensorScope _ = TensorScope.open();
                Network network = build(new Options(List.of(pool)), image)) {
            Pass pass = Pass.evaluate().recording(Set.of(Recorded.FEATURES));
            network.forward(Tensor.ones(DType.FLOAT32, Device.CPU, 1, 1, size, size), pass);
            assertEquals(pooled * pooled, pass.features().orElseThrow().size(1));
        }
    }

    @Test
    void dropoutDropsWhereThePassHasNumbers() {
        try (TensorScope _ = TensorScope.open();
                Network network = build(new Options(List.of("flatten", table("dropout", 0.25))), IMAGE)) {
            Tensor images = Tensor.ones(DType.FLOAT32, Device.CPU, 2, 3, 32, 32);
            Pass training = Pass.train(new RandomStream(1).at("layers", 0)).recording(Set.of(Recorded.FEATURES));
            network.forward(images, training);
            double[] features = training.features().orElseThrow().toDoubles();
            assertEquals(0.25, Arrays.stream(features).filter(x -> x == 0).count() / (double) features.length, 0.05);
            Pass evaluation = Pass.evaluate().recording(Set.of(Recorded.FEATURES));
            network.forward(images, evaluation);
            assertArrayEquals(
                    images.toDoubles(), evaluation.features().orElseThrow().toDoubles());
        }
    }

    /** What a place sees follows from the pass's numbers alone, so that a run that is resumed sees the same. */
    @Test
    void dropoutOfAttentionFollowsFromTheNumbersOfThePass() {
        try (TensorScope _ = TensorScope.open();
                Network network = build(
                        new Options(List.of("tokens", table("attention", table("heads", 3, "dropout", 0.5)))),
                        new ImageShape(3, 4, 4))) {
            Tensor images = Tensor.ones(DType.FLOAT32, Device.CPU, 2, 3, 4, 4);
            float[] first = trained(network, images, 0);
            assertArrayEquals(first, trained(network, images, 0));
            assertFalse(Arrays.equals(first, trained(network, images, 1)));
        }
    }

    private static float[] trained(Network network, Tensor images, long step) {
        return network.forward(images, Pass.train(new RandomStream(1).at("layers", step)))
                .toFloats();
    }

    /** All numbers of a sequence that comes last are features. */
    @Test
    void aSequenceIsFlattenedBeforeTheClasses() {
        ImageShape image = new ImageShape(3, 4, 4);
        assertEquals(16 * 3 * 10 + 10, parameters(image, "tokens"));
        assertEquals(List.of(48L), body(image, "tokens", "flatten"));
        assertEquals(3 * 5 + 5 + 16 * 5 * 10 + 10, parameters(image, "tokens", table("linear", 5)));
    }

    static Stream<Arguments> mistakes() {
        ImageShape tiny = new ImageShape(3, 3, 3);
        return Stream.of(
                arguments(
                        tiny,
                        List.of(table("conv", 8), "batch-norm", "relu", table("max-pool", 2)),
                        "layers/3/max-pool",
                        "layer 3, max-pool: 2: the picture is only 1x1 there"),
                arguments(
                        tiny,
                        List.of(table("name", "conv", "out", 8, "kernel", 7, "padding", 1)),
                        "layers/0",
                        "layer 0, name: conv, out: 8, kernel: 7, padding: 1: the picture is only 3x3 there, with padding"
                                + " 5x5"),
                arguments(
                        IMAGE,
                        List.of("flatten", "relu", table("conv", 8)),
                        "layers/2/conv",
                        "layer 2, conv: 8: takes a picture, and a vector of 3072 enters it, since flatten or linear stands"
                                + " before it"),
                arguments(
                        IMAGE,
                        List.of(table("conv", table("out", 8, "groups", 2))),
                        "layers/0/conv/groups",
                        "layer 0, conv: {out: 8, groups: 2}: groups is 2, which must divide the 3 channels there and the 8"
                                + " that are made of them"),
                arguments(
                        IMAGE,
                        List.of(table("group-norm", 2)),
                        "layers/0/group-norm",
                        "layer 0, group-norm: 2: groups is 2, which must divide the 3 channels there"),
                arguments(
                        IMAGE,
                        List.of("relu", table("attention", 3)),
                        "layers/1/attention",
                        "layer 1, attention: 3: takes a sequence, and a picture of 3x32x32 enters it; tokens before it makes"
                                + " a sequence of a picture"),
                arguments(
                        IMAGE,
                        List.of("flatten", "token-mean"),
                        "layers/1",
                        "layer 1, token-mean: takes a sequence, and a vector of 3072 enters it"),
                arguments(
                        IMAGE,
                        List.of("tokens", table("attention", table("heads", 2))),
                        "layers/1/attention/heads",
                        "layer 1, attention: {heads: 2}: heads is 2, which must divide the 3 numbers of each place"),
                arguments(
                        IMAGE,
                        List.of("tokens", "global-avg-pool"),
                        "layers/1",
                        "layer 1, global-avg-pool: takes a picture, and a sequence of 1024 times 3 enters it, since tokens"
                                + " stands before it"),
                arguments(
                        IMAGE,
                        List.of("tokens", "batch-norm"),
                        "layers/1",
                        "layer 1, batch-norm: takes a picture or a vector, and a sequence of 1024 times 3 enters it;"
                                + " layer-norm normalises each place of a sequence"),
                arguments(
                        IMAGE,
                        List.of("relu", table("residual", List.of(conv(4, 3, 0)))),
                        "layers/1/residual",
                        "layer 1, residual: [{conv: {out: 4, kernel: 3, padding: 0}}]: its layers make a picture of 4x30x30"
                                + " of a picture of 3x32x32, which cannot be added; padding keeps a picture's size, and"
                                + " shortcut: [...] names layers for the way round"),
                arguments(
                        IMAGE,
                        List.of(table("residual", table("layers", List.of("relu"), "shortcut", List.of("flatten")))),
                        "layers/0/residual",
                        "layer 0, residual: {layers: [relu], shortcut: [flatten]}: its layers make a picture of 3x32x32,"
                                + " and its shortcut makes a vector of 3072"),
                arguments(
                        IMAGE,
                        List.of(table("residual", List.of("relu", table("max-pool", 64)))),
                        "layers/0/residual/1/max-pool",
                        "layer 0.body.1, max-pool: 64: the picture is only 32x32 there"),
                arguments(
                        IMAGE,
                        List.of("flatten", table("linear", 1_000_000)),
                        "layers/1/linear",
                        "layer 1, linear: 1000000: would have 3,072,000,000 weights; a layer has 2,147,483,647 at most"),
                arguments(
                        IMAGE,
                        List.of(table("adaptive-avg-pool", 10_000)),
                        "layers",
                        "the linear layer from a picture of 3x10000x10000 to the classes would have 3,000,000,000 weights; a"
                                + " layer has 2,147,483,647 at most; global-avg-pool before it leaves one number of each"
                                + " channel"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aLayerThatDoesNotFitIsTold(ImageShape image, List<Object> layers, String place, String message) {
        Options options = new Options(layers);
        OptionException e = assertThrows(OptionException.class, () -> build(options, image));
        assertEquals(message, e.getMessage());
        assertEquals(place, e.place());
    }

    static Stream<Arguments> misspelt() {
        return Stream.of(
                arguments(3, "", "layer 1, 3: " + FORMS),
                arguments(table("relu", null, "tanh", null), "", "layer 1, relu: null, tanh: null: " + FORMS),
                arguments(List.of("relu"), "", "layer 1, [relu]: " + FORMS),
                arguments("conv", "", "layer 1, conv: out is missing, such as {conv: 32}"),
                arguments(table("conv", null), "/conv", "layer 1, conv: null: out is missing, such as {conv: 32}"),
                arguments("max-pool", "", "layer 1, max-pool: kernel is missing, such as {max-pool: 2}"),
                arguments(table("conv", "32"), "/conv", "layer 1, conv: 32: out: expected a whole number"),
                arguments(table("conv", 1.5), "/conv", "layer 1, conv: 1.5: out: expected a whole number"),
                arguments(table("conv", 0), "/conv", "layer 1, conv: 0: out must be at least 1, not 0"),
                arguments(
                        table("conv", 10_000_000_000L),
                        "/conv",
                        "layer 1, conv: 10000000000: out must be at most 1000000, not 10000000000"),
                arguments(
                        table("max-pool", List.of(1, 2, 3)),
                        "/max-pool",
                        "layer 1, max-pool: [1, 2, 3]: kernel is one number for both directions, or [height, width]"),
                arguments(
                        table("max-pool", table("kernel", 2, "padding", 2)),
                        "/max-pool/padding",
                        "layer 1, max-pool: {kernel: 2, padding: 2}: padding must be at most half the kernel"),
                arguments(
                        table("conv", table("out", 4, "kernel", 2, "padding", "same")),
                        "/conv/padding",
                        "layer 1, conv: {out: 4, kernel: 2, padding: same}: padding can be same with stride 1 and an odd"
                                + " kernel; write a number of pixels"),
                arguments(
                        table("conv", table("out", 4, "bias", 1)),
                        "/conv/bias",
                        "layer 1, conv: {out: 4, bias: 1}: bias: expected true or false"),
                arguments(
                        table("dropout", 1),
                        "/dropout",
                        "layer 1, dropout: 1: probability must be from 0 to below 1, not 1"),
                arguments(
                        table("dropout", "much"), "/dropout", "layer 1, dropout: much: probability: expected a number"),
                arguments(
                        table("leaky-relu", -1),
                        "/leaky-relu",
                        "layer 1, leaky-relu: -1: slope must be at least 0, not -1"),
                arguments(table("relu", 3), "/relu", "layer 1, relu: 3: relu takes no value"),
                arguments(
                        table("batch-norm", 3),
                        "/batch-norm",
                        "layer 1, batch-norm: 3: batch-norm takes no value; its options are eps, momentum, affine"),
                arguments(
                        table("conv", table("output", 3)),
                        "/conv/output",
                        "layer 1, conv: {output: 3}: unknown key output; there are out, kernel, stride, padding, dilation,"
                                + " groups, bias"),
                arguments(
                        table("name", "linear", "units", 3),
                        "/units",
                        "layer 1, name: linear, units: 3: unknown key units; there are out, bias"),
                arguments(
                        table("max-pol", 2),
                        "",
                        "layer 1, max-pol: 2: no layer is named max-pol; there are " + String.join(", ", Kind.names())),
                arguments(
                        "max-pol",
                        "",
                        "layer 1: no layer is named max-pol; there are " + String.join(", ", Kind.names())),
                arguments(
                        table("residual", "relu"),
                        "/residual",
                        "layer 1, residual: relu: layers: expected a list of layers"),
                arguments(
                        table("residual", List.of()),
                        "/residual",
                        "layer 1, residual: []: layers needs a layer at least"),
                arguments(
                        table("residual", table("layers", Arrays.asList("relu", null))),
                        "/residual/layers/1",
                        "layer 1.body.1 is empty"),
                arguments(
                        table("name", "residual", "layers", List.of("relu"), "shortcut", List.of("rel")),
                        "/shortcut/0",
                        "layer 1.shortcut.0: no layer is named rel; there are " + String.join(", ", Kind.names())));
    }

    @ParameterizedTest
    @MethodSource("misspelt")
    void anEntryThatCannotBeReadIsToldBeforeAnythingIsBuilt(Object entry, String place, String message) {
        OptionException e = assertThrows(OptionException.class, () -> new Options(List.of("relu", entry)));
        assertEquals(message, e.getMessage());
        assertEquals("layers/1" + place, e.place());
    }

    /** A megabyte of a layer is not repeated in the message. */
    @Test
    void messagesAreShort() {
        String message = assertThrows(
                        OptionException.class, () -> new Options(List.of(table("relu", "x".repeat(1_000_000)))))
                .getMessage();
        assertEquals("layer 0, relu: " + "x".repeat(54) + "...: relu takes no value", message);
    }

    private static Object conv(int out, int kernel, int padding) {
        return table("conv", table("out", out, "kernel", kernel, "padding", padding));
    }

    /** As Jackson reads a table: in its order, and with nulls. */
    private static Map<String, Object> table(Object... keysAndValues) {
        Map<String, Object> table = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            table.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return table;
    }

    private static long parameters(ImageShape image, Object... layers) {
        try (TensorScope _ = TensorScope.open();
                Network network = build(new Options(List.of(layers)), image)) {
            return network.parameters().count();
        }
    }

    /** The shape of what the layers make of an image. */
    private static List<Long> body(ImageShape image, Object... layers) {
        try (Parameters parameters = empty()) {
            Shape shape = LayerList.read(List.of(layers))
                    .build(parameters.root(), new Shape.Picture(image.channels(), image.height(), image.width()))
                    .output();
            return shape instanceof Shape.Picture picture
                    ? List.of(picture.channels(), picture.height(), picture.width())
                    : List.of(shape.count());
        }
    }

    private static Network build(Options options, ImageShape image) {
        return Network.build(empty(), path -> new WrittenNetwork().create(path, image, 10, options));
    }

    private static Parameters empty() {
        return new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(1));
    }
}

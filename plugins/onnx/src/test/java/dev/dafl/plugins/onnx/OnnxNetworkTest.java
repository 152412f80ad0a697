package dev.dafl.plugins.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.onnx.OnnxModel.Weights;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.Declared;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OnnxNetworkTest {

    /** Of the module's tests; {@code models.py} there writes them. */
    private static final Path MODELS = Path.of("../../modules/onnx/src/test/resources/models");

    private static final ImageShape IMAGES = new ImageShape(3, 16, 16);

    private static Options of(String file, Weights weights) {
        return new Options(MODELS.resolve(file).toString(), weights, "", "");
    }

    private static Network build(ClassifierFactory<Options> factory, Options options, ImageShape images, int classes) {
        return Network.build(
                new Parameters(Device.CPU, MemoryFormat.CHANNELS_LAST, new RandomStream(1)),
                path -> factory.create(path, images, classes, options));
    }

    @Test
    void declaresWhatTheFileSays() throws IOException {
        Declared teacher = new OnnxTeacher().declared(of("resnet.script.onnx", Weights.FILE));
        assertEquals(Optional.of(3), teacher.channels());
        assertEquals(Optional.of(16), teacher.height());
        assertEquals(Optional.of(16), teacher.width());
        assertEquals(Optional.of(5), teacher.classes());
        assertTrue(teacher.trained());
        assertFalse(new OnnxStudent()
                .declared(of("resnet.script.onnx", Weights.FRESH))
                .trained());
        assertEquals(
                List.of("digit 0", "digit 1", "digit 2", "digit 3"),
                new OnnxTeacher()
                        .declared(of("scikit-learn.helper.onnx", Weights.FILE))
                        .classNames());
    }

    @Test
    void hasLearnedOrNot() throws IOException {
        assertEquals(Weights.FILE, new OnnxTeacher().defaults().weights());
        assertEquals(Weights.FRESH, new OnnxStudent().defaults().weights());
        Map<String, Tensor> golden;
        try (TensorScope _ = TensorScope.open()) {
            golden = Safetensors.read(MODELS.resolve("resnet.safetensors"));
            try (Network teacher = build(new OnnxTeacher(), of("resnet.preserve.onnx", Weights.FILE), IMAGES, 5);
                    Network student = build(new OnnxStudent(), of("resnet.preserve.onnx", Weights.FRESH), IMAGES, 5)) {
                float[] expected = golden.get("logits").toFloats();
                float[] learned =
                        teacher.forward(golden.get("images"), Pass.evaluate()).toFloats();
                assertArrayEquals(expected, learned, 1e-4f);
                assertEquals(
                        teacher.parameters().stateDict().keySet(),
                        student.parameters().stateDict().keySet());
                assertNotEquals(
                        learned[0],
                        student.forward(golden.get("images"), Pass.evaluate()).toFloats()[0]);
                // What the student has learned goes where the teacher's values were.
                assertEquals(
                        List.of(),
                        student.parameters().load(teacher.parameters().stateDict()));
                assertArrayEquals(
                        learned,
                        student.forward(golden.get("images"), Pass.evaluate()).toFloats(),
                        1e-5f);
            }
        }
    }

    @Test
    void tellsContradictionsAndMistakes() {
        String images = assertThrows(
                        IllegalArgumentException.class,
                        () -> build(
                                new OnnxTeacher(),
                                of("resnet.script.onnx", Weights.FILE),
                                new ImageShape(1, 28, 28),
                                5))
                .getMessage();
        assertTrue(
                images.endsWith("it takes images of 3x16x16 (channels, height, width), and 1x28x28 are given"), images);
        String classes = assertThrows(
                        IllegalArgumentException.class,
                        () -> build(new OnnxTeacher(), of("resnet.script.onnx", Weights.FILE), IMAGES, 10))
                .getMessage();
        assertTrue(classes.endsWith("it tells 5 classes apart, and 10 are asked for"), classes);
        assertEquals(
                "file is missing: it names the .onnx file that the network is in",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new OnnxTeacher().declared(new OnnxTeacher().defaults()))
                        .getMessage());
        assertTrue(assertThrows(IOException.class, () -> new OnnxTeacher().declared(of("none.onnx", Weights.FILE)))
                .getMessage()
                .startsWith("cannot read "));
    }
}

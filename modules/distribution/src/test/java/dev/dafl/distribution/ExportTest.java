package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.dafl.distribution.Launcher.Outcome;
import dev.dafl.plugins.lenet.LeNet5Half;
import dev.dafl.plugins.strokes.StrokeDigits;
import dev.dafl.spi.DataFiles;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.safetensors.Safetensors;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From a run to a student that others use. */
class ExportTest {

    private static final int TEST = 300;
    private static final String VERSION = System.getProperty("dafl.version");

    private static final String SMALL = """
            name: small
            precision: fp32
            threads: 1
            data:
              dataset: {name: stroke-digits, train: 400, test: %d}
              image-size: 32
            teacher: {model: lenet5, epochs: 3, batch: 50}
            student: {model: lenet5-half, optimizer: {learning-rate: 0.002}}
            generator:
              model: {name: dcgan, latent: 20, width: 8}
              optimizer: {learning-rate: 0.02}
              losses: [{name: one-hot, weight: 1}, {name: information-entropy, weight: 5}]
            distillation: {schedule: {kind: joint, steps: 30}, batch: 32, select-every: 10}
            """.formatted(TEST);

    @TempDir
    private Path work;

    @Test
    void aStudentSaysTheSameEverywhere() throws Exception {
        Files.writeString(work.resolve("small.yaml"), SMALL);
        Outcome run = Launcher.in(work).run("run", "small.yaml", "--json", "--out", "run");
        assertEquals(0, run.code(), run.err());
        Outcome export = Launcher.in(work)
                .run(
                        "export",
                        "run/student.safetensors",
                        "--onnx",
                        "s.onnx",
                        "--with-input",
                        "0..1",
                        "--java",
                        "--json");
        assertEquals(0, export.code(), export.err());
        JsonNode told = new JsonMapper().readTree(export.out());
        assertEquals("images: float [batch, 1, 32, 32]", told.at("/onnx/input").asString());
        assertEquals(Files.size(work.resolve("s.onnx")), told.at("/onnx/bytes").asLong());
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Dataset digits = digits();
            Tensor unit = Functional.upsampleBilinear2d(digits.test().images().to(DType.FLOAT32), 32, 32)
                    .div(255);
            long[] ours = ours(unit.sub(0.14).div(0.30));
            assertArrayEquals(ours, onnxRuntimes(unit, new JsonMapper().readTree(run.out())));
            Files.writeString(work.resolve("Classify.java"), told.path("java").asString());
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        digits.classNames().get((int) ours[i]),
                        program(
                                "Classify.java",
                                "lenet-" + VERSION + ".jar",
                                picture(digits.test().images(), i)));
            }
            assertTheLibrarySays(digits, ours, unit.sub(0.14).div(0.30));
        }
    }

    /** The programs of docs/java.md, which know neither the network nor how its images are prepared. */
    private void assertTheLibrarySays(Dataset digits, long[] ours, Tensor images)
            throws IOException, InterruptedException {
        List<String> programs = FencedBlocks.of(Path.of("../../docs/java.md"), "java");
        Files.writeString(work.resolve("Library.java"), programs.getFirst());
        Files.writeString(work.resolve("Tensors.java"), programs.get(1));
        Path picture = picture(digits.test().images(), 3);
        for (String file : List.of("run/student.safetensors", "s.onnx")) {
            String[] said = program("Library.java", "*", Path.of(file), picture).split(" ");
            assertEquals(digits.classNames().get((int) ours[3]), said[0], file);
            assertEquals(probability(images.narrow(0, 3, 1), (int) ours[3]), Double.parseDouble(said[1]), 1e-5, file);
        }
        String eight = program("Tensors.java", "*", Path.of("run/student.safetensors"));
        assertTrue(eight.contains("[8]"), eight);
    }

    private double probability(Tensor image, int label) throws IOException {
        try (Network network = student()) {
            return network.forward(image, Pass.evaluate()).softmax(1).toFloats()[label];
        }
    }

    private Network student() throws IOException {
        Network network = Network.build(
                new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(0)),
                path -> new LeNet5Half().create(path, new ImageShape(1, 32, 32), 10, new LeNet5Half.Options()));
        network.parameters().load(Safetensors.read(work.resolve("run/student.safetensors")));
        return network;
    }

    /** Its classes, and what the file says of itself. */
    private long[] onnxRuntimes(Tensor images, JsonNode result) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session =
                        environment.createSession(work.resolve("s.onnx").toString());
                OnnxTensor input =
                        OnnxTensor.createTensor(environment, FloatBuffer.wrap(images.toFloats()), images.shape());
                OrtSession.Result output = session.run(Map.of("images", input));
                TensorScope _ = TensorScope.open()) {
            Map<String, String> metadata = session.getMetadata().getCustomMetadata();
            assertEquals("[\"0\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]", metadata.get("dafl.classes"));
            assertEquals("[0.14]", metadata.get("dafl.mean"));
            assertEquals("[0.3]", metadata.get("dafl.std"));
            assertEquals("0..1", metadata.get("dafl.input"));
            assertEquals("lenet5-half", metadata.get("dafl.model"));
            assertEquals("stroke-digits", metadata.get("dafl.data"));
            assertEquals(result.at("/student/accuracy").asDouble(), Double.parseDouble(metadata.get("dafl.accuracy")));
            FloatBuffer logits = ((OnnxTensor) output.get("logits").orElseThrow()).getFloatBuffer();
            float[] values = new float[TEST * 10];
            logits.get(values);
            return Tensor.of(values, TEST, 10).argmax(1).toLongs();
        }
    }

    private long[] ours(Tensor images) throws IOException {
        try (Network network = student()) {
            return network.forward(images, Pass.evaluate()).argmax(1).toLongs();
        }
    }

    private static Dataset digits() {
        DataFiles none = _ -> {
            throw new IllegalStateException("it draws its images");
        };
        return new StrokeDigits().load(none, new StrokeDigits.Options(400, TEST, 1, 0.025, 0.05));
    }

    private Path picture(Tensor images, int number) throws IOException {
        byte[] pixels = images.select(0, number).toBytes();
        BufferedImage picture = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
        picture.getRaster().setDataElements(0, 0, 28, 28, pixels);
        Path file = work.resolve(number + ".png");
        assertTrue(ImageIO.write(picture, "png", file.toFile()));
        return file;
    }

    /**
     * What a program says, run as its first comment says.
     *
     * @param bundles on its class path
     */
    private String program(String program, String bundles, Path... arguments) throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("dafl.home"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                home.resolve("lib") + "/*:" + home.resolve("plugins/" + bundles),
                program));
        Arrays.stream(arguments).map(Path::toString).forEach(command::add);
        Process process = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectError(work.resolve("err.txt").toFile())
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), Files.readString(work.resolve("err.txt")));
        return out.strip();
    }
}

package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.plugins.lenet.LeNet5Half;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.DType;
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
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The project of docs/java.md, built and run as a stranger does it: with Maven, without a network and without anything of ours but the
 * repository that an installed dafl carries.
 */
class LibraryProjectTest {

    private static final Path PAGE = Path.of("../../docs/java.md");
    private static final int CLASSES = 10;

    @TempDir
    private Path work;

    @Test
    void aProgramOutsideOfThisBuildClassifiesAPicture() throws Exception {
        Path project = Files.createDirectory(work.resolve("project"));
        Files.writeString(
                project.resolve("pom.xml"), FencedBlocks.of(PAGE, "xml").getFirst());
        Path sources = Files.createDirectories(project.resolve("src/main/java"));
        Files.writeString(
                sources.resolve("Classify.java"), FencedBlocks.of(PAGE, "java").getFirst());
        for (int seed = 0; seed < 2; seed++) {
            Path picture = picture(seed);
            Path weights = work.resolve("student-" + seed + ".safetensors");
            String expected = classOf(picture, weights, seed);
            String said = run(project, weights, picture);
            assertTrue(said.startsWith(expected + " 0."), said + " where " + expected + " is expected");
        }
    }

    /** Noise, which a network that has learnt nothing takes for some class. */
    private Path picture(int seed) throws IOException {
        BufferedImage picture = new BufferedImage(32, 32, BufferedImage.TYPE_BYTE_GRAY);
        byte[] pixels = new byte[32 * 32];
        new Random(seed).nextBytes(pixels);
        picture.getRaster().setDataElements(0, 0, 32, 32, pixels);
        Path file = work.resolve(seed + ".png");
        assertTrue(ImageIO.write(picture, "png", file.toFile()));
        return file;
    }

    /** Writes a network and says what it takes the picture for. */
    private static String classOf(Path picture, Path weights, int seed) throws IOException {
        List<String> names =
                IntStream.range(0, CLASSES).mapToObj(label -> "kind-" + label).toList();
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled();
                Network network = Network.build(
                        new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(seed)),
                        path -> new LeNet5Half()
                                .create(path, new ImageShape(1, 32, 32), CLASSES, new LeNet5Half.Options()))) {
            String input = "{channels: 1, size: 32, mean: [0.25], std: [0.5], class-names: " + names + "}";
            Safetensors.write(
                    weights,
                    network.parameters().stateDict(),
                    Map.of(
                            "dafl.role",
                            "student",
                            "dafl.experiment",
                            "input: " + input + "\nteacher: {model: lenet5-half}\n",
                            "dafl.input",
                            input));
            byte[] pixels = (byte[]) ImageIO.read(picture.toFile()).getRaster().getDataElements(0, 0, 32, 32, null);
            Tensor image = Tensor.of(pixels, 1, 1, 32, 32)
                    .to(DType.FLOAT32)
                    .div(255)
                    .sub(0.25)
                    .div(0.5);
            return names.get(
                    (int) network.forward(image, Pass.evaluate()).argmax(1).item());
        }
    }

    private String run(Path project, Path weights, Path picture) throws Exception {
        Path said = work.resolve("mvn.txt");
        ProcessBuilder maven = new ProcessBuilder(
                        AuthorsMaven.program().toString(),
                        "-B",
                        "-q",
                        "-ntp",
                        "-s",
                        AuthorsMaven.settings(work).toString(),
                        "-Ddafl.home=" + System.getProperty("dafl.home"),
                        "-Ddafl.version=" + System.getProperty("dafl.version"),
                        "-Dweights=" + weights,
                        "-Dpicture=" + picture,
                        "compile",
                        "exec:exec")
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
        int code = maven.start().waitFor();
        String all = Files.readString(said);
        assertEquals(0, code, all);
        return all.lines().filter(line -> line.startsWith("kind-")).collect(Collectors.joining("; "));
    }
}

package dev.dafl.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.safetensors.Safetensors;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A teacher that a run has trained, given to experiments whose data are not those that it was trained on. */
class ContradictionsTest {

    private static final String HEAD = """
            seed: 3
            device: cpu
            precision: fp32
            threads: 1
            """;
    private static final String MODEL = "teacher: {model: {name: wide-resnet, depth: 10, width: 1}";
    private static final String DIGITS = "data: {dataset: {name: stroke-digits, train: 20, test: 10}";

    @TempDir
    private Path root;

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
    void theDataThatItWasTrainedOnDoNotContradictIt() throws IOException {
        Path teacher = trained(DIGITS + ", image-size: 16}\n");
        assertEquals(List.of(), warnings(DIGITS + ", image-size: 16}\n", teacher));
        assertEquals(List.of(), warnings(DIGITS + ", image-size: 16, fit: resize}\n", teacher));
        // Fewer digits, and the same to less than a grey level.
        assertEquals(
                List.of(),
                warnings(DIGITS + ", image-size: 16, normalization: {mean: [0.1401], std: [0.3001]}}\n", teacher));
    }

    @Test
    void anotherNormalisationIsTold() throws IOException {
        Path teacher = trained(DIGITS + ", image-size: 16}\n");
        assertEquals(
                List.of(root.resolve("experiment.yaml") + ":5: " + teacher
                        + " says that its network was trained on images normalised with mean: [0.14], std: [0.3], and those"
                        + " of stroke-digits are with mean: [0.5], std: [0.5]: it is given other numbers than it has learnt"
                        + " from and is less accurate; set data.normalization: {mean: [0.14], std: [0.3]}"),
                warnings(DIGITS + ", image-size: 16, normalization: {mean: [0.5], std: [0.5]}}\n", teacher));
    }

    @Test
    void anotherSizeIsTold() throws IOException {
        Path teacher = trained(DIGITS + ", image-size: 16}\n");
        String told = only(warnings(DIGITS + "}\n", teacher));
        assertTrue(
                told.contains("on images of 16x16, and those of stroke-digits are 28x28 here")
                        && told.endsWith("set data.image-size: 16 and data.fit: resize"),
                told);
    }

    @Test
    void anotherFitIsTold() throws IOException {
        Path teacher = trained(DIGITS + ", image-size: 32, fit: pad}\n");
        assertEquals(List.of(), warnings(DIGITS + ", image-size: 32, fit: pad}\n", teacher));
        String told = only(warnings(DIGITS + ", image-size: 32}\n", teacher));
        assertTrue(
                told.contains("with fit: pad, and those of stroke-digits are with fit: resize")
                        && told.endsWith("set data.fit: pad"),
                told);
    }

    /** They have the size that it learnt from already, and nothing is fitted. */
    @Test
    void imagesThatAreNotFittedContradictNoFit() throws IOException {
        Path teacher = trained(DIGITS + ", image-size: 32, fit: pad}\n");
        String folder = folder(32, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertEquals(List.of(), warnings(folder, teacher));
    }

    @Test
    void otherClassesAreTold() throws IOException {
        Path teacher = trained(DIGITS + ", image-size: 32}\n");
        String told = only(warnings(folder(32, "0", "1", "2", "three", "4", "5", "6", "7", "8", "9"), teacher));
        assertTrue(
                told.contains(
                        "on other classes than image-folder has: class 3 is 3 there and 4 here, and so on for 7 of 10"),
                told);
        String number = assertThrows(ConfigException.class, () -> warnings(folder(32, "a", "b", "c"), teacher))
                .getMessage();
        assertTrue(number.startsWith(root.resolve("experiment.yaml") + ":6: ") && number.contains("3 classes"), number);
    }

    @Test
    void aFileThatSaysNothingContradictsNothing() throws IOException {
        Path teacher = trained(DIGITS + ", image-size: 16}\n");
        Path silent = root.resolve("silent.safetensors");
        try (TensorScope _ = TensorScope.open()) {
            Safetensors.write(silent, Safetensors.read(teacher), Map.of());
        }
        assertEquals(List.of(), warnings(DIGITS + ", normalization: {mean: [0.5], std: [0.5]}}\n", silent));
    }

    /** A teacher that has learnt a little. */
    private Path trained(String data) throws IOException {
        Path file = Files.writeString(root.resolve("teacher.yaml"), HEAD + data + MODEL + ", epochs: 1, batch: 10}\n");
        Experiment.prepare(ExperimentFile.read(file, Map.of()), ClassPathExtensions.with())
                .run(() -> RunFolder.at(root.resolve("run")), root.resolve("cache"), new RunControl());
        return root.resolve("run/teacher.safetensors");
    }

    /** A data set of grey pictures in the folders of their classes. */
    private String folder(int size, String... classes) throws IOException {
        Path pictures = root.resolve("pictures-" + classes.length);
        for (String name : classes) {
            Path folder = Files.createDirectories(pictures.resolve(name));
            for (int i = 0; i < 2; i++) {
                BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_BYTE_GRAY);
                image.getRaster().setSample(i, name.length(), 0, 200);
                ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
            }
        }
        return "data: {dataset: {name: image-folder, train: " + pictures
                + ", channels: 1, train-share: 0.5, mean: [0.14], std: [0.3]}}\n";
    }

    private static String only(List<String> warnings) {
        assertEquals(1, warnings.size(), warnings.toString());
        return warnings.getFirst();
    }

    private List<String> warnings(String data, Path teacher) throws IOException {
        List<RunEvent> events = new ArrayList<>();
        Path file = Files.writeString(
                root.resolve("experiment.yaml"), HEAD + data + MODEL + ", weights: " + teacher + "}\n");
        Experiment.prepare(ExperimentFile.read(file, Map.of()), ClassPathExtensions.with())
                .check(root.resolve("cache"), events::add);
        return events.stream()
                .filter(RunEvent.Warning.class::isInstance)
                .map(event -> ((RunEvent.Warning) event).text())
                .toList();
    }
}

package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dafl.distribution.Launcher.Outcome;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bundles that need more than the SPI, inside the framework: parts of the JDK, a library that is packed into one. */
class DatasetBundlesTest {

    @TempDir
    private Path work;

    @Test
    void cifarReadsItsArchive() throws Exception {
        Path folder = Files.createDirectories(work.resolve("unpacked/cifar-10-batches-bin"));
        for (String name : new String[] {
            "data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"
        }) {
            try (RandomAccessFile file =
                    new RandomAccessFile(folder.resolve(name + ".bin").toFile(), "rw")) {
                file.setLength(10_000L * 3073); // zeros: black aeroplanes
            }
        }
        Path archive = Files.createDirectories(work.resolve("data")).resolve("cifar-10-binary.tar.gz");
        assertEquals(
                0,
                new ProcessBuilder(
                                "tar",
                                "czf",
                                archive.toString(),
                                "-C",
                                work.resolve("unpacked").toString(),
                                "cifar-10-batches-bin")
                        .inheritIO()
                        .start()
                        .waitFor());
        Outcome outcome = Launcher.in(work).run("data", "get", "cifar10", "--root", "data");
        assertEquals(0, outcome.code(), outcome.err());
        assertEquals(
                "cifar10: 50,000 images to train on and 10,000 to measure on, 3x32x32, 10 classes",
                outcome.out().strip());
    }

    /** How far it comes in an archive of one image tells that the library for xz is there. */
    @Test
    void cifarUnpacksXzWithTheLibraryInside() throws Exception {
        image("train/airplane/a.jpg", 0x4080c0);
        Path archive = work.resolve("data/cifar10-jpeg.tar.xz");
        assertEquals(
                0,
                new ProcessBuilder(
                                "tar",
                                "-cJf",
                                archive.toString(),
                                "-C",
                                work.resolve("data").toString(),
                                "train")
                        .inheritIO()
                        .start()
                        .waitFor());
        Files.writeString(work.resolve("jpeg.yaml"), """
                data: {dataset: {name: cifar10, source: jpeg}, root: data}
                teacher: {model: {name: wide-resnet, depth: 10, width: 1}, epochs: 1}
                """);
        Outcome outcome = Launcher.in(work).run("run", "jpeg.yaml");
        assertEquals(1, outcome.code(), outcome.err());
        String message =
                "data/cifar10-jpeg.tar.xz lacks images: 1 are in train/airplane, and 5000 belong there; put a whole one in";
        assertTrue(outcome.err().contains(message), outcome.err());
    }

    @Test
    void imageFolderDecodesAndWarns() throws Exception {
        for (String split : new String[] {"train", "test"}) {
            image(split + "/black/a.png", 0);
            image(split + "/black/b.jpg", 0x101010);
            image(split + "/white/a.png", 0xffffff);
            image(split + "/white/b.jpg", 0xf0f0f0);
        }
        Files.writeString(work.resolve("data/train/white/notes"), "no image");
        Files.writeString(work.resolve("folder.yaml"), """
                precision: fp32
                threads: 1
                data:
                  dataset: {name: image-folder, train: train, test: test, size: 32, channels: 1, on-bad-image: skip}
                  root: data
                teacher: {model: lenet5, epochs: 1, batch: 4}
                """);
        Outcome outcome = Launcher.in(work).run("run", "folder.yaml");
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.err().contains("image-folder: 4 images to train on, 4 to measure on"), outcome.err());
        String warning = "1 file cannot be used: data/train/white/notes is text, not an image; left out";
        assertTrue(outcome.err().contains(warning), outcome.err());
    }

    /** The way of the CIFAR recipes, in small: colour images from a folder, crops and flips, residual networks. */
    @Test
    void aResidualNetworkIsDistilledFromColourImages() throws Exception {
        for (String split : new String[] {"train", "test"}) {
            for (int i = 0; i < 8; i++) {
                image(split + "/blue/" + i + ".jpg", 0xc0 + 8 * i);
                image(split + "/red/" + i + ".png", (0xc0 + 8 * i) << 16);
            }
        }
        JsonNode result = run("""
                precision: fp32
                threads: 1
                data: {dataset: {name: image-folder, train: train, test: test, size: 32}, root: data}
                teacher:
                  model: {name: wide-resnet, depth: 10, width: 1}
                  epochs: 10
                  batch: 4
                  augment: {crop-padding: 4, flip: true}
                  optimizer: {name: sgd, learning-rate: 0.05, momentum: 0.9}
                student: {model: {name: wide-resnet, depth: 10, width: 1}}
                generator:
                  model: {name: dcgan, latent: 10, width: 8}
                  losses: [{name: one-hot, weight: 0.05}, {name: information-entropy, weight: 5}]
                distillation: {schedule: {kind: joint, steps: 4}, batch: 8, select-every: 2}
                """);
        assertEquals(1, result.at("/teacher/accuracy").asDouble(), result.toString());
        assertEquals(4, result.at("/student/steps").asInt(), result.toString());
        for (String file : new String[] {"generated.png", "class-means.png", "filters.png", "report.html"}) {
            assertTrue(Files.size(work.resolve("run").resolve(file)) > 0, file);
        }
    }

    /** CIFAR-10 itself, 50 images of each class, where DAFL_DATA has it as JPEG files: cifar10-jpeg.tar.xz. */
    @Test
    void aResidualNetworkIsDistilledFromASliceOfCifar() throws Exception {
        Path archive = Path.of(System.getenv().getOrDefault("DAFL_DATA", ""))
                .resolve("cifar10-jpeg.tar.xz")
                .toAbsolutePath();
        assumeTrue(Files.isRegularFile(archive), "no " + archive.getFileName() + " in DAFL_DATA");
        Path data = Files.createDirectories(work.resolve("data"));
        assertEquals(
                0,
                new ProcessBuilder(
                                "tar",
                                "-xJf",
                                archive.toString(),
                                "-C",
                                data.toString(),
                                "--wildcards",
                                "train/*/00[0-4]?.jpg",
                                "test/*/000?.jpg")
                        .inheritIO()
                        .start()
                        .waitFor());
        JsonNode result = run("""
                precision: fp32
                threads: 1
                data: {dataset: {name: image-folder, train: train, test: test}, root: data}
                teacher:
                  model: {name: wide-resnet, depth: 16, width: 1}
                  epochs: 15
                  batch: 25
                  optimizer: {name: sgd, learning-rate: 0.05, momentum: 0.9}
                student: {model: {name: wide-resnet, depth: 16, width: 1}}
                generator:
                  model: {name: dcgan, latent: 100, width: 8}
                  losses: [{name: one-hot, weight: 0.05}, {name: information-entropy, weight: 5}]
                distillation: {schedule: {kind: joint, steps: 20}, batch: 16, select-every: 5}
                """);
        // Of ten classes; the images are others than those it was trained on.
        assertTrue(result.at("/teacher/accuracy").asDouble() > 0.2, result.toString());
        assertEquals(20, result.at("/student/steps").asInt(), result.toString());
        assertTrue(Files.readString(work.resolve("run/confusion.json")).contains("\"truck\""));
    }

    /** What an experiment gives; its folder is {@code run}. */
    private JsonNode run(String yaml) throws Exception {
        Files.writeString(work.resolve("experiment.yaml"), yaml);
        Outcome outcome = Launcher.in(work).run("run", "experiment.yaml", "--json", "--out", "run");
        assertEquals(0, outcome.code(), outcome.err());
        return new JsonMapper().readTree(outcome.out());
    }

    private void image(String path, int rgb) throws IOException {
        BufferedImage image = new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 200; i++) {
            image.setRGB(i % 20, i / 20, rgb);
        }
        Path file = work.resolve("data").resolve(path);
        Files.createDirectories(file.getParent());
        assertTrue(ImageIO.write(image, path.substring(path.length() - 3), file.toFile()));
    }
}

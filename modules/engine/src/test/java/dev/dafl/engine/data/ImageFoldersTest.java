package dev.dafl.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.run.InterruptedRunException;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunListener;
import dev.dafl.spi.Dataset;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data set image-folder and the images that are kept of it. */
class ImageFoldersTest {

    private static final String IMAGES = "{name: image-folder, train: train, test: test, size: 8, channels: 1%s}";

    @TempDir
    private Path root;

    private final List<RunEvent.Reading> readings = new ArrayList<>();
    private long tensorsBefore;

    @BeforeEach
    void fill() throws IOException {
        tensorsBefore = Tensor.liveCount();
        for (int i = 0; i < 12; i++) {
            image("train/" + (i % 2 == 0 ? "cat" : "dog") + "/" + i + ".png", i);
            image("test/" + (i % 2 == 0 ? "cat" : "dog") + "/" + i + ".jpg", 100 + i);
        }
    }

    @AfterEach
    void noTensorIsLeft() {
        assertEquals(tensorsBefore, Tensor.liveCount());
    }

    @Test
    void theSecondTimeNoImageIsRead() throws IOException {
        byte[] first = load("");
        assertEquals(new RunEvent.Reading(name(), 24, 24), readings.getLast());
        assertArrayEquals(first, load(""));
        assertEquals(List.of(), readings);
        // Neither how pixels become numbers nor what is done with bad files changes what is in the others.
        assertArrayEquals(first, load(", mean: [0.3], std: [0.2], on-bad-image: skip"));
        assertEquals(List.of(), readings);
        load(", train-limit: 4");
        assertEquals(16, readings.getLast().total());
        assertArrayEquals(first, load(""));
        assertEquals(List.of(), readings);
        assertEquals(2, new ImageStore(root.resolve("cache")).files().size());
    }

    @Test
    void whateverChangesInTheFolderIsSeen() throws IOException {
        byte[] first = load("");
        image("train/cat/0.png", 50);
        byte[] second = load("");
        assertRead();
        assertTrue(!Arrays.equals(first, second));
        image("train/cat/13.png", 51);
        assertEquals(first.length + 64 + 1, load("").length);
        assertRead();
        Files.delete(root.resolve("train/cat/13.png"));
        assertArrayEquals(second, load(""));
        assertRead();
        Files.move(root.resolve("train/dog/1.png"), root.resolve("train/cat/1.png"));
        load("");
        assertRead();
        assertEquals(1, new ImageStore(root.resolve("cache")).files().size());
    }

    /** As a copying program does it that keeps times, of two files that happen to be equally long. */
    @Test
    void aFileThatChangesWithItsSizeAndTimeKeptIsSeen() throws IOException {
        Path file = root.resolve("train/cat/0.png");
        Path other = root.resolve("train/cat/2.png");
        Files.write(file, bmp(10));
        Files.write(other, bmp(20));
        FileTime time = Files.getLastModifiedTime(file);
        byte[] first = load("");
        Object changed = Files.getAttribute(file, "unix:ctime");
        while (changed.equals(Files.getAttribute(file, "unix:ctime"))) { // until the clock of the file system goes on
            Files.write(file, bmp(30));
            Files.setLastModifiedTime(file, time);
        }
        byte[] second = load("");
        assertRead();
        assertTrue(!Arrays.equals(first, second));
    }

    @Test
    void warningsAndRefusalsAreTheSameWhenNothingIsRead() throws IOException {
        for (int i = 0; i < 7; i++) {
            Files.writeString(root.resolve("train/dog/bad" + i + ".png"), "no image");
        }
        Files.write(root.resolve("train/cat/turned.jpg"), turned(root.resolve("test/cat/0.jpg")));
        Files.writeString(root.resolve("train/stray.png"), "beside");
        String refused = refused("");
        assertRead();
        assertTrue(refused.contains("8 files cannot be used: " + root.resolve("train/stray.png")), refused);
        assertTrue(refused.contains("bad3.png is text, not an image; and others"), refused);
        assertEquals(refused, refused(""));
        assertEquals(List.of(), readings);
        String warned = warned();
        assertEquals(List.of(), readings);
        assertTrue(warned.contains("8 files cannot be used: "), warned);
        assertTrue(warned.contains("1 image has an EXIF orientation, such as " + root.resolve("train/cat/turned.jpg")));
        assertEquals(warned, warned());
        Files.delete(root.resolve("train/stray.png")); // it is not among the images
        assertTrue(refused("").contains("7 files cannot be used: " + root.resolve("train/dog/bad0.png")));
        assertEquals(List.of(), readings);
    }

    @Test
    void imagesOfSeveralSizesAreNotKept() throws IOException {
        ImageIO.write(
                new BufferedImage(3, 3, BufferedImage.TYPE_INT_RGB),
                "png",
                root.resolve("test/dog/s.png").toFile());
        String data = IMAGES.formatted("").replace("size: 8", "size: 0");
        for (int i = 0; i < 2; i++) {
            readings.clear();
            String message =
                    assertThrows(IOException.class, () -> load(data, _ -> {})).getMessage();
            assertTrue(message.contains("images have 2 sizes (width x height): 24 of 10x10"), message);
        }
        assertEquals(List.of(), new ImageStore(root.resolve("cache")).files());
    }

    @Test
    void readingEndsWhenTheRunIsToEnd() throws IOException {
        RunListener ending = event -> {
            throw new InterruptedRunException();
        };
        assertThrows(InterruptedRunException.class, () -> load(IMAGES.formatted(""), ending));
        assertEquals(List.of(), new ImageStore(root.resolve("cache")).files());
        load("");
        assertRead();
    }

    @Test
    void labelFilesThatAreWebPagesAreTold() throws IOException {
        Files.writeString(root.resolve("list.txt"), "<!DOCTYPE html><html><body>Log in</body></html>");
        String message = assertThrows(
                        IOException.class,
                        () -> load("{name: image-folder, train: train, labels: list.txt, attribute: Young}", _ -> {}))
                .getMessage();
        assertEquals(
                root.resolve("list.txt") + " is a web page, not a data file: the download failed; delete it", message);
    }

    @Test
    void unpackedFilesOfCifarThatAreWebPagesAreTold() throws IOException {
        Path folder = Files.createDirectories(root.resolve("cifar-10-batches-bin"));
        Files.writeString(folder.resolve("data_batch_1.bin"), "<html><head><title>404 Not Found</title></head></html>");
        assertEquals(
                folder.resolve("data_batch_1.bin") + " is a web page, not a data file: the download failed; delete it",
                assertThrows(IOException.class, () -> load("cifar10", _ -> {})).getMessage());
    }

    @Test
    void theNormalizationMayBeAnother() throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            assertEquals(
                    new Dataset.Normalization(List.of(0.5), List.of(0.5)),
                    dataset(IMAGES.formatted(""), "").normalization());
            assertEquals(
                    new Dataset.Normalization(List.of(0.0), List.of(1.0)),
                    dataset(IMAGES.formatted(""), ", normalization: {range: [0, 1]}")
                            .normalization());
            assertEquals(
                    new Dataset.Normalization(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5)),
                    dataset(IMAGES.formatted("").replace("1}", "3}"), ", normalization: {range: [-1, 1]}")
                            .normalization());
            String message = assertThrows(
                            ConfigException.class,
                            () -> dataset(IMAGES.formatted(""), ", normalization: {mean: [0.1, 0.2, 0.3], std: [0.2]}"))
                    .getMessage();
            assertTrue(
                    message.contains("mean has 3 numbers and the images have 1 channel; it has one for all"), message);
            message = assertThrows(
                            ConfigException.class, () -> dataset(IMAGES.formatted(""), ", image-size: 7, fit: pad"))
                    .getMessage();
            assertTrue(
                    message.contains(
                            "test.yaml:1: fit: pad leaves images as they are, and those of image-folder are larger"
                                    + " than image-size: 8x8 where 7 is asked for; take a larger image-size, or fit: resize or crop"),
                    message);
        }
    }

    private void assertRead() {
        assertTrue(
                !readings.isEmpty()
                        && readings.getLast().done() == readings.getLast().total(),
                readings.toString());
    }

    private String name() {
        return root.getFileName() + "/train";
    }

    /** Pixels and labels of all images. */
    private byte[] load(String more) throws IOException {
        readings.clear();
        return load(IMAGES.formatted(more), event -> readings.add((RunEvent.Reading) event));
    }

    private byte[] load(String dataset, RunListener listener) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (TensorScope _ = TensorScope.open()) {
            Dataset data = load(experiment(dataset, ""), listener);
            for (Dataset.Split split : List.of(data.train(), data.test())) {
                split.images().writeTo(all);
                for (long label : split.labels().toLongs()) {
                    all.write((int) label);
                }
            }
        }
        return all.toByteArray();
    }

    private Dataset load(Experiment experiment, RunListener listener) throws IOException {
        return experiment.load(experiment.parts().dataset().orElseThrow(), root.resolve("cache"), listener);
    }

    private Dataset dataset(String dataset, String more) throws IOException {
        return load(experiment(dataset, more), _ -> {});
    }

    private Experiment experiment(String dataset, String more) {
        String yaml = "data: {dataset: " + dataset + ", root: '" + root + "'" + more + "}\nteacher: {model: lenet5}\n";
        return Experiment.prepare(
                ExperimentFile.parse("test.yaml", yaml, Map.of(), "test"), ClassPathExtensions.with());
    }

    private String refused(String more) {
        return assertThrows(IOException.class, () -> load(more)).getMessage();
    }

    /** What is logged where bad files are left out. */
    private String warned() throws IOException {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream err = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            load(", on-bad-image: skip");
        } finally {
            System.setErr(err);
        }
        return log.toString(StandardCharsets.UTF_8);
    }

    private void image(String path, int seed) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        assertTrue(ImageIO.write(picture(seed), path.substring(path.length() - 3), file.toFile()));
    }

    private static byte[] bmp(int seed) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(picture(seed), "bmp", out));
        return out.toByteArray();
    }

    private static BufferedImage picture(int seed) {
        BufferedImage image = new BufferedImage(10, 10, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            image.setRGB(i % 10, i / 10, random.nextInt(1 << 24));
        }
        return image;
    }

    /** The same with what a camera writes that was held on its side. */
    private static byte[] turned(Path jpeg) throws IOException {
        byte[] exif = {
            (byte) 0xff,
            (byte) 0xe1,
            0,
            34,
            'E',
            'x',
            'i',
            'f',
            0,
            0,
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            1,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            6,
            0,
            0,
            0,
            0,
            0,
            0
        };
        byte[] plain = Files.readAllBytes(jpeg);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(plain, 0, 2);
        out.write(exif);
        out.write(plain, 2, plain.length - 2);
        return out.toByteArray();
    }
}

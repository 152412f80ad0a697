package dev.dafl.engine.pictures;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.engine.run.Artefact;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunPicturesTest {

    private static final int CLASSES = 1000;
    private static final int GREY = 0xff808080;
    private static final int QUARTER = 0xff404040;

    /** What is drawn of ImageNet's images at once has few pixels, and they go through the teacher in small parts. */
    @Test
    void largeImagesOfManyClassesAreDrawnSmall(@TempDir Path folder) throws IOException {
        List<Integer> asked = new ArrayList<>();
        List<String> written = new ArrayList<>();
        RandomStream random = new RandomStream(1);
        long before = Tensor.liveCount();
        try (TensorScope _ = TensorScope.open();
                Network teacher = byBrightness(random)) {
            RunPictures pictures = pictures(folder, random, (name, _) -> written.add(name));
            pictures.made(
                    (count, _) -> {
                        asked.add(count);
                        return Tensor.full(0.2502, DType.FLOAT32, Device.CPU, count, 3, 224, 224);
                    },
                    teacher);
        }
        assertEquals(before, Tensor.liveCount());
        assertEquals(List.of("generated", "class-means"), written);
        assertEquals(41, asked.getFirst());
        assertEquals(512, asked.stream().mapToInt(Integer::intValue).sum());
        // Ten columns of 56x56, with two pixels between them, and a row of the one class that the teacher sees.
        BufferedImage grid = ImageIO.read(Artefact.GENERATED.in(folder).toFile());
        assertEquals(582, grid.getWidth());
        assertEquals(60, grid.getHeight());
        assertEquals(QUARTER, grid.getRGB(30, 30));
        assertEquals(QUARTER, grid.getRGB(9 * 58 + 30, 30));
        BufferedImage means = ImageIO.read(Artefact.CLASS_MEANS.in(folder).toFile());
        assertEquals(582, means.getWidth());
        assertEquals(5802, means.getHeight());
        assertEquals(GREY, means.getRGB(30, 24 * 58 + 30));
        assertEquals(QUARTER, means.getRGB(30, 25 * 58 + 30));
        assertEquals(GREY, means.getRGB(30, 26 * 58 + 30));
    }

    /** A glimpse of a small batch shows what there is, at its own size, and not ten classes that are not in it. */
    @Test
    void aRowOfManyClassesIsOfThoseThatAreSeen(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("row.png");
        RandomStream random = new RandomStream(1);
        try (TensorScope _ = TensorScope.open();
                Network teacher = byBrightness(random)) {
            Tensor images = Functional.cat(List.of(brightness(0.7502), brightness(0.2502)), 0);
            pictures(folder, random, (_, _) -> {}).glimpse(file, images, teacher.forward(images, Pass.evaluate()));
        }
        BufferedImage row = ImageIO.read(file.toFile());
        assertEquals(10 * 226 + 2, row.getWidth());
        assertEquals(228, row.getHeight());
        assertEquals(QUARTER, row.getRGB(100, 100));
        assertEquals(0xffbfbfbf, row.getRGB(226 + 100, 100));
        assertEquals(GREY, row.getRGB(2 * 226 + 100, 100));
    }

    private static Tensor brightness(double value) {
        return Tensor.full(value, DType.FLOAT32, Device.CPU, 1, 3, 224, 224);
    }

    private static RunPictures pictures(Path folder, RandomStream random, RunPictures.Written written) {
        return new RunPictures(
                folder,
                new ImageShape(3, 224, 224),
                new Normalization(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0)),
                Device.CPU,
                random,
                written);
    }

    /** Class 250 of a thousand is that of the images whose pixels are 0.25 on the average. */
    private static Network byBrightness(RandomStream random) {
        float[] brightness = new float[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            brightness[c] = (float) c / CLASSES;
        }
        Tensor wanted = Tensor.of(brightness, 1, CLASSES);
        return Network.build(new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, random), _ -> (x, _) -> {
            Tensor away = x.flatten(1).mean(true, 1).sub(wanted);
            return away.mul(away).neg();
        });
    }
}

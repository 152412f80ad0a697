package dev.dafl.engine.pictures;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.engine.run.Artefact;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
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
            RunPictures pictures = new RunPictures(
                    folder,
                    new ImageShape(3, 224, 224),
                    new Normalization(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0)),
                    Device.CPU,
                    random,
                    (name, _) -> written.add(name));
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
        for (Artefact artefact : List.of(Artefact.GENERATED, Artefact.CLASS_MEANS)) {
            BufferedImage picture = ImageIO.read(artefact.in(folder).toFile());
            // Ten columns and a hundred rows of 56x56, with two pixels between them.
            assertEquals(582, picture.getWidth());
            assertEquals(5802, picture.getHeight());
            assertEquals(GREY, picture.getRGB(30, 24 * 58 + 30));
            assertEquals(QUARTER, picture.getRGB(30, 25 * 58 + 30));
            assertEquals(GREY, picture.getRGB(30, 26 * 58 + 30));
        }
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

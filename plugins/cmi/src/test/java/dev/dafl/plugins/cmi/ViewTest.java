package dev.dafl.plugins.cmi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ViewTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/views.safetensors");
    private static final RandomStream RANDOM = new RandomStream(4);

    @Test
    void pixelsAndGradientsArePyTorchs() throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> golden = Safetensors.read(GOLDEN);
            Tensor images = golden.get("images").copy().requiresGrad_(true);
            Tensor view = new View(golden.get("maps").toFloats()).of(images);
            assertArrayEquals(golden.get("view").toFloats(), view.detach().toFloats(), 1e-5f);
            view.mul(golden.get("direction")).sum().backward();
            assertArrayEquals(
                    golden.get("gradient").toFloats(),
                    images.takeGrad().orElseThrow().toFloats(),
                    1e-5f);
        }
    }

    /** Pixels hold their row and column, so that it is seen where each came from. */
    @Test
    void movedViewsAreWholePixelsWithTheEdgeRepeated() {
        int count = 40;
        int height = 6;
        int width = 10;
        try (TensorScope _ = TensorScope.open()) {
            float[] places = new float[count * height * width];
            for (int i = 0; i < places.length; i++) {
                places[i] = i / width % height * 100 + i % width;
            }
            Tensor images = Tensor.of(places, count, 1, height, width);
            float[] view = View.moved(count, height, width, 1, 2, true, RANDOM.at("moved", 0))
                    .of(images)
                    .toFloats();
            boolean mirroredSeen = false;
            boolean movedSeen = false;
            for (int i = 0; i < count; i++) {
                float[] image = java.util.Arrays.copyOfRange(view, i * height * width, (i + 1) * height * width);
                // The pixel in the middle tells how far all were moved.
                float middle = image[3 * width + 5];
                int down = Math.round(middle / 100) - 3;
                boolean mirrored = image[3 * width + 5] > image[3 * width + 6];
                int right = Math.round(middle) % 100 - (mirrored ? width - 1 - 5 : 5);
                assertTrue(Math.abs(down) <= 1 && Math.abs(right) <= 2, "moved by " + down + ", " + right);
                mirroredSeen |= mirrored;
                movedSeen |= down != 0 && right != 0;
                for (int y = 0; y < height; y++) {
                    for (int x = 0; x < width; x++) {
                        int row = Math.clamp(y + down, 0, height - 1);
                        int column = Math.clamp((mirrored ? width - 1 - x : x) + right, 0, width - 1);
                        assertEquals(row * 100 + column, image[y * width + x], 0.01, "image " + i);
                    }
                }
            }
            assertTrue(mirroredSeen && movedSeen);
        }
    }

    @Test
    void cropsLieInsideAndAreNoSmallerThanAllowed() {
        int count = 2000;
        float[] maps = View.cropped(count, 0.25, true, RANDOM.at("cropped", 0)).maps();
        double smallest = 1;
        double largest = 0;
        int mirrored = 0;
        for (int i = 0; i < count; i++) {
            double width = Math.abs(maps[6 * i]);
            double height = maps[6 * i + 4];
            assertTrue(width + Math.abs(maps[6 * i + 2]) <= 1 + 1e-6);
            assertTrue(height + Math.abs(maps[6 * i + 5]) <= 1 + 1e-6);
            assertEquals(0, maps[6 * i + 1]);
            assertEquals(0, maps[6 * i + 3]);
            assertTrue(Math.abs(Math.log(width / height)) <= Math.log(4.0 / 3) + 1e-6);
            smallest = Math.min(smallest, width * height);
            largest = Math.max(largest, width * height);
            mirrored += maps[6 * i] < 0 ? 1 : 0;
        }
        // A wide crop of nearly all would not fit and is cut, so that areas are a little less than drawn.
        assertEquals(0.25, smallest, 0.01);
        assertTrue(largest > 0.95);
        assertEquals(count / 2.0, mirrored, 150);
        float[] straight =
                View.cropped(count, 0.25, false, RANDOM.at("cropped", 0)).maps();
        for (int i = 0; i < count; i++) {
            assertTrue(straight[6 * i] > 0);
        }
    }

    @Test
    void aCropOfAllIsTheImage() {
        try (TensorScope _ = TensorScope.open()) {
            float[] pixels = new float[2 * 3 * 25];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (float) Math.sin(i);
            }
            float[] same = {1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0};
            assertArrayEquals(
                    pixels, new View(same).of(Tensor.of(pixels, 2, 3, 5, 5)).toFloats(), 1e-5f);
        }
    }
}

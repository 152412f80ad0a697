package dev.dafl.plugins.nayer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.Synthesis;
import dev.dafl.spi.test.Begun;
import dev.dafl.spi.test.MethodTrial;
import dev.dafl.spi.test.MethodTrial.Outcome;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A round of three steps, of which the second has the smallest loss, against PyTorch; see reference.py. */
class NayerGoldenTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final double[] MEAN = {0.5, 0.4, 0.3};
    private static final double[] STD = {0.25, 0.2, 0.3};
    private static final int PIXELS = 64;
    private static final int VALUES = 3 * PIXELS;

    @TempDir
    Path folder;

    private TensorScope scope;
    private Map<String, Tensor> golden;
    private Outcome outcome;

    @BeforeEach
    void run() throws IOException {
        scope = TensorScope.open();
        golden = Safetensors.read(GOLDEN.resolve("round.safetensors"));
        outcome = MethodTrial.of(
                        new Begun<>(new Nayer(), this::begin),
                        Small.options(GOLDEN.resolve("embedding.safetensors").toString(), 512, 3, 8, 0.3, 10),
                        folder,
                        Small.BIND,
                        Small.plugins())
                .rounds(1, 1)
                .begins(load("teacher."), load("student."))
                .run();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private void begin(Synthesis synthesis) {
        load("generator.").accept(synthesis.generator("generator"));
        load("noise.").accept(synthesis.network("noisy layer", _ -> {
            throw new AssertionError("the method has made it");
        }));
    }

    private Consumer<Network> load(String prefix) {
        return network -> Begun.load(network, golden, prefix);
    }

    @Test
    void theBestStepsLossesAreTold() {
        Map<String, Double> told = outcome.told().getFirst();
        assertEquals(3, told.size());
        told.forEach((name, value) -> assertEquals(golden.get("told." + name).item(), value, 1e-5, name));
    }

    @Test
    void generatorAndNoisyLayerLearnAsPyTorchsDo() {
        int compared = compare("after.generator.", "method.network generator.");
        compared += compare("after.noise.", "method.network noisy layer.");
        assertEquals(13, compared);
    }

    private int compare(String there, String here) {
        int compared = 0;
        for (Map.Entry<String, Tensor> entry : golden.entrySet()) {
            if (entry.getKey().startsWith(there)) {
                String name = here + entry.getKey().substring(there.length());
                assertArrayEquals(
                        entry.getValue().to(DType.FLOAT32).toFloats(),
                        outcome.kept().get(name),
                        2e-4f,
                        name);
                compared++;
            }
        }
        return compared;
    }

    @Test
    void theStudentGetsTheImagesOfTheBestStep() {
        byte[] bytes = golden.get("images").toBytes();
        for (int image = 0; image < 8; image++) {
            int nearest = VALUES;
            for (int other = 0; other < 8; other++) {
                nearest = Math.min(nearest, differences(image, bytes, other));
            }
            // A value between two bytes may come to be the one or the other.
            assertTrue(nearest <= 2, nearest + " pixels of image " + image + " are those of none of PyTorch's images");
        }
    }

    private int differences(int image, byte[] bytes, int other) {
        int differences = 0;
        for (int i = 0; i < VALUES; i++) {
            int channel = i / PIXELS;
            double pixel = (outcome.batch()[image * VALUES + i] * STD[channel] + MEAN[channel]) * 255;
            if (Math.abs(pixel - (bytes[other * VALUES + i] & 0xff)) > 0.1) {
                differences++;
            }
        }
        return differences;
    }
}

package dev.dafl.plugins.spaceship;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two rounds of three steps, and the first alone, against PyTorch; in the second the middle step is the best. See reference.py. */
class SpaceshipGoldenTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/rounds.safetensors");
    private static final int STEPS = 3;
    private static final double RATE = 0.2;
    private static final double LATENT_RATE = 0.5;
    private static final int VALUES = 3 * 8 * 8;

    /** A value between two bytes may come to be the one or the other: a step of a byte, by the smallest deviation. */
    private static final double BYTE = 1 / 255.0 / 0.2;

    @TempDir
    Path folder;

    private TensorScope scope;
    private Map<String, Tensor> golden;

    @BeforeEach
    void open() throws IOException {
        scope = TensorScope.open();
        golden = Safetensors.read(GOLDEN);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void theDrawsArePythons() throws IOException {
        Map<String, Tensor> written = Safetensors.read(Draws.FILE);
        Map<String, Tensor> drawn = Draws.all();
        assertEquals(written.keySet(), drawn.keySet());
        drawn.forEach((name, values) -> assertArrayEquals(floats(written.get(name)), floats(values), name));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void roundsArePyTorchs(int rounds) {
        Outcome outcome = run(rounds);
        for (int round = 0; round < rounds; round++) {
            Map<String, Double> told = outcome.told().get(round);
            assertEquals(3, told.size());
            for (String loss : told.keySet()) {
                // The student has learnt meanwhile.
                if (round == 0 || !loss.equals("adversarial")) {
                    double expected = golden.get("told." + round + "." + loss).item();
                    assertEquals(expected, told.get(loss), 2e-5, round + " " + loss);
                }
            }
        }
        String there = "after." + (rounds - 1) + ".";
        int compared = 0;
        for (Map.Entry<String, Tensor> entry : golden.entrySet()) {
            if (entry.getKey().startsWith(there)) {
                String name = "method." + entry.getKey().substring(there.length());
                assertArrayEquals(floats(entry.getValue()), outcome.kept().get(name), 1e-4f, name);
                compared++;
            }
        }
        // Of the first half 7, of the rest 14, the latent vectors and the store.
        assertEquals(23, compared);
    }

    /** Of both kinds, as bytes; which of them are drawn follows from the trial's seed. */
    @Test
    void theStudentGetsTheBestImagesAndThoseOfExchangedChannels() {
        float[] batch = run(Draws.ROUNDS).batch();
        float[] best = floats(golden.get("best"));
        float[] exchanged = floats(golden.get("exchanged"));
        assertEquals(Draws.ROUNDS * Small.BATCH * VALUES, best.length);
        assertEquals(Draws.ROUNDS * Small.EXCHANGED * VALUES, exchanged.length);
        int ofBest = 0;
        int ofExchanged = 0;
        for (int image = 0; image < batch.length / VALUES; image++) {
            boolean isBest = nearest(batch, image, best) < BYTE;
            boolean isExchanged = nearest(batch, image, exchanged) < BYTE;
            assertTrue(isBest ^ isExchanged, "image " + image + " is none of PyTorch's");
            ofBest += isBest ? 1 : 0;
            ofExchanged += isExchanged ? 1 : 0;
        }
        assertTrue(ofBest > 0 && ofExchanged > 0, ofBest + " and " + ofExchanged);
    }

    /** The furthest that a value is away, from the image of which that is least. */
    private static double nearest(float[] batch, int image, float[] others) {
        double nearest = Double.POSITIVE_INFINITY;
        for (int other = 0; other < others.length / VALUES; other++) {
            double furthest = 0;
            for (int i = 0; i < VALUES; i++) {
                furthest = Math.max(furthest, Math.abs(batch[image * VALUES + i] - others[other * VALUES + i]));
            }
            nearest = Math.min(nearest, furthest);
        }
        return nearest;
    }

    /** The weight of the adversarial loss is of the run's progress, and so that of the first round is the same in both. */
    private Outcome run(int rounds) {
        return MethodTrial.of(
                        new Begun<>(new SpaceshipNet(), this::begin),
                        Small.options(STEPS, Small.BATCH, RATE, LATENT_RATE, Small.EXCHANGED),
                        folder,
                        Small.BIND,
                        Small.plugins())
                .rounds(rounds, 1)
                .begins(load("teacher."), load("student."))
                .run();
    }

    private void begin(Synthesis synthesis) {
        for (String half : new String[] {"first", "rest"}) {
            load(half + ".").accept(synthesis.network("generator " + half, _ -> {
                throw new AssertionError("the method has made it");
            }));
        }
    }

    private Consumer<Network> load(String prefix) {
        return network -> Begun.load(network, golden, prefix);
    }

    private static float[] floats(Tensor tensor) {
        return tensor.to(DType.FLOAT32).toFloats();
    }
}

package dev.dafl.plugins.inversion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.plugins.adversarial.Adversarial;
import dev.dafl.plugins.adversarial.Form;
import dev.dafl.plugins.batchnorm.BatchNormStatistics;
import dev.dafl.plugins.inversion.DeepInversion.Options;
import dev.dafl.plugins.priors.TotalVariation;
import dev.dafl.plugins.targetclass.TargetClass;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.test.MethodTrial;
import dev.dafl.spi.test.MethodTrial.Bind;
import dev.dafl.spi.test.MethodTrial.Outcome;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Golden values by PyTorch: see src/test/python/reference.py. */
class DeepInversionTest {

    static final int BATCH = 6;
    static final int STEPS = 5;

    private static final Path GOLDEN = Path.of("src/test/resources/golden/round.safetensors");
    private static final DeepInversion METHOD = new DeepInversion();
    private static final Options DEFAULTS = METHOD.defaults();

    @TempDir
    Path folder;

    @Test
    void aRoundIsPyTorchs() throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> golden = Safetensors.read(GOLDEN);
            Outcome outcome = trial(options(true, STEPS))
                    .begins(teacher -> load(teacher, "teacher.", golden), student -> load(student, "student.", golden))
                    .rounds(1, 1)
                    .run();
            Map<String, Double> told = outcome.told().getFirst();
            for (String loss : List.of("target-class", "batch-norm-statistics", "total-variation", "adversarial")) {
                assertEquals(golden.get(loss).item(), told.get(loss), 1e-5, loss);
            }
            assertEquals(4, told.size());
            float[] pixels = golden.get("pixels").toFloats();
            assertArrayEquals(pixels, outcome.kept().get("method.tensor pixels.value"), 1e-4f);
            assertDrawnFrom(pixels, outcome.batch());
        }
    }

    private static void load(Network network, String prefix, Map<String, Tensor> golden) {
        Map<String, Tensor> values = new HashMap<>();
        golden.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                values.put(name.substring(prefix.length()), tensor);
            }
        });
        assertEquals(List.of(), network.parameters().load(values));
    }

    /** What the student gets are the finished images, as pixels of 8 bits. */
    private static void assertDrawnFrom(float[] pixels, float[] batch) {
        int size = 3 * 8 * 8;
        for (int i = 0; i < batch.length / size; i++) {
            double nearest = Double.POSITIVE_INFINITY;
            for (int j = 0; j < BATCH; j++) {
                double furthest = 0;
                for (int k = 0; k < size; k++) {
                    furthest = Math.max(furthest, Math.abs(batch[i * size + k] - pixels[j * size + k]));
                }
                nearest = Math.min(nearest, furthest);
            }
            assertTrue(nearest < 0.6 / 255 / 0.2, "image " + i + " is " + nearest + " away from all");
        }
    }

    @Test
    void theSeedDecidesAll() {
        trial(options(true, 3)).assertFollowsFromTheSeed();
    }

    @Test
    void aStoppedRunGoesOnAsIfItHadNot() {
        trial(options(true, 3)).assertResumes();
    }

    @Test
    void nothingIsLeftBehind() {
        trial(options(true, 2)).assertFreesWhatItMakes();
    }

    @Test
    void itRunsInBfloat16() {
        trial(options(true, 3)).assertFiniteInBfloat16();
    }

    @Test
    void imagesComeToHaveTheStatisticsThatTheTeacherRemembers() {
        double few =
                trial(options(false, 1)).rounds(1, 1).run().told().getFirst().get("batch-norm-statistics");
        double many =
                trial(options(false, 60)).rounds(1, 1).run().told().getFirst().get("batch-norm-statistics");
        assertTrue(many < 0.75 * few, few + " to " + many);
    }

    @Test
    void theStudentTakesPartOnlyWhereItIsAsked() {
        assertEquals(3, METHOD.losses(DEFAULTS).size());
        LossReference last = METHOD.losses(options(true, 1)).getLast();
        assertEquals("adversarial", last.term().name());
        assertEquals(Map.of("form", "js"), last.term().options());
        assertEquals(1, last.weight().at(0.5));
    }

    @Test
    void imagesHaveLabelsWhereALossMakesThemShowTheirClasses() {
        assertTrue(METHOD.labelled(DEFAULTS));
        Options without =
                new Options(List.of(LossReference.of("batch-norm-statistics", 1)), false, 4, 2, 0.1, 0.125, true, 100);
        assertFalse(METHOD.labelled(without));
        // The trial sees to it that there are labels where they are promised, and none elsewhere.
        trial(without).rounds(1, 1).run();
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        List<LossReference> losses = DEFAULTS.losses();
        assertRefused("losses", () -> new Options(List.of(), false, 256, 1000, 0.1, 0.125, true, 100));
        assertRefused("batch", () -> new Options(losses, false, 1, 1000, 0.1, 0.125, true, 100));
        assertRefused("steps", () -> new Options(losses, false, 256, 0, 0.1, 0.125, true, 100));
        assertRefused("learning-rate", () -> new Options(losses, false, 256, 1000, 0, 0.125, true, 100));
        assertRefused("learning-rate", () -> new Options(losses, false, 256, 1000, Double.NaN, 0.125, true, 100));
        assertRefused("jitter", () -> new Options(losses, false, 256, 1000, 0.1, 1, true, 100));
        assertRefused("jitter", () -> new Options(losses, false, 256, 1000, 0.1, -0.1, true, 100));
        assertRefused("bank", () -> new Options(losses, false, 256, 1000, 0.1, 0.125, true, 0));
    }

    private static void assertRefused(String option, org.junit.jupiter.api.function.Executable making) {
        String message = assertThrows(IllegalArgumentException.class, making).getMessage();
        assertTrue(message.startsWith(option + " must"), message);
    }

    private static Options options(boolean adversarial, int steps) {
        return new Options(DEFAULTS.losses(), adversarial, BATCH, steps, 0.1, 0.125, true, 100);
    }

    private MethodTrial<Options> trial(Options options) {
        return MethodTrial.of(
                METHOD,
                options,
                folder,
                Bind.of(Map.of("adversarial", new Adversarial.Options(Form.JS, Optional.empty()))),
                new TargetClass(),
                new BatchNormStatistics(),
                new TotalVariation(),
                new Adversarial());
    }
}

package dev.dafl.plugins.mad;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.plugins.adversarial.Adversarial;
import dev.dafl.plugins.adversarial.Form;
import dev.dafl.plugins.batchnorm.BatchNormStatistics;
import dev.dafl.plugins.losses.OneHot;
import dev.dafl.plugins.mad.Mad.Options;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.test.MethodTrial;
import dev.dafl.spi.test.MethodTrial.Bind;
import dev.dafl.spi.test.MethodTrial.Outcome;
import dev.dafl.spi.test.PlainGenerator;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Golden values by PyTorch: see src/test/python/reference.py. */
class MadTest {

    static final int ROUNDS = 2;
    static final int STEPS = 3;
    static final int BATCH = 6;
    /** Of the eight images that a trial asks for. */
    static final int EARLIER = 3;

    static final int OWN = 5;

    private static final double SHARE = 0.375;
    private static final Path GOLDEN = Path.of("src/test/resources/golden/rounds.safetensors");
    private static final Mad METHOD = new Mad();
    private static final List<LossReference> ALONE =
            List.of(LossReference.of("batch-norm-statistics", 1), LossReference.of("one-hot", 0.5));
    private static final List<LossReference> WITH_THE_STUDENT =
            List.of(LossReference.of("adversarial", 1), LossReference.of("batch-norm-statistics", 1));

    @TempDir
    Path folder;

    @Test
    void roundsAreAsInPyTorch() throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> golden = Safetensors.read(GOLDEN);
            Map<String, Tensor> teacher = new HashMap<>();
            golden.forEach((name, tensor) -> {
                if (name.startsWith("teacher.")) {
                    teacher.put(name.substring("teacher.".length()), tensor);
                }
            });
            Outcome outcome = trial(options(ALONE, STEPS, 0.9, SHARE))
                    .begins(
                            network ->
                                    assertEquals(List.of(), network.parameters().load(teacher)),
                            _ -> {})
                    .rounds(ROUNDS, 1)
                    .run();
            for (int round = 0; round < ROUNDS; round++) {
                for (String loss : List.of("batch-norm-statistics", "one-hot")) {
                    assertEquals(
                            golden.get(round + "." + loss).item(),
                            outcome.told().get(round).get(loss),
                            2e-5,
                            loss);
                }
            }
            for (String network : List.of("generator", "average")) {
                for (String name : List.of("weight", "norm.weight", "norm.bias")) {
                    String key = network + "." + name;
                    assertArrayEquals(
                            golden.get(key).toFloats(), outcome.kept().get("method.network " + key), 1e-5f, key);
                }
            }
            assertArrayEquals(golden.get("batch").toFloats(), outcome.batch(), 1e-4f);
        }
    }

    @Test
    void theSeedDecidesAll() {
        trial(options(WITH_THE_STUDENT, 2, 0.9, SHARE)).assertFollowsFromTheSeed();
    }

    @Test
    void aStoppedRunGoesOnAsIfItHadNot() {
        trial(options(WITH_THE_STUDENT, 2, 0.9, SHARE)).assertResumes();
    }

    @Test
    void nothingIsLeftBehind() {
        trial(options(WITH_THE_STUDENT, 2, 0.9, SHARE)).assertFreesWhatItMakes();
    }

    @Test
    void itRunsInBfloat16() {
        trial(options(WITH_THE_STUDENT, 2, 0.9, SHARE)).assertFiniteInBfloat16();
    }

    @Test
    void theStudentMayLearnFromOneOfThemAlone() {
        // With m = 0 the average is the generator: whose the images are makes no difference then.
        float[] own = trial(options(ALONE, 2, 0, 0)).run().batch();
        assertArrayEquals(own, trial(options(ALONE, 2, 0, 1)).run().batch(), 1e-5f);
        float[] earlier = trial(options(ALONE, 2, 0.9, 1)).run().batch();
        double furthest = 0;
        for (int i = 0; i < own.length; i++) {
            furthest = Math.max(furthest, Math.abs(own[i] - earlier[i]));
        }
        assertTrue(furthest > 0.01, "the average makes the generator's images");
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertRefused("losses", () -> options(List.of(), 1, 0.9, 0.5));
        assertRefused("steps", () -> options(ALONE, 0, 0.9, 0.5));
        assertRefused("momentum", () -> options(ALONE, 1, 1, 0.5));
        assertRefused("momentum", () -> options(ALONE, 1, -0.1, 0.5));
        assertRefused("share", () -> options(ALONE, 1, 0.9, 1.1));
        assertRefused("share", () -> options(ALONE, 1, 0.9, Double.NaN));
        PluginReference plain = PluginReference.named("plain");
        assertRefused("learning-rate", () -> new Options(plain, ALONE, 0, 1, 0, 0.9, 0.5));
        assertRefused("batch", () -> new Options(plain, ALONE, 0.1, 1, 1, 0.9, 0.5));
        assertRefused("batch", () -> new Options(plain, ALONE, 0.1, 1, -1, 0.9, 0.5));
    }

    private static void assertRefused(String option, Executable making) {
        String message = assertThrows(IllegalArgumentException.class, making).getMessage();
        assertTrue(message.startsWith(option + " must"), message);
    }

    private static Options options(List<LossReference> losses, int steps, double momentum, double share) {
        return new Options(PluginReference.named("plain"), losses, 0.05, steps, BATCH, momentum, share);
    }

    private MethodTrial<Options> trial(Options options) {
        return MethodTrial.of(
                METHOD,
                options,
                folder,
                Bind.of(Map.of("adversarial", new Adversarial.Options(Form.KL, Optional.empty()))),
                new OneHot(),
                new BatchNormStatistics(),
                new Adversarial(),
                new PlainGenerator());
    }
}

package dev.dafl.plugins.predfkd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.plugins.adversarial.Adversarial;
import dev.dafl.plugins.adversarial.Form;
import dev.dafl.plugins.losses.InformationEntropy;
import dev.dafl.plugins.losses.OneHot;
import dev.dafl.plugins.predfkd.PreDfkd.Options;
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
class PreDfkdTest {

    static final int ROUNDS = 2;
    static final int STEPS = 2;
    static final int MEMORY_STEPS = 3;
    static final int BATCH = 6;

    private static final Path GOLDEN = Path.of("src/test/resources/golden/rounds.safetensors");
    private static final PreDfkd METHOD = new PreDfkd();
    private static final List<LossReference> ALONE =
            List.of(LossReference.of("one-hot", 1), LossReference.of("information-entropy", 2));

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
            Outcome outcome = trial(options(ALONE, STEPS, MEMORY_STEPS, 0.1, 0.5))
                    .begins(
                            network ->
                                    assertEquals(List.of(), network.parameters().load(teacher)),
                            _ -> {})
                    .rounds(ROUNDS, 1)
                    .run();
            for (int round = 0; round < ROUNDS; round++) {
                for (String loss : List.of("one-hot", "information-entropy", "memory")) {
                    assertEquals(
                            golden.get(round + "." + loss).item(),
                            outcome.told().get(round).get(loss),
                            2e-5,
                            loss);
                }
            }
            int compared = 0;
            for (Map.Entry<String, Tensor> expected : golden.entrySet()) {
                if (expected.getKey().startsWith("kept.")) {
                    String key = expected.getKey().substring("kept.".length());
                    float[] values = expected.getValue().toFloats();
                    assertEquals(0, distance(values, outcome.kept().get("method.network " + key)), 1e-5, key);
                    compared++;
                }
            }
            assertEquals(2 * 3 + 3 * 2, compared);
            assertArrayEquals(golden.get("batch").toFloats(), outcome.batch(), 1e-3f);
        }
    }

    /** Root of the mean square: Adam makes much of a gradient that is rounding alone, which a few of 18,000 weights have. */
    private static double distance(float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length);
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            sum += Math.pow(expected[i] - actual[i], 2);
        }
        return Math.sqrt(sum / expected.length);
    }

    @Test
    void theMemoryLearnsWhatTheGeneratorMakes() {
        List<Map<String, Double>> told =
                trial(options(ALONE, 1, 20, 0.01, 0.5)).rounds(10, 1).run().told();
        double first = told.getFirst().get("memory");
        double last = told.getLast().get("memory");
        assertTrue(last < first / 2, first + " to " + last);
    }

    @Test
    void theSeedDecidesAll() {
        trial(adversarial()).assertFollowsFromTheSeed();
    }

    @Test
    void aStoppedRunGoesOnAsIfItHadNot() {
        trial(adversarial()).assertResumes();
    }

    @Test
    void nothingIsLeftBehind() {
        trial(adversarial()).assertFreesWhatItMakes();
    }

    @Test
    void itRunsInBfloat16() {
        trial(adversarial()).assertFiniteInBfloat16();
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertRefused("losses", () -> options(List.of(), 1, 1, 0.1, 0.5));
        assertRefused("steps", () -> options(ALONE, 0, 1, 0.1, 0.5));
        assertRefused("memory-steps", () -> options(ALONE, 1, 0, 0.1, 0.5));
        assertRefused("beta", () -> options(ALONE, 1, 1, 0, 0.5));
        assertRefused("share", () -> options(ALONE, 1, 1, 0.1, 1));
        assertRefused("share", () -> options(ALONE, 1, 1, 0.1, -0.1));
        PluginReference plain = PluginReference.named("plain");
        assertRefused("learning-rate", () -> new Options(plain, ALONE, 0, 1, 0, 0.1, 1, 0.1, 0.5));
        assertRefused("memory-learning-rate", () -> new Options(plain, ALONE, 0.1, 1, 0, -1, 1, 0.1, 0.5));
        assertRefused("batch", () -> new Options(plain, ALONE, 0.1, 1, 1, 0.1, 1, 0.1, 0.5));
        assertRefused("batch", () -> new Options(plain, ALONE, 0.1, 1, -1, 0.1, 1, 0.1, 0.5));
    }

    private static void assertRefused(String option, Executable making) {
        String message = assertThrows(IllegalArgumentException.class, making).getMessage();
        assertTrue(message.startsWith(option + " must"), message);
    }

    private static Options adversarial() {
        return options(METHOD.defaults().losses(), 2, 2, 0.1, 0.5);
    }

    private static Options options(List<LossReference> losses, int steps, int memorySteps, double beta, double share) {
        return new Options(PluginReference.named("plain"), losses, 0.05, steps, BATCH, 0.01, memorySteps, beta, share);
    }

    private MethodTrial<Options> trial(Options options) {
        return MethodTrial.of(
                METHOD,
                options,
                folder,
                Bind.of(Map.of("adversarial", new Adversarial.Options(Form.L1, Optional.empty()))),
                new OneHot(),
                new InformationEntropy(),
                new Adversarial(),
                new PlainGenerator());
    }
}

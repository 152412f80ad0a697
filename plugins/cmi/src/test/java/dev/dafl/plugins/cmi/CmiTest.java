package dev.dafl.plugins.cmi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.plugins.adversarial.Adversarial;
import dev.dafl.plugins.adversarial.Form;
import dev.dafl.plugins.batchnorm.BatchNormStatistics;
import dev.dafl.plugins.cmi.Cmi.Options;
import dev.dafl.plugins.targetclass.TargetClass;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.SynthesizerFactory;
import dev.dafl.spi.SynthesizerFactory.Need;
import dev.dafl.spi.test.MethodTrial;
import dev.dafl.spi.test.MethodTrial.Bind;
import dev.dafl.spi.test.MethodTrial.Outcome;
import dev.dafl.spi.test.PlainGenerator;
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
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Golden values by PyTorch: see src/test/python/reference.py. */
class CmiTest {

    static final int BATCH = 6;
    static final int STEPS = 5;
    static final int ROUNDS = 2;
    static final int EMBEDDING = 7;
    static final int NEGATIVES = 4;

    private static final int MEMORY = 10;
    private static final Path GOLDEN = Path.of("src/test/resources/golden/rounds.safetensors");
    private static final Cmi METHOD = new Cmi();
    private static final Options DEFAULTS = METHOD.defaults();
    private static final LossReference STATISTICS = LossReference.of("batch-norm-statistics", 1);
    private static final LossReference TARGET = LossReference.of("target-class", 1);

    @TempDir
    Path folder;

    /** The student is the same in the first round only, and so its term is of that round alone. */
    @Test
    void aRoundWithTheStudentIsPyTorchs() throws IOException {
        assertPyTorchs("adversarial", DEFAULTS.losses(), 1);
    }

    /** In the second round there is a memory, and the generator begins anew. */
    @Test
    void roundsAfterOneAnotherArePyTorchs() throws IOException {
        assertPyTorchs("alone", List.of(STATISTICS, TARGET), ROUNDS);
    }

    /** Here the method asks for the inputs of the batch-norm layers itself. */
    @Test
    void theContrastIsTheSameWhereNoLossAsksForWhatItReads() throws IOException {
        assertPyTorchs(new ToldLittle(), "target", List.of(TARGET), 1);
    }

    private void assertPyTorchs(String name, List<LossReference> losses, int rounds) throws IOException {
        assertPyTorchs(METHOD, name, losses, rounds);
    }

    private void assertPyTorchs(SynthesizerFactory<Options> method, String name, List<LossReference> losses, int rounds)
            throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> golden = Safetensors.read(GOLDEN);
            Outcome outcome = trial(method, options(losses, 0.8, STEPS))
                    .begins(
                            teacher -> load(teacher, under(golden, "teacher.")),
                            student -> load(student, under(golden, "student.")))
                    .rounds(rounds, 1)
                    .run();
            for (int round = 0; round < rounds; round++) {
                Map<String, Double> expected = new TreeMap<>();
                under(golden, name + "." + round + ".").forEach((loss, value) -> expected.put(loss, value.item()));
                Map<String, Double> told = outcome.told().get(round);
                assertEquals(expected.keySet(), told.keySet());
                expected.forEach((loss, value) -> assertEquals(value, told.get(loss), 2e-5, loss));
            }
            Map<String, Tensor> kept = under(golden, name + ".kept.");
            assertEquals(7, kept.size());
            kept.forEach((key, tensor) ->
                    assertArrayEquals(tensor.toFloats(), outcome.kept().get("method." + key), 1e-4f, name + " " + key));
            assertDrawnFrom(under(golden, name + ".").get("bank").toFloats(), outcome.batch());
        }
    }

    private static Map<String, Tensor> under(Map<String, Tensor> golden, String prefix) {
        Map<String, Tensor> values = new HashMap<>();
        golden.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                values.put(name.substring(prefix.length()), tensor);
            }
        });
        return values;
    }

    private static void load(Network network, Map<String, Tensor> values) {
        assertEquals(List.of(), network.parameters().load(values));
    }

    /** What the student gets are the best images of each round, as pixels of 8 bits. */
    private static void assertDrawnFrom(float[] bank, float[] batch) {
        int size = 3 * 8 * 8;
        for (int i = 0; i < batch.length / size; i++) {
            double nearest = Double.POSITIVE_INFINITY;
            for (int j = 0; j < bank.length / size; j++) {
                double furthest = 0;
                for (int k = 0; k < size; k++) {
                    furthest = Math.max(furthest, Math.abs(batch[i * size + k] - bank[j * size + k]));
                }
                nearest = Math.min(nearest, furthest);
            }
            assertTrue(nearest < 0.6 / 255 / 0.2, "image " + i + " is " + nearest + " away from all");
        }
    }

    @Test
    void theSeedDecidesAll() {
        trial(options(DEFAULTS.losses(), 0.8, 2)).assertFollowsFromTheSeed();
    }

    @Test
    void aStoppedRunGoesOnAsIfItHadNot() {
        trial(options(DEFAULTS.losses(), 0.8, 2)).assertResumes();
        trial(options(List.of(STATISTICS), 0, 2)).assertResumes();
    }

    @Test
    void nothingIsLeftBehind() {
        trial(options(DEFAULTS.losses(), 0.8, 2)).assertFreesWhatItMakes();
        trial(options(List.of(STATISTICS), 0, 2)).assertFreesWhatItMakes();
    }

    @Test
    void itRunsInBfloat16() {
        trial(options(DEFAULTS.losses(), 0.8, 2)).assertFiniteInBfloat16();
    }

    @Test
    void withoutTheContrastNothingIsRemembered() {
        Options without = options(List.of(STATISTICS), 0, 2);
        assertEquals(Set.of(), METHOD.needs(without));
        assertEquals(BATCH, METHOD.imagesAtOnce(without));
        assertFalse(METHOD.labelled(without));
        Outcome outcome = trial(without).rounds(1, 1).run();
        assertEquals(Set.of("batch-norm-statistics"), outcome.told().getFirst().keySet());
        assertFalse(outcome.kept().keySet().stream().anyMatch(key -> key.contains("memory") || key.contains("head")));
    }

    @Test
    void itSaysWhatItNeeds() {
        assertEquals(Set.of(Need.TEACHER_BATCH_NORM), METHOD.needs(DEFAULTS));
        assertEquals(512, METHOD.imagesAtOnce(DEFAULTS));
        assertTrue(METHOD.labelled(DEFAULTS));
        assertEquals(Optional.of(DEFAULTS.generator()), METHOD.generator(DEFAULTS));
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertRefused("losses", () -> options(List.of(), 1, 2));
        assertRefused("contrast", () -> options(List.of(TARGET), -0.1, 2));
        assertRefused("contrast", () -> options(List.of(TARGET), Double.POSITIVE_INFINITY, 2));
        assertRefused("steps", () -> options(List.of(TARGET), 1, 0));
        assertRefused("batch", () -> options(1, 1e-3, 1e-3, 7, 0.1, 4, 10, 0.25, 0.125, 100));
        assertRefused("learning-rate", () -> options(6, 0, 1e-3, 7, 0.1, 4, 10, 0.25, 0.125, 100));
        assertRefused("head-learning-rate", () -> options(6, 1e-3, Double.NaN, 7, 0.1, 4, 10, 0.25, 0.125, 100));
        assertRefused("embedding", () -> options(6, 1e-3, 1e-3, 0, 0.1, 4, 10, 0.25, 0.125, 100));
        assertRefused("temperature", () -> options(6, 1e-3, 1e-3, 7, 0, 4, 10, 0.25, 0.125, 100));
        assertRefused("negatives", () -> options(6, 1e-3, 1e-3, 7, 0.1, 0, 10, 0.25, 0.125, 100));
        assertRefused("memory", () -> options(6, 1e-3, 1e-3, 7, 0.1, 11, 10, 0.25, 0.125, 100));
        assertRefused("memory", () -> options(11, 1e-3, 1e-3, 7, 0.1, 4, 10, 0.25, 0.125, 100));
        assertRefused("crop", () -> options(6, 1e-3, 1e-3, 7, 0.1, 4, 10, 0, 0.125, 100));
        assertRefused("shift", () -> options(6, 1e-3, 1e-3, 7, 0.1, 4, 10, 0.25, 1, 100));
        assertRefused("bank", () -> options(6, 1e-3, 1e-3, 7, 0.1, 4, 10, 0.25, 0.125, 0));
    }

    private static void assertRefused(String option, Executable making) {
        String message = assertThrows(IllegalArgumentException.class, making).getMessage();
        assertTrue(message.startsWith(option + " must"), message);
    }

    private static Options options(List<LossReference> losses, double contrast, int steps) {
        return new Options(
                PluginReference.named("plain"),
                losses,
                contrast,
                BATCH,
                steps,
                0.02,
                0.01,
                EMBEDDING,
                0.1,
                NEGATIVES,
                MEMORY,
                0.25,
                0.125,
                true,
                100);
    }

    private static Options options(
            int batch,
            double learningRate,
            double headLearningRate,
            int embedding,
            double temperature,
            int negatives,
            int memory,
            double crop,
            double shift,
            long bank) {
        return new Options(
                PluginReference.named("plain"),
                List.of(TARGET),
                0.8,
                batch,
                2,
                learningRate,
                headLearningRate,
                embedding,
                temperature,
                negatives,
                memory,
                crop,
                shift,
                true,
                bank);
    }

    private MethodTrial<Options> trial(Options options) {
        return trial(METHOD, options);
    }

    private MethodTrial<Options> trial(SynthesizerFactory<Options> method, Options options) {
        return MethodTrial.of(
                method,
                options,
                folder,
                Bind.of(Map.of("adversarial", new Adversarial.Options(Form.MASKED, Optional.empty()))),
                new TargetClass(),
                new BatchNormStatistics(),
                new Adversarial(),
                new PlainGenerator());
    }
}

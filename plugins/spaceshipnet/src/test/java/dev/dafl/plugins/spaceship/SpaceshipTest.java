package dev.dafl.plugins.spaceship;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.plugins.spaceship.SpaceshipNet.Options;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.test.MethodTrial;
import dev.dafl.spi.test.MethodTrial.Outcome;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpaceshipTest {

    private static final SpaceshipNet METHOD = new SpaceshipNet();
    private static final List<LossReference> TARGET = List.of(LossReference.of("target-class", 1));

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, Small.EXCHANGED})
    void theSeedDecidesAll(int exchanged) {
        small(exchanged).assertFollowsFromTheSeed();
    }

    /** The store has wrapped round by then. */
    @ParameterizedTest
    @ValueSource(ints = {0, Small.EXCHANGED})
    void aStoppedRunGoesOnAsIfItHadNot(int exchanged) {
        small(exchanged).assertResumes();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Small.EXCHANGED})
    void nothingIsLeftBehind(int exchanged) {
        small(exchanged).assertFreesWhatItMakes();
    }

    @Test
    void itRunsInBfloat16() {
        small(Small.EXCHANGED).assertFiniteInBfloat16();
    }

    private MethodTrial<Options> small(int exchanged) {
        return trial(Small.options(2, Small.BATCH, 0.01, 0.02, exchanged));
    }

    private MethodTrial<Options> trial(Options options) {
        return MethodTrial.of(METHOD, options, folder, Small.BIND, Small.plugins());
    }

    @Test
    void aRoundMakesTheLossSmaller() {
        double one = loss(trial(Small.options(1, 16, 0.02, 0.02, 4)));
        double many = loss(trial(Small.options(30, 16, 0.02, 0.02, 4)));
        assertTrue(many < 0.8 * one, one + " to " + many);
    }

    private static double loss(MethodTrial<Options> trial) {
        Map<String, Double> told = trial.rounds(1, 1).run().told().getLast();
        return 10 * told.get("batch-norm-statistics") + 0.4 * told.get("target-class") + 1.1 * told.get("adversarial");
    }

    /** What the exchange makes changes what the student sees, and nothing that the generator learns in that round. */
    @Test
    void theExchangeIsForTheStudent() {
        Outcome without = small(0).rounds(1, 1).run();
        Outcome with = small(Small.EXCHANGED).rounds(1, 1).run();
        assertEquals(without.told(), with.told());
        for (String name : List.of("method.network generator rest.last.weight", "method.tensor latent.value")) {
            assertArrayEquals(without.kept().get(name), with.kept().get(name), name);
        }
        assertFalse(without.kept().containsKey("method.rows maps.places"));
        assertTrue(with.kept().containsKey("method.rows maps.places"));
        assertFalse(Arrays.equals(without.batch(), with.batch()));
    }

    @Test
    void theDefaultsAreThoseThatAreDocumented() {
        Options options = METHOD.defaults();
        assertEquals(30, options.steps());
        assertEquals(256, options.exchangedImages());
        assertEquals(
                List.of("batch-norm-statistics", "target-class", "adversarial"),
                METHOD.losses(options).stream().map(loss -> loss.term().name()).toList());
        assertEquals(Optional.empty(), METHOD.generator(options));
        assertEquals(Set.of(), METHOD.needs(options), "what the losses need they say");
        assertEquals(
                Map.of("name", "knowledge-distillation", "temperature", 20),
                METHOD.suited(options).get("distillation.loss"));
    }

    @Test
    void imagesHaveClassesWhereNoneAreExchanged() {
        assertFalse(METHOD.labelled(METHOD.defaults()));
        assertFalse(METHOD.labelled(Small.options(1, 6, 0.1, 0.1, 1)));
        assertTrue(METHOD.labelled(Small.options(1, 6, 0.1, 0.1, 0)));
    }

    @Test
    void theNetworksSeeABatchOrTheExchangedImagesAtOnce() {
        assertEquals(256, METHOD.imagesAtOnce(METHOD.defaults()));
        assertEquals(9, METHOD.imagesAtOnce(Small.options(1, 6, 0.1, 0.1, 9)));
        assertEquals(6, METHOD.imagesAtOnce(Small.options(1, 6, 0.1, 0.1, 0)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 1, 2, 0.1, 0.1, 2, 0.5, 2, 1, latent must be at least 1",
        "1, 0, 1, 2, 0.1, 0.1, 2, 0.5, 2, 1, width must be at least 1",
        "1, 1, 0, 2, 0.1, 0.1, 2, 0.5, 2, 1, steps must be at least 1",
        "1, 1, 1, 1, 0.1, 0.1, 2, 0.5, 2, 1, batch must be at least 2",
        "1, 1, 1, 2, 0, 0.1, 2, 0.5, 2, 1, learning-rate must be a number above 0",
        "1, 1, 1, 2, NaN, 0.1, 2, 0.5, 2, 1, learning-rate must be a number above 0",
        "1, 1, 1, 2, 0.1, -1, 2, 0.5, 2, 1, latent-learning-rate must be at least 0",
        "1, 1, 1, 2, 0.1, 0.1, -1, 0.5, 2, 1, exchanged must be at least 0",
        "1, 1, 1, 2, 0.1, 0.1, 2, 1.1, 2, 1, share must be from 0 to 1",
        "1, 1, 1, 2, 0.1, 0.1, 2, -0.1, 2, 1, share must be from 0 to 1",
        "1, 1, 1, 2, 0.1, 0.1, 2, 0.5, 1, 1, stored must be at least 2",
        "1, 1, 1, 2, 0.1, 0.1, 2, 0.5, 2, 0, bank must be at least 1"
    })
    void numbersThatDoNotDoAreTold(
            int latent,
            int width,
            int steps,
            int batch,
            double rate,
            double latentRate,
            int exchanged,
            double share,
            int stored,
            long bank,
            String told) {
        String message = message(() -> new Options(
                latent, width, steps, batch, rate, latentRate, Optional.of(exchanged), share, stored, bank, TARGET));
        assertTrue(message.startsWith(told + ", not "), message);
    }

    @Test
    void aStoreWithoutRoomForABatchIsToldUnlessNothingIsExchanged() {
        assertEquals(
                "stored must have room for the feature maps of a batch, 6, not for 5", message(() -> stored(5, 1)));
        assertEquals(5, stored(5, 0).stored());
    }

    private static Options stored(int stored, int exchanged) {
        return new Options(1, 1, 1, 6, 0.1, 0.1, Optional.of(exchanged), 0.5, stored, 1, TARGET);
    }

    @Test
    void noLossIsTold() {
        assertTrue(message(() -> new Options(1, 1, 1, 2, 0.1, 0.1, Optional.empty(), 0.5, 2, 1, List.of()))
                .startsWith("losses must name at least one"));
    }

    private static String message(Executable does) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, does).getMessage());
    }
}

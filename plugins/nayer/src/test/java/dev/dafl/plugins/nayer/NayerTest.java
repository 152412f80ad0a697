package dev.dafl.plugins.nayer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.LossReference;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.test.MethodTrial;
import dev.dafl.spi.test.MethodTrial.Outcome;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NayerTest {

    private static final String WEIGHT = "method.network generator.linear.weight";

    @TempDir
    Path folder;

    @Test
    void theSeedDecidesAll() {
        small().assertFollowsFromTheSeed();
    }

    @Test
    void aStoppedRunGoesOnAsIfItHadNot() {
        small().assertResumes();
    }

    @Test
    void nothingIsLeftBehind() {
        small().assertFreesWhatItMakes();
    }

    @Test
    void itRunsInBfloat16() {
        small().assertFiniteInBfloat16();
    }

    /** Six images of four classes, and a new generator in every second round. */
    private MethodTrial<Nayer.Options> small() {
        return trial(Small.options("", 7, 2, 6, 0.01, 2));
    }

    private MethodTrial<Nayer.Options> trial(Nayer.Options options) {
        return MethodTrial.of(new Nayer(), options, folder, Small.BIND, Small.plugins());
    }

    @Test
    void aRoundMakesTheLossSmaller() {
        double one =
                loss(trial(Small.options("", 7, 1, 16, 0.02, 0)).rounds(1, 1).run());
        double many =
                loss(trial(Small.options("", 7, 30, 16, 0.02, 0)).rounds(1, 1).run());
        assertTrue(many < 0.8 * one, one + " to " + many);
    }

    private static double loss(Outcome outcome) {
        var told = outcome.told().getLast();
        return 10 * told.get("batch-norm-statistics") + 0.5 * told.get("target-class") + 1.33 * told.get("adversarial");
    }

    /** With next to no learning only what is drawn anew changes. */
    @Test
    void eachRoundHasItsNoiseAndSomeRoundsANewGenerator() {
        Outcome old = trial(Small.options("", 7, 1, 8, 1e-12, 0)).rounds(3, 1).run();
        assertEquals(3, old.told().stream().distinct().count(), "the noise is not drawn anew");
        Outcome renewed =
                trial(Small.options("", 7, 1, 8, 1e-12, 2)).rounds(3, 1).run();
        assertEquals(old.told().subList(0, 1), renewed.told().subList(0, 1));
        assertFalse(Arrays.equals(old.kept().get(WEIGHT), renewed.kept().get(WEIGHT)));
        Outcome later = trial(Small.options("", 7, 1, 8, 1e-12, 2)).rounds(2, 1).run();
        Outcome never = trial(Small.options("", 7, 1, 8, 1e-12, 0)).rounds(2, 1).run();
        assertArrayEquals(never.kept().get(WEIGHT), later.kept().get(WEIGHT));
    }

    @Test
    void theDefaultsAreThePapers() {
        Nayer.Options options = new Nayer().defaults();
        assertEquals(
                List.of("batch-norm-statistics", "target-class", "adversarial"),
                options.losses().stream().map(loss -> loss.term().name()).toList());
        assertEquals(
                List.of(10.0, 0.5, 1.33),
                options.losses().stream().map(loss -> loss.weight().at(0)).toList());
        assertTrue(new Nayer().labelled(options));
        assertEquals(400, new Nayer().imagesAtOnce(options));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 2, 0.1, 0, 1, embedding-size must be at least 1",
        "1, 0, 2, 0.1, 0, 1, steps must be at least 1",
        "1, 1, 1, 0.1, 0, 1, batch must be at least 2",
        "1, 1, 2, 0, 0, 1, learning-rate must be a number above 0",
        "1, 1, 2, NaN, 0, 1, learning-rate must be a number above 0",
        "1, 1, 2, 0.1, -1, 1, renew-every must be at least 0",
        "1, 1, 2, 0.1, 0, 0, bank must be at least 1"
    })
    void numbersThatDoNotDoAreTold(
            int size, int steps, int batch, double rate, int renewEvery, long bank, String told) {
        assertTrue(message(() -> new Nayer.Options(
                        PluginReference.named("small"),
                        "",
                        size,
                        steps,
                        batch,
                        rate,
                        renewEvery,
                        bank,
                        List.of(LossReference.of("target-class", 1))))
                .startsWith(told + ", not "));
    }

    @Test
    void noLossIsTold() {
        assertTrue(message(() -> new Nayer.Options(PluginReference.named("small"), "", 1, 1, 2, 0.1, 0, 1, List.of()))
                .startsWith("losses must name at least one"));
    }

    @Test
    void fewerColumnsThanClassesAreToldBeforeTheFirstStep() {
        assertEquals(
                "embedding-size must be at least the number of classes, 4, since more vectors than that are not orthogonal"
                        + " to each other; it is 3",
                message(() -> trial(Small.options("", 3, 1, 8, 0.1, 0)).run()));
    }

    private static String message(Executable does) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, does).getMessage());
    }
}

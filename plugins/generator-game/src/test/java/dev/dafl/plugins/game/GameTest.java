package dev.dafl.plugins.game;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.plugins.dcgan.DcganGenerator;
import dev.dafl.plugins.game.GameOptions.RateSchedule;
import dev.dafl.plugins.losses.OneHot;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.test.MethodTrial;
import dev.dafl.spi.test.MethodTrial.Bind;
import dev.dafl.spi.test.MethodTrial.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GameTest {

    @TempDir
    Path folder;

    @Test
    void theSeedDecidesAll() {
        trial(RateSchedule.COSINE).assertFollowsFromTheSeed();
    }

    @Test
    void aStoppedRunGoesOnAsIfItHadNot() {
        trial(RateSchedule.COSINE).assertResumes();
    }

    @Test
    void nothingIsLeftBehind() {
        trial(RateSchedule.CONSTANT).assertFreesWhatItMakes();
    }

    @Test
    void itRunsInBfloat16() {
        trial(RateSchedule.CONSTANT).assertFiniteInBfloat16();
    }

    @Test
    void theGeneratorMakesItsLossSmaller() {
        Outcome outcome = trial(RateSchedule.CONSTANT).rounds(40, 1).run();
        double first = outcome.told().getFirst().get("one-hot");
        double last = outcome.told().getLast().get("one-hot");
        assertTrue(last < first - 0.05, first + " to " + last);
    }

    @Test
    void optionsThatDoNotDoAreTold() {
        assertThrows(IllegalArgumentException.class, () -> options(List.of(), RateSchedule.COSINE, 1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> options(losses(), RateSchedule.COSINE, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> options(losses(), RateSchedule.COSINE, 1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> options(losses(), RateSchedule.COSINE, 1, 0, -1));
    }

    private MethodTrial<GameOptions> trial(RateSchedule schedule) {
        return MethodTrial.of(
                new Dfad(),
                options(losses(), schedule, 2, 6, 5),
                folder,
                Bind.of(Map.of("dcgan", new DcganGenerator.Options(6, 8, 2))),
                new OneHot(),
                new DcganGenerator());
    }

    private static List<LossReference> losses() {
        return List.of(LossReference.of("one-hot", 1));
    }

    private static GameOptions options(
            List<LossReference> losses, RateSchedule schedule, int steps, int batch, double clipNorm) {
        return new GameOptions(PluginReference.named("dcgan"), losses, 0.01, schedule, steps, batch, clipNorm);
    }
}

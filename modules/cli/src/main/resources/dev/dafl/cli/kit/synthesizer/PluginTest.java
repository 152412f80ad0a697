package @package@;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.test.MethodTrial;
import dev.dafl.spi.test.MethodTrial.Bind;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class @Class@Test {

    @TempDir
    private Path folder;

    /** In a small run with real networks, and what every method must hold. */
    @Test
    void itIsAMethod() {
        var options = new @Class@.Options(8, 3, 0.1, 20);
        var trial = MethodTrial.of(new @Class@(), options, folder, Bind.of(Map.of()));
        trial.assertFollowsFromTheSeed();
        trial.assertResumes();
        trial.assertFiniteInBfloat16();
        trial.assertFreesWhatItMakes();
    }

    @Test
    void moreStepsLeaveLessDoubt() {
        assertTrue(doubtAfter(20) < doubtAfter(1));
    }

    private double doubtAfter(int steps) {
        var options = new @Class@.Options(8, steps, 0.1, 20);
        return MethodTrial.of(new @Class@(), options, folder, Bind.of(Map.of()))
                .run()
                .told()
                .getFirst()
                .get("doubt");
    }
}

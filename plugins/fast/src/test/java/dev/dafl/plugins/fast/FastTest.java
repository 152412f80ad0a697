package dev.dafl.plugins.fast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.Plugin.NoOptions;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.test.MethodTrial;
import dev.dafl.spi.test.MethodTrial.Outcome;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FastTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Meta.class)
    void theSeedDecidesAll(Meta meta) {
        small(meta).assertFollowsFromTheSeed();
    }

    @ParameterizedTest
    @EnumSource(Meta.class)
    void aStoppedRunGoesOnAsIfItHadNot(Meta meta) {
        small(meta).assertResumes();
    }

    @ParameterizedTest
    @EnumSource(Meta.class)
    void nothingIsLeftBehind(Meta meta) {
        small(meta).assertFreesWhatItMakes();
    }

    @ParameterizedTest
    @EnumSource(Meta.class)
    void itRunsInBfloat16(Meta meta) {
        small(meta).assertFiniteInBfloat16();
    }

    /** The first layer begins anew within the run. */
    private MethodTrial<FastOptions> small(Meta meta) {
        return trial(Small.options(meta, 2, 6, 0.01, 0.02, 0.01, 2));
    }

    private MethodTrial<FastOptions> trial(FastOptions options) {
        return MethodTrial.of(new Fast(), options, folder, Small.BIND, Small.plugins());
    }

    /** The same steps in each round make better images in later rounds. */
    @ParameterizedTest
    @EnumSource(Meta.class)
    void theGeneratorLearnsFromRoundToRound(Meta meta) {
        List<Map<String, Double>> told = trial(Small.options(meta, 3, 16, 0.01, 0.01, 0.03, 0))
                .rounds(25, 1)
                .run()
                .told();
        double first = told.getFirst().get("batch-norm-statistics");
        double last = told.getLast().get("batch-norm-statistics");
        assertTrue(last < 0.8 * first, first + " to " + last);
    }

    /** With next to no learning only what begins anew changes, once. */
    @ParameterizedTest
    @EnumSource(Meta.class)
    void theFirstLayerBeginsAnewOnce(Meta meta) {
        Outcome never = still(meta, 0, 2);
        Outcome before = still(meta, 2, 2);
        Outcome after = still(meta, 2, 3);
        Outcome later = still(meta, 2, 5);
        String network = meta == Meta.NONE ? "method.network generator." : "method.network meta generator.";
        for (String layer : List.of("linear.weight", "linear.bias")) {
            assertArrayEquals(value(never, network + layer), value(before, network + layer));
            assertFalse(Arrays.equals(value(before, network + layer), value(after, network + layer)), layer);
            assertArrayEquals(value(after, network + layer), value(later, network + layer));
        }
        assertArrayEquals(value(before, network + "conv.weight"), value(after, network + "conv.weight"));
    }

    private Outcome still(Meta meta, int resetAfter, long rounds) {
        return trial(Small.options(meta, 1, 4, 1e-14, 0, 1e-14, resetAfter))
                .rounds(rounds, 1)
                .run();
    }

    private static float[] value(Outcome outcome, String name) {
        return outcome.kept().get(name);
    }

    @Test
    void aGeneratorWithoutALinearLayerIsToldOf() {
        FastOptions options = Small.options(Meta.FOMAML, 1, 4, 0.01, 0.01, 0.01, 1);
        assertEquals(
                "reset-layer-after is for a generator with a linear layer, and small has none; set it to 0",
                message(() -> MethodTrial.of(new Fast(), options, folder, Small.BIND, withoutLinear())
                        .run()));
    }

    private static Plugin<?>[] withoutLinear() {
        Plugin<?>[] plugins = Small.plugins();
        plugins[0] = new Scaled();
        return plugins;
    }

    @Test
    void theDefaultsAreThePapers() {
        FastOptions options = new Fast().defaults();
        assertEquals(Meta.FOMAML, options.meta());
        assertEquals(5, options.steps());
        assertEquals(
                List.of("batch-norm-statistics", "target-class", "adversarial"),
                options.losses().stream().map(loss -> loss.term().name()).toList());
        assertEquals(
                List.of(10.0, 0.4, 1.1),
                options.losses().stream().map(loss -> loss.weight().at(0)).toList());
        assertTrue(new Fast().labelled(options));
        assertEquals(256, new Fast().imagesAtOnce(options));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 2, 0.1, 0.1, 0.1, 0, 1, steps must be at least 1",
        "1, 1, 0.1, 0.1, 0.1, 0, 1, batch must be at least 2",
        "1, 2, 0, 0.1, 0.1, 0, 1, learning-rate must be a number above 0",
        "1, 2, NaN, 0.1, 0.1, 0, 1, learning-rate must be a number above 0",
        "1, 2, 0.1, -1, 0.1, 0, 1, latent-learning-rate must be at least 0",
        "1, 2, 0.1, 0.1, Infinity, 0, 1, meta-learning-rate must be a number above 0",
        "1, 2, 0.1, 0.1, 0.1, -1, 1, reset-layer-after must be at least 0",
        "1, 2, 0.1, 0.1, 0.1, 0, 0, bank must be at least 1"
    })
    void numbersThatDoNotDoAreTold(
            int steps, int batch, double rate, double latent, double meta, int reset, long bank, String told) {
        assertTrue(message(() -> new FastOptions(
                        PluginReference.named("small"),
                        Meta.FOMAML,
                        steps,
                        batch,
                        rate,
                        latent,
                        meta,
                        reset,
                        bank,
                        List.of(LossReference.of("target-class", 1))))
                .startsWith(told + ", not "));
    }

    @Test
    void noLossIsTold() {
        assertTrue(message(() -> new FastOptions(
                        PluginReference.named("small"), Meta.FOMAML, 1, 2, 0.1, 0.1, 0.1, 0, 1, List.of()))
                .startsWith("losses must name at least one"));
    }

    private static String message(Executable does) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, does).getMessage());
    }

    /** Each latent vector seen as an image, times a parameter. */
    private static final class Scaled implements GeneratorFactory<NoOptions> {

        @Override
        public String name() {
            return "small";
        }

        @Override
        public String description() {
            return "a generator without layers";
        }

        @Override
        public NoOptions defaults() {
            return NoOptions.INSTANCE;
        }

        @Override
        public int latentSize(NoOptions options) {
            return 3 * 8 * 8;
        }

        @Override
        public Layer create(ParameterPath path, ImageShape output, NoOptions options) {
            var scale = path.parameter("scale", Initializer.constant(1), 1);
            return (latent, _) -> latent.view(-1, output.channels(), output.height(), output.width())
                    .mul(scale);
        }
    }
}

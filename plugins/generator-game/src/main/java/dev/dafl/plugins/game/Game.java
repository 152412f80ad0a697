package dev.dafl.plugins.game;

import dev.dafl.spi.LossReference;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesizer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the games have in common: all but their defaults. */
final class Game {

    private static final int STUDENTS_BATCH = 256;

    private Game() {}

    /** The field's generator, whose images are pixels from 0 to 1. */
    static PluginReference generator(int latent) {
        return new PluginReference("dcgan", Map.of("latent", latent, "output", "sigmoid"));
    }

    static Optional<PluginReference> generator(GameOptions options) {
        return Optional.of(options.generator());
    }

    static List<LossReference> losses(GameOptions options) {
        return options.losses();
    }

    static int imagesAtOnce(GameOptions options) {
        return options.batch() == 0 ? STUDENTS_BATCH : options.batch();
    }

    static Synthesizer create(Synthesis synthesis, GameOptions options) {
        return new GeneratorGame(synthesis, options);
    }

    /** The field's optimizer of students. */
    static Map<String, Object> sgd(double rate, double weightDecay) {
        return Map.of(
                "name",
                "sgd",
                "learning-rate",
                rate,
                "momentum",
                0.9,
                "weight-decay",
                weightDecay,
                "schedule",
                "cosine");
    }
}

package dev.dafl.plugins.game;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.plugins.game.GameOptions.RateSchedule;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.SynthesizerFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Micaelli and Storkey, <i>Zero-shot Knowledge Transfer via Adversarial Belief Matching</i> (2019): the generator maximises the KL
 * divergence of student and teacher, the student minimises it and matches the teacher's attention maps, ten steps for one.
 */
@ServiceProvider(SynthesizerFactory.class)
public final class Zskt implements SynthesizerFactory<GameOptions> {

    @Override
    public String name() {
        return "zskt";
    }

    @Override
    public String description() {
        return "generator against student by KL divergence, with attention maps; needs no batch norm";
    }

    @Override
    public GameOptions defaults() {
        return new GameOptions(
                Game.generator(100),
                List.of(LossReference.of("adversarial", 1, Map.of("form", "kl"))),
                1e-3,
                RateSchedule.COSINE,
                1,
                0,
                5);
    }

    @Override
    public Optional<PluginReference> generator(GameOptions options) {
        return Game.generator(options);
    }

    @Override
    public List<LossReference> losses(GameOptions options) {
        return Game.losses(options);
    }

    @Override
    public int imagesAtOnce(GameOptions options) {
        return Game.imagesAtOnce(options);
    }

    @Override
    public Map<String, Object> suited(GameOptions options) {
        return Map.of(
                "distillation.loss",
                "attention-transfer",
                "distillation.batch",
                128,
                "distillation.schedule",
                Map.of("kind", "rounds", "rounds", 8_000, "round-student-steps", 10),
                "student.optimizer",
                Map.of("name", "adam", "learning-rate", 2e-3, "schedule", "cosine", "clip-norm", 5));
    }

    @Override
    public Synthesizer create(Synthesis synthesis, GameOptions options) {
        return Game.create(synthesis, options);
    }
}

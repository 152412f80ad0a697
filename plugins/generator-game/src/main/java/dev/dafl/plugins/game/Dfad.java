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
 * Fang et al., <i>Data-Free Adversarial Distillation</i> (2019): the generator maximises the mean absolute difference of the logits
 * of teacher and student, the student minimises it, five steps for one.
 */
@ServiceProvider(SynthesizerFactory.class)
public final class Dfad implements SynthesizerFactory<GameOptions> {

    @Override
    public String name() {
        return "dfad";
    }

    @Override
    public String description() {
        return "generator against student: images on which their logits are far apart (L1); needs no batch norm";
    }

    @Override
    public GameOptions defaults() {
        return new GameOptions(
                Game.generator(256),
                List.of(LossReference.of("adversarial", 1, Map.of("form", "l1"))),
                1e-3,
                RateSchedule.COSINE,
                1,
                0,
                0);
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
                "logit-matching",
                "distillation.batch",
                256,
                "distillation.schedule",
                Map.of("kind", "rounds", "rounds", 25_000, "round-student-steps", 5),
                "student.optimizer",
                Game.sgd(0.1, 5e-4));
    }

    @Override
    public Synthesizer create(Synthesis synthesis, GameOptions options) {
        return Game.create(synthesis, options);
    }
}

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
 * Choi et al., <i>Data-Free Network Quantization With Adversarial Knowledge Distillation</i> (2020): the generator maximises the KL
 * divergence of student and teacher among images that have the teacher's batch-norm statistics, sure classes and all of them; ten
 * steps of the student for one of the generator.
 */
@ServiceProvider(SynthesizerFactory.class)
public final class Dfq implements SynthesizerFactory<GameOptions> {

    @Override
    public String name() {
        return "dfq";
    }

    @Override
    public String description() {
        return "generator against student, with batch-norm statistics and balanced, sure classes; needs batch norm";
    }

    @Override
    public GameOptions defaults() {
        return new GameOptions(
                Game.generator(256),
                List.of(
                        LossReference.of("adversarial", 1, Map.of("form", "kl")),
                        LossReference.of("batch-norm-statistics", 1),
                        LossReference.of("one-hot", 1),
                        LossReference.of("information-entropy", 20, Map.of("base", Math.E))),
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
                "distillation.loss", Map.of("name", "knowledge-distillation", "temperature", 20),
                "distillation.batch", 256,
                "distillation.schedule", Map.of("kind", "rounds", "rounds", 8_000, "round-student-steps", 10),
                "student.optimizer", Game.sgd(0.1, 1e-4));
    }

    @Override
    public Synthesizer create(Synthesis synthesis, GameOptions options) {
        return Game.create(synthesis, options);
    }
}

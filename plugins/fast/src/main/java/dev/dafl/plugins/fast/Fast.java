package dev.dafl.plugins.fast;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.SynthesizerFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fast and FastMeta (Fang et al., <i>Up to 100x Faster Data-free Knowledge Distillation</i>, 2022). In a round new latent vectors
 * and random classes are drawn, and a generator and the vectors take a few steps on them; the images of the step with the
 * smallest loss go to the images that the student learns from. Few steps are enough since the generator does not begin anew: it
 * has learnt from earlier rounds to be learnt quickly ({@link Meta}).
 */
@ServiceProvider(SynthesizerFactory.class)
public final class Fast implements SynthesizerFactory<FastOptions> {

    private static final long ROUNDS = 220;
    private static final long STUDENT_STEPS = 400;
    private static final long WARM_UP = 20;

    @Override
    public String name() {
        return "fast";
    }

    @Override
    public String description() {
        return "FastMeta: a generator that has learnt to learn makes a batch in a few steps; meta: none, reptile or fomaml";
    }

    @Override
    public FastOptions defaults() {
        return new FastOptions(
                new PluginReference("dcgan", Map.of("latent", 256, "output", "sigmoid")),
                Meta.FOMAML,
                5,
                256,
                3e-3,
                0.01,
                1e-3,
                120,
                60_000,
                List.of(
                        LossReference.of("batch-norm-statistics", 10, Map.of("momentum", 0.9)),
                        LossReference.of("target-class", 0.4),
                        LossReference.of("adversarial", 1.1, Map.of("form", "masked"))));
    }

    @Override
    public Optional<PluginReference> generator(FastOptions options) {
        return Optional.of(options.generator());
    }

    @Override
    public List<LossReference> losses(FastOptions options) {
        return options.losses();
    }

    @Override
    public boolean labelled(FastOptions options) {
        return true;
    }

    @Override
    public int imagesAtOnce(FastOptions options) {
        return options.batch();
    }

    @Override
    public Map<String, Object> suited(FastOptions options) {
        return Map.ofEntries(
                Map.entry("distillation.loss", Map.of("name", "knowledge-distillation", "temperature", 20)),
                Map.entry("distillation.batch", 256),
                Map.entry("distillation.augment", Map.of("crop-padding", 4)),
                Map.entry("distillation.schedule.rounds", ROUNDS),
                Map.entry("distillation.schedule.round-student-steps", STUDENT_STEPS),
                Map.entry("distillation.schedule.warm-up", WARM_UP),
                Map.entry(
                        "student.optimizer",
                        Map.of(
                                "name", "sgd",
                                "learning-rate", 0.2,
                                "momentum", 0.9,
                                "weight-decay", 1e-4,
                                "schedule", "cosine")));
    }

    @Override
    public Synthesizer create(Synthesis synthesis, FastOptions options) {
        return new FastRun(synthesis, options);
    }
}

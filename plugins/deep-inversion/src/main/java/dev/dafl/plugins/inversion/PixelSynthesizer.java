package dev.dafl.plugins.inversion;

import dev.dafl.plugins.inversion.DeepInversion.Options;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesis.Candidates;
import dev.dafl.spi.Synthesis.Score;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.spi.Workspace.Bank;
import dev.dafl.spi.Workspace.Learner;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.OptimizerOptions.Adam;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Optimises one batch of pixels a round. */
final class PixelSynthesizer implements Synthesizer {

    private static final Adam ADAM = new Adam(0.5, 0.99, 1e-8, 0);

    private final Synthesis synthesis;
    private final Options options;
    private final boolean labelled;
    /** {@code [batch, c, h, w]}, which the optimizer holds on to from round to round. */
    private final Tensor pixels;

    private final Learner learner;
    private final Bank bank;

    PixelSynthesizer(Synthesis synthesis, Options options, boolean labelled) {
        this.synthesis = synthesis;
        this.options = options;
        this.labelled = labelled;
        ImageShape shape = synthesis.shape();
        pixels = synthesis.tensor(
                "pixels",
                () -> Tensor.zeros(
                        DType.FLOAT32,
                        synthesis.device(),
                        options.batch(),
                        shape.channels(),
                        shape.height(),
                        shape.width()));
        pixels.requiresGrad_(true);
        learner = synthesis.learner("pixels", List.of(pixels), ADAM, LearningRate.constant(options.learningRate()));
        bank = synthesis.bank("images", options.bank());
    }

    @Override
    public Map<String, Double> synthesize(long round) {
        PixelRange range = PixelRange.of(synthesis.normalization(), synthesis.device());
        Tensor targets = targets(synthesis.random().at("targets", round));
        overwrite(noise(synthesis.random().at("noise", round)));
        learner.restart();
        Map<String, Double> told = new HashMap<>();
        synthesis.repeat(options.steps(), step -> {
            Jitter jitter = jitter(synthesis.random().at("jitter", round * options.steps() + step));
            Score score = synthesis.score(Candidates.of(jitter.of(pixels)).targets(targets));
            score.total().backward(List.of(pixels));
            learner.step();
            overwrite(range.clamped(pixels.detach()));
            if (step == options.steps() - 1) {
                told.putAll(score.values());
            }
        });
        bank.add(pixels.detach(), labelled ? Optional.of(targets) : Optional.empty());
        return told;
    }

    @Override
    public TransferBatch sample(int size, RandomGenerator random) {
        return bank.draw(size, random);
    }

    private void overwrite(Tensor values) {
        try (GradMode _ = GradMode.disabled()) {
            pixels.copy_(values);
        }
    }

    /** From N(0, 1), as normalised images are. */
    private Tensor noise(RandomGenerator random) {
        return Initializer.normal(0, 1).values(pixels.shape(), random).to(synthesis.device());
    }

    private Tensor targets(RandomGenerator random) {
        long[] classes = new long[options.batch()];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = random.nextInt(synthesis.classes());
        }
        return Tensor.of(classes, classes.length).to(synthesis.device());
    }

    private Jitter jitter(RandomGenerator random) {
        ImageShape shape = synthesis.shape();
        return Jitter.draw(
                (int) (options.jitter() * shape.height()),
                (int) (options.jitter() * shape.width()),
                options.flip(),
                random);
    }
}

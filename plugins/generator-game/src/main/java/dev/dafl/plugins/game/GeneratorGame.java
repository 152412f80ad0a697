package dev.dafl.plugins.game;

import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesis.Candidates;
import dev.dafl.spi.Synthesis.Score;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.spi.Workspace.Learner;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.OptimizerOptions.Adam;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A generator looks for images on which its losses are small, among them one that says that teacher and student disagree; the
 * student learns from what the generator makes at that moment. Nothing is kept.
 */
final class GeneratorGame implements Synthesizer {

    private static final Adam ADAM = new Adam(0.5, 0.999, 1e-8, 0);

    private final Synthesis synthesis;
    private final GameOptions options;
    private final Network generator;
    private final Learner learner;

    GeneratorGame(Synthesis synthesis, GameOptions options) {
        this.synthesis = synthesis;
        this.options = options;
        this.generator = synthesis.generator("generator");
        this.learner = synthesis.learner("generator", generator.parameters().trainable(), ADAM, rate());
    }

    private LearningRate rate() {
        return switch (options.schedule()) {
            case CONSTANT -> LearningRate.constant(options.learningRate());
            case COSINE -> LearningRate.cosine(options.learningRate(), synthesis.rounds() * options.steps(), 0);
        };
    }

    @Override
    public Map<String, Double> synthesize(long round) {
        Map<String, Double> values = new HashMap<>();
        int count = options.batch() == 0 ? synthesis.studentBatch() : options.batch();
        synthesis.repeat(options.steps(), step -> {
            Tensor latent = latent(count, synthesis.random().at("latent", round * options.steps() + step));
            Tensor images = generator.forward(latent, Pass.train());
            Score score = synthesis.score(Candidates.of(images).latent(latent));
            score.total().backward(generator.parameters().trainable());
            learner.step(options.clipNorm() == 0 ? Double.POSITIVE_INFINITY : options.clipNorm());
            if (step == options.steps() - 1) {
                values.putAll(score.values());
            }
        });
        return values;
    }

    @Override
    public TransferBatch sample(int size, RandomGenerator random) {
        return new TransferBatch(generator.forward(latent(size, random), Pass.train()), Optional.empty());
    }

    /** z ~ N(0, I). */
    private Tensor latent(int count, RandomGenerator random) {
        float[] values = new float[count * synthesis.latentSize()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, count, synthesis.latentSize()).to(synthesis.device());
    }
}

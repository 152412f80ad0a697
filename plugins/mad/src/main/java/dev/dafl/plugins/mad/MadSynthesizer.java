package dev.dafl.plugins.mad;

import dev.dafl.plugins.mad.Mad.Options;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesis.Candidates;
import dev.dafl.spi.Synthesis.Score;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.spi.Workspace.Learner;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.OptimizerOptions.Adam;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Plays against the student, and shows it what was played before. */
final class MadSynthesizer implements Synthesizer {

    private static final Adam ADAM = new Adam(0.5, 0.999, 1e-8, 0);

    private final Synthesis synthesis;
    private final Options options;
    private final Network generator;
    private final Learner learner;
    private final MovingAverage average;

    MadSynthesizer(Synthesis synthesis, Options options) {
        this.synthesis = synthesis;
        this.options = options;
        generator = synthesis.generator("generator");
        learner = synthesis.learner(
                "generator",
                generator.parameters().trainable(),
                ADAM,
                LearningRate.cosine(options.learningRate(), synthesis.rounds() * options.steps(), 0));
        average = new MovingAverage(synthesis.generator("average"), options.momentum());
    }

    @Override
    public Map<String, Double> synthesize(long round) {
        if (round == 0) {
            average.begin(generator);
        }
        Map<String, Double> told = new HashMap<>();
        int count = options.batch() == 0 ? synthesis.studentBatch() : options.batch();
        synthesis.repeat(options.steps(), step -> {
            Tensor latent = latent(count, synthesis.random().at("latent", round * options.steps() + step));
            Score score = synthesis.score(
                    Candidates.of(generator.forward(latent, Pass.train())).latent(latent));
            score.total().backward(generator.parameters().trainable());
            learner.step();
            if (step == options.steps() - 1) {
                told.putAll(score.values());
            }
        });
        average.follow(generator);
        return told;
    }

    /** The first images are the generator's own, the last those of the average. Batch norm takes each part's own statistics. */
    @Override
    public TransferBatch sample(int size, RandomGenerator random) {
        int earlier = (int) Math.round(options.share() * size);
        List<Tensor> parts = new ArrayList<>();
        if (earlier < size) {
            parts.add(generator.forward(latent(size - earlier, random), Pass.train()));
        }
        if (earlier > 0) {
            parts.add(average.network().forward(latent(earlier, random), Pass.train()));
        }
        return new TransferBatch(Functional.cat(parts, 0), Optional.empty());
    }

    /** z, {@code [count, latent]} from N(0, I). */
    private Tensor latent(int count, RandomGenerator random) {
        return Initializer.normal(0, 1)
                .values(new long[] {count, synthesis.latentSize()}, random)
                .to(synthesis.device());
    }
}

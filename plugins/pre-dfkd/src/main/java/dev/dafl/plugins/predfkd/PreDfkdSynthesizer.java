package dev.dafl.plugins.predfkd;

import dev.dafl.plugins.predfkd.PreDfkd.Options;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesis.Candidates;
import dev.dafl.spi.Synthesis.Score;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.spi.Workspace.Learner;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
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

/** In each round the generator plays against the student, then the memory learns what it made. */
final class PreDfkdSynthesizer implements Synthesizer {

    private static final Adam ADAM = new Adam(0.5, 0.999, 1e-8, 0);

    private final Synthesis synthesis;
    private final Options options;
    private final Network generator;
    private final Learner learner;
    private final Memory memory;

    PreDfkdSynthesizer(Synthesis synthesis, Options options) {
        this.synthesis = synthesis;
        this.options = options;
        generator = synthesis.generator("generator");
        learner = synthesis.learner(
                "generator",
                generator.parameters().trainable(),
                ADAM,
                LearningRate.cosine(options.learningRate(), synthesis.rounds() * options.steps(), 0));
        memory = Memory.of(synthesis, options.memoryLearningRate());
    }

    @Override
    public Map<String, Double> synthesize(long round) {
        Map<String, Double> told = new HashMap<>();
        int count = options.batch() == 0 ? synthesis.studentBatch() : options.batch();
        synthesis.repeat(options.steps(), step -> {
            Tensor latent = memory.latent(count, synthesis.random().at("latent", round * options.steps() + step));
            Score score = synthesis.score(
                    Candidates.of(generator.forward(latent, Pass.train())).latent(latent));
            score.total().backward(generator.parameters().trainable());
            learner.step();
            if (step == options.steps() - 1) {
                told.putAll(score.values());
            }
        });
        synthesis.repeat(options.memorySteps(), step -> {
            RandomGenerator random = synthesis.random().at("memory", round * options.memorySteps() + step);
            // In the first round there is nothing to be remembered yet.
            Tensor images = images(count, round == 0 ? 0 : options.share(), random);
            Tensor loss = memory.learn(images, options.beta(), random);
            if (step == options.memorySteps() - 1) {
                told.put("memory", loss.item());
            }
        });
        return told;
    }

    @Override
    public TransferBatch sample(int size, RandomGenerator random) {
        return new TransferBatch(images(size, options.share(), random), Optional.empty());
    }

    /**
     * Images without gradients: first those of the generator, then those of the memory.
     *
     * @param share of the memory
     */
    private Tensor images(int count, double share, RandomGenerator random) {
        int remembered = (int) Math.round(share * count);
        try (GradMode _ = GradMode.disabled()) {
            List<Tensor> parts = new ArrayList<>();
            if (remembered < count) {
                parts.add(generator.forward(memory.latent(count - remembered, random), Pass.train()));
            }
            if (remembered > 0) {
                parts.add(memory.images(remembered, random));
            }
            return Functional.cat(parts, 0);
        }
    }
}

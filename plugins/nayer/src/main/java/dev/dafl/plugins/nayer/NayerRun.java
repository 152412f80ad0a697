package dev.dafl.plugins.nayer;

import dev.dafl.spi.BestImages;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesis.Candidates;
import dev.dafl.spi.Synthesis.Score;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.OptimizerOptions.Adam;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The method in a run. */
final class NayerRun implements Synthesizer {

    private static final Adam ADAM = new Adam(0.5, 0.999, 1e-8, 0);

    private final Synthesis synthesis;
    private final Nayer.Options options;
    private final Tensor embeddings;
    private final Network generator;
    private final Network noise;
    private final List<Tensor> learning;
    private final Synthesis.Learner learner;
    private final Synthesis.Bank bank;

    private NayerRun(Synthesis synthesis, Nayer.Options options, Tensor embeddings) {
        this.synthesis = synthesis;
        this.options = options;
        this.embeddings = embeddings;
        int maps = Math.ceilDiv(options.batch(), synthesis.classes());
        generator = synthesis.generator("generator");
        noise = synthesis.network(
                "noisy layer", path -> NoisyLayer.of(path, maps, embeddings.size(1), synthesis.latentSize()));
        learning = Stream.of(generator, noise)
                .flatMap(network -> network.parameters().trainable().stream())
                .toList();
        learner = synthesis.learner("generator", learning, ADAM, LearningRate.constant(options.learningRate()));
        bank = synthesis.bank("images", options.bank());
    }

    static NayerRun begin(Synthesis synthesis, Nayer.Options options) throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Tensor table = options.embedding().isEmpty()
                    ? ClassEmbeddings.orthogonal(
                            synthesis.classes(),
                            options.embeddingSize(),
                            synthesis.random().at("embedding", 0))
                    : ClassEmbeddings.read(options.embedding(), synthesis.classes());
            return new NayerRun(synthesis, options, synthesis.tensor("embedding", () -> table));
        }
    }

    @Override
    public Map<String, Double> synthesize(long round) {
        begin(round);
        Balanced balanced = Balanced.of(
                options.batch(), synthesis.classes(), synthesis.random().at("targets", round));
        Tensor rows = Tensor.of(balanced.rows(), options.batch()).to(synthesis.device());
        Tensor targets = Tensor.of(balanced.classes(), options.batch()).to(synthesis.device());
        BestImages best = new BestImages(options.batch(), synthesis.shape(), synthesis.device());
        RandomGenerator numbers = synthesis.random().at("generator", round);
        synthesis.repeat(options.steps(), _ -> {
            Pass pass = Pass.train(numbers);
            Tensor latent = noise.forward(embeddings, pass).indexSelect(0, rows);
            Tensor images = generator.forward(latent, pass);
            Score score = synthesis.score(Candidates.of(images).latent(latent).targets(targets));
            best.offer(images, score);
            score.total().backward(learning);
            learner.step();
        });
        bank.add(best.images(), Optional.of(targets));
        return best.values();
    }

    /** Every round is a task of its own: other noise, and an optimizer that has seen nothing. */
    private void begin(long round) {
        learner.zeroGrad();
        learner.restart();
        if (round == 0) {
            return;
        }
        synthesis.renew(noise, round);
        if (options.renewEvery() > 0 && round % options.renewEvery() == 0) {
            synthesis.renew(generator, round / options.renewEvery());
        }
    }

    @Override
    public TransferBatch sample(int size, RandomGenerator random) {
        return bank.draw(size, random);
    }
}

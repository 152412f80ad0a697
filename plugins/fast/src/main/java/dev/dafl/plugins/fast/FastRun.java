package dev.dafl.plugins.fast;

import dev.dafl.spi.BestImages;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesis.Candidates;
import dev.dafl.spi.Synthesis.Score;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.OptimizerOptions.Adam;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The method in a run. */
final class FastRun implements Synthesizer {

    private static final Adam ADAM = new Adam(0.5, 0.999, 1e-8, 0);

    private final Synthesis synthesis;
    private final FastOptions options;
    private final Network generator;
    private final MetaLearning meta;
    private final Optional<FirstLinear> first;
    /** z, {@code [batch, latent]}. */
    private final Tensor latent;

    private final List<Tensor> learning;
    private final Synthesis.Learner generatorLearner;
    private final Synthesis.Learner latentLearner;
    private final Synthesis.Bank bank;

    FastRun(Synthesis synthesis, FastOptions options) {
        this.synthesis = synthesis;
        this.options = options;
        generator = synthesis.generator("generator");
        meta = MetaLearning.of(synthesis, options, generator, ADAM);
        first = FirstLinear.of(meta.lasting());
        if (first.isEmpty() && options.resetLayerAfter() > 0) {
            throw new IllegalArgumentException("reset-layer-after is for a generator with a linear layer, and "
                    + options.generator().name() + " has none; set it to 0");
        }
        latent = synthesis
                .tensor(
                        "latent",
                        () -> Tensor.zeros(DType.FLOAT32, Device.CPU, options.batch(), synthesis.latentSize()))
                .requiresGrad_(true);
        List<Tensor> trainable = generator.parameters().trainable();
        learning = Stream.concat(trainable.stream(), Stream.of(latent)).toList();
        generatorLearner =
                synthesis.learner("generator", trainable, ADAM, LearningRate.constant(options.learningRate()));
        latentLearner =
                synthesis.learner("latent", List.of(latent), ADAM, LearningRate.constant(options.latentLearningRate()));
        bank = synthesis.bank("images", options.bank());
    }

    @Override
    public Map<String, Double> synthesize(long round) {
        begin(round);
        Tensor targets = targets(round);
        BestImages best = new BestImages(options.batch(), synthesis.shape(), synthesis.device());
        RandomGenerator numbers = synthesis.random().at("generator", round);
        synthesis.repeat(options.steps(), _ -> {
            Tensor images = generator.forward(latent, Pass.train(numbers));
            Score score = synthesis.score(Candidates.of(images).latent(latent).targets(targets));
            best.offer(images, score);
            score.total().backward(learning);
            meta.gradients();
            generatorLearner.step();
            latentLearner.step();
        });
        meta.end();
        bank.add(best.images(), Optional.of(targets));
        return best.values();
    }

    /** Every round is a task of its own: other vectors, and optimizers that have seen nothing. */
    private void begin(long round) {
        if (options.resetLayerAfter() > 0 && round == options.resetLayerAfter()) {
            first.ifPresent(layer -> layer.reset(synthesis.random().at("reset layer", round)));
        }
        meta.begin();
        for (Synthesis.Learner learner : List.of(generatorLearner, latentLearner)) {
            learner.zeroGrad();
            learner.restart();
        }
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            latent.copy_(Initializer.normal(0, 1)
                    .values(latent.shape(), synthesis.random().at("latent", round)));
        }
    }

    private Tensor targets(long round) {
        RandomGenerator random = synthesis.random().at("targets", round);
        long[] classes = new long[options.batch()];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = random.nextInt(synthesis.classes());
        }
        return Tensor.of(classes, classes.length).to(synthesis.device());
    }

    @Override
    public TransferBatch sample(int size, RandomGenerator random) {
        return bank.draw(size, random);
    }
}

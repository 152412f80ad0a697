package dev.dafl.plugins.spaceship;

import dev.dafl.spi.BestImages;
import dev.dafl.spi.ImageShape;
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
final class SpaceshipRun implements Synthesizer {

    private static final Adam ADAM = new Adam(0.5, 0.999, 1e-8, 0);

    private final Synthesis synthesis;
    private final SpaceshipNet.Options options;
    /** Of one image. */
    private final ImageShape maps;
    /** z to feature maps. */
    private final Network first;
    /** Feature maps to images. */
    private final Network rest;
    /** z, {@code [batch, latent]}. */
    private final Tensor latent;

    private final List<Tensor> learning;
    private final Synthesis.Learner generatorLearner;
    private final Synthesis.Learner latentLearner;
    private final Synthesis.Bank bank;
    /** None where nothing is exchanged. */
    private final Optional<Synthesis.Rows> store;

    SpaceshipRun(Synthesis synthesis, SpaceshipNet.Options options) {
        this.synthesis = synthesis;
        this.options = options;
        maps = MapsToImages.maps(options.width(), synthesis.shape());
        first = synthesis.network("generator first", path -> LatentToMaps.of(path, options.latent(), maps));
        rest = synthesis.network(
                "generator rest",
                path -> MapsToImages.of(path, options.width(), synthesis.shape(), synthesis.normalization()));
        latent = synthesis
                .tensor("latent", () -> Tensor.zeros(DType.FLOAT32, Device.CPU, options.batch(), options.latent()))
                .requiresGrad_(true);
        List<Tensor> trainable = Stream.of(first, rest)
                .flatMap(network -> network.parameters().trainable().stream())
                .toList();
        learning = Stream.concat(trainable.stream(), Stream.of(latent)).toList();
        generatorLearner =
                synthesis.learner("generator", trainable, ADAM, LearningRate.constant(options.learningRate()));
        latentLearner =
                synthesis.learner("latent", List.of(latent), ADAM, LearningRate.constant(options.latentLearningRate()));
        bank = synthesis.bank("images", options.bank());
        store = options.exchanges()
                ? Optional.of(synthesis.rows("maps", options.stored(), maps.channels(), maps.height(), maps.width()))
                : Optional.empty();
    }

    @Override
    public Map<String, Double> synthesize(long round) {
        begin(round);
        Tensor targets = targets(round);
        BestImages best = new BestImages(options.batch(), synthesis.shape(), synthesis.device());
        // By the same scores, so that it keeps the maps of the step whose images the other one keeps.
        BestImages bestMaps = new BestImages(options.batch(), maps, synthesis.device());
        synthesis.repeat(options.steps(), _ -> {
            Tensor features = first.forward(latent, Pass.train());
            Tensor images = rest.forward(features, Pass.train());
            Score score = synthesis.score(Candidates.of(images).latent(latent).targets(targets));
            best.offer(images, score);
            bestMaps.offer(features, score);
            score.total().backward(learning);
            generatorLearner.step();
            latentLearner.step();
        });
        bank.add(best.images(), store.isPresent() ? Optional.empty() : Optional.of(targets));
        store.ifPresent(with -> exchange(round, bestMaps.images(), with));
        return best.values();
    }

    /** Every round is a task of its own: other vectors, and optimizers that have seen nothing. */
    private void begin(long round) {
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
        long[] classes = random.ints(options.batch(), 0, synthesis.classes())
                .asLongStream()
                .toArray();
        return Tensor.of(classes, classes.length).to(synthesis.device());
    }

    /** Images of stored maps whose channels are exchanged. */
    private void exchange(long round, Tensor newest, Synthesis.Rows with) {
        with.add(newest);
        Exchange exchange = Exchange.draw(
                options.exchangedImages(),
                with.size(),
                maps.channels(),
                options.share(),
                synthesis.random().at("exchange", round));
        try (GradMode _ = GradMode.disabled()) {
            bank.add(rest.forward(exchange.of(with.all()), Pass.train()), Optional.empty());
        }
    }

    @Override
    public TransferBatch sample(int size, RandomGenerator random) {
        return bank.draw(size, random);
    }
}

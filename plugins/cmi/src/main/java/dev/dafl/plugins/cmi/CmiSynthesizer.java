package dev.dafl.plugins.cmi;

import dev.dafl.plugins.cmi.Cmi.Options;
import dev.dafl.plugins.cmi.Comparison.Compared;
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

/** Trains a generator and its latent vectors for one batch a round. */
final class CmiSynthesizer implements Synthesizer {

    private static final Adam ADAM = new Adam(0.5, 0.999, 1e-8, 0);

    private final Synthesis synthesis;
    private final Options options;
    private final boolean labelled;
    private final Network generator;
    /** z, {@code [batch, latent]}. */
    private final Tensor latent;
    /** The generator's parameters and z. */
    private final List<Tensor> makers;

    private final Learner learner;
    private final Bank bank;
    /** None where the contrastive term has no weight. */
    private final Optional<Comparison> comparison;

    CmiSynthesizer(Synthesis synthesis, Options options, boolean labelled) {
        this.synthesis = synthesis;
        this.options = options;
        this.labelled = labelled;
        generator = synthesis.generator("generator");
        latent = synthesis.tensor("latent", () -> zeros(options.batch(), synthesis.latentSize()));
        latent.requiresGrad_(true);
        makers = new ArrayList<>(generator.parameters().trainable());
        makers.add(latent);
        learner = synthesis.learner("generator", makers, ADAM, LearningRate.constant(options.learningRate()));
        bank = synthesis.bank("images", options.bank());
        comparison = options.contrast() > 0 ? Optional.of(new Comparison(synthesis, options, ADAM)) : Optional.empty();
    }

    @Override
    public Map<String, Double> synthesize(long round) {
        synthesis.renew(generator, round + 1);
        Tensor targets = begin(round);
        ImageShape shape = synthesis.shape();
        Tensor images = zeros(options.batch(), shape.channels(), shape.height(), shape.width());
        Tensor embeddings = zeros(options.batch(), options.embedding());
        Best best = new Best(images, embeddings);
        Map<String, Double> told = new HashMap<>();
        synthesis.repeat(options.steps(), step -> {
            Map<String, Double> losses = step(round * options.steps() + step, targets, best);
            if (step == options.steps() - 1) {
                told.putAll(losses);
            }
        });
        bank.add(images, labelled ? Optional.of(targets) : Optional.empty());
        comparison.ifPresent(with -> with.remember(embeddings));
        return told;
    }

    @Override
    public TransferBatch sample(int size, RandomGenerator random) {
        return bank.draw(size, random);
    }

    /**
     * Draws z anew.
     *
     * @return the classes that the images are to show, int64 {@code [batch]}
     */
    private Tensor begin(long round) {
        RandomGenerator random = synthesis.random().at("batch", round);
        try (GradMode _ = GradMode.disabled()) {
            latent.copy_(Initializer.normal(0, 1).values(latent.shape(), random));
        }
        learner.restart();
        long[] classes = new long[options.batch()];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = random.nextInt(synthesis.classes());
        }
        return Tensor.of(classes, classes.length).to(synthesis.device());
    }

    /**
     * A step of all that learns.
     *
     * @param step of the whole run
     */
    private Map<String, Double> step(long step, Tensor targets, Best best) {
        RandomGenerator random = synthesis.random().at("views", step);
        Tensor images = generator.forward(latent, Pass.train());
        Tensor moved = moved(random).of(images);
        Score score = synthesis.score(Candidates.of(moved).latent(latent).targets(targets));
        Map<String, Double> told = new HashMap<>(score.values());
        if (comparison.isEmpty()) {
            best.offer(score.total().item(), images);
            score.total().backward(makers);
        } else {
            Tensor cropped = View.cropped(options.batch(), options.crop(), options.flip(), random)
                    .of(images);
            Compared compared = comparison.get().of(moved, score.teacher().batchNormInputs(), cropped, step);
            told.put("contrast", compared.loss().item());
            Tensor total = score.total().addScaled(compared.loss(), options.contrast());
            best.offer(total.item(), images, compared.embeddings());
            List<Tensor> learning = new ArrayList<>(makers);
            learning.addAll(compared.learning());
            total.backward(learning);
            comparison.get().step();
        }
        learner.step();
        return told;
    }

    private View moved(RandomGenerator random) {
        ImageShape shape = synthesis.shape();
        return View.moved(
                options.batch(),
                shape.height(),
                shape.width(),
                (int) (options.shift() * shape.height()),
                (int) (options.shift() * shape.width()),
                options.flip(),
                random);
    }

    private Tensor zeros(long... sizes) {
        return Tensor.zeros(DType.FLOAT32, synthesis.device(), sizes);
    }
}

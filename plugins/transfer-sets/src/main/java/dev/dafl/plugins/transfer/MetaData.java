package dev.dafl.plugins.transfer;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.spi.TransferSetFactory;
import dev.dafl.spi.TransferSource;
import dev.dafl.spi.TransferSource.ActivationStatistics;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.optim.Optimizer;
import dev.dafl.tensor.optim.OptimizerOptions.Adam;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Images that are reconstructed from what was recorded of the teacher's activations (Lopes et al., Data-Free Knowledge
 * Distillation for Deep Neural Networks, 2017; the row "meta-data" of DAFL's tables). For each image a class is drawn, then
 * activations from the normal distribution that was recorded for the class; then noise is changed along the gradient until the
 * teacher's activations on it are those: x = argmin |a(x) - a|^2.
 */
@ServiceProvider(TransferSetFactory.class)
public final class MetaData implements TransferSetFactory<MetaData.Options> {

    /** Which of the teacher's activations an image has to bring about. */
    public enum Layer {
        /** What enters the last stage of fully connected layers. */
        FEATURES,
        /** The logits, the top layer. */
        LOGITS
    }

    /**
     * @param images to reconstruct, once, at the beginning
     * @param steps along the gradient for each
     * @param learningRate of Adam on the pixels
     * @param layer whose activations are matched
     */
    public record Options(
            @Range(min = 1) int images,
            @Range(min = 1) int steps,
            @Range(above = 0) double learningRate,
            Layer layer) {

        public Options {
            Ranges.require(Options.class, images, steps, learningRate, layer);
        }
    }

    private static final int AT_ONCE = 250;

    @Override
    public String name() {
        return "meta-data";
    }

    @Override
    public String description() {
        return "images reconstructed from the recorded activations of the teacher";
    }

    @Override
    public Options defaults() {
        return new Options(4000, 100, 0.1, Layer.FEATURES);
    }

    @Override
    public Set<Need> needs(Options options) {
        return Set.of(Need.ACTIVATION_STATISTICS);
    }

    @Override
    public TransferSet create(TransferSource source, Options options) throws IOException {
        ActivationStatistics statistics = source.statistics();
        Tensor mean = options.layer() == Layer.FEATURES ? statistics.featureMean() : statistics.logitMean();
        Tensor std = options.layer() == Layer.FEATURES ? statistics.featureStd() : statistics.logitStd();
        List<Tensor> parts = new ArrayList<>();
        for (int done = 0; done < options.images(); done += AT_ONCE) {
            int size = Math.min(AT_ONCE, options.images() - done);
            parts.add(reconstructed(
                    source, options, mean, std, size, source.random().at("meta-data", done)));
        }
        Tensor images = Functional.cat(parts, 0);
        return (size, random) -> new TransferBatch(drawn(images, size, random), Optional.empty());
    }

    private static Tensor reconstructed(
            TransferSource source, Options options, Tensor mean, Tensor std, int size, RandomGenerator random) {
        try (TensorScope _ = TensorScope.open()) {
            Tensor wanted = wanted(source, options.layer(), mean, std, size, random);
            Tensor images = NormalNoise.noise(source, size, random).requiresGrad_(true);
            try (Optimizer optimizer = Optimizer.of(Adam.DEFAULTS, List.of(images))) {
                for (int step = 0; step < options.steps(); step++) {
                    try (TensorScope _ = TensorScope.open()) {
                        var judgement = source.judge(images);
                        Tensor activations =
                                options.layer() == Layer.FEATURES ? judgement.features() : judgement.logits();
                        // The sum over images keeps each image's gradient its own, however many are made at once.
                        activations.sub(wanted).square().mean(false, 1).sum().backward();
                        optimizer.step(options.learningRate());
                    }
                }
            }
            return images.detach().toOuter();
        }
    }

    /** Activations {@code [size, d]} drawn from those recorded; what a ReLU gives is not below 0. */
    private static Tensor wanted(
            TransferSource source, Layer layer, Tensor mean, Tensor std, int size, RandomGenerator random) {
        try (GradMode _ = GradMode.disabled()) {
            long[] classes = new long[size];
            float[] deviations = new float[Math.toIntExact(size * mean.size(1))];
            for (int i = 0; i < size; i++) {
                classes[i] = random.nextInt(source.classes());
            }
            for (int i = 0; i < deviations.length; i++) {
                deviations[i] = (float) random.nextGaussian();
            }
            Tensor which = Tensor.of(classes, size).to(source.device());
            Tensor drawn = mean.indexSelect(0, which)
                    .add(std.indexSelect(0, which)
                            .mul(Tensor.of(deviations, size, mean.size(1)).to(source.device())));
            return layer == Layer.FEATURES ? drawn.relu() : drawn.to(DType.FLOAT32);
        }
    }

    private static Tensor drawn(Tensor images, int size, RandomGenerator random) {
        long[] which = new long[size];
        for (int i = 0; i < size; i++) {
            which[i] = random.nextLong(images.size(0));
        }
        return images.indexSelect(0, Tensor.of(which, size).to(images.device()));
    }
}

package dev.dafl.engine.training;

import dev.dafl.spi.ImageShape;
import dev.dafl.spi.TransferSource.ActivationStatistics;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Records what a trained teacher's activations are like over its training images, in float32, class by class. */
public final class Statistics {

    private static final int BATCH = 1000;

    private Statistics() {}

    /** Whether the teacher names features, without which there is nothing to record. */
    public static boolean canBeRecorded(Network teacher, ImageShape shape) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Pass pass = Pass.frozen().recording(Set.of(Recorded.FEATURES));
            teacher.forward(
                    Tensor.zeros(
                            DType.FLOAT32,
                            teacher.parameters().device(),
                            1,
                            shape.channels(),
                            shape.height(),
                            shape.width()),
                    pass);
            return pass.features().isPresent();
        }
    }

    /**
     * Looks at all images.
     *
     * @param teacher names features
     * @return tensors of the innermost scope
     */
    public static ActivationStatistics of(Network teacher, LabelledImages data, int classes) {
        Network exact = teacher.inFloat32();
        try (TensorScope scope = TensorScope.open()) {
            Moments features = new Moments(scope);
            Moments logits = new Moments(scope);
            Sum members = new Sum(scope);
            data.inBatches(BATCH, (images, labels) -> {
                Pass pass = Pass.frozen().recording(Set.of(Recorded.FEATURES));
                Tensor y = exact.forward(images, pass);
                // [k, n]: a row for each class, 1 where an image is of it.
                Tensor belongs =
                        Functional.oneHot(labels, classes).to(DType.FLOAT64).transpose(0, 1);
                features.add(belongs, pass.features().orElseThrow().to(DType.FLOAT64));
                logits.add(belongs, y.to(DType.FLOAT64));
                members.add(belongs.sum(true, 1));
            });
            Tensor counts = members.value();
            Tensor images = counts.maximum(Tensor.ones(DType.FLOAT64, counts.device(), 1, 1));
            return new ActivationStatistics(
                    features.mean(images).toOuter(),
                    features.std(images).toOuter(),
                    logits.mean(images).toOuter(),
                    logits.std(images).toOuter());
        }
    }

    /** As they are kept in a file. */
    public static Map<String, Tensor> named(ActivationStatistics statistics) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        named.put("features.mean", statistics.featureMean());
        named.put("features.std", statistics.featureStd());
        named.put("logits.mean", statistics.logitMean());
        named.put("logits.std", statistics.logitStd());
        return named;
    }

    /** @throws IllegalArgumentException when one is missing */
    public static ActivationStatistics read(Map<String, Tensor> named) {
        return new ActivationStatistics(
                one(named, "features.mean"),
                one(named, "features.std"),
                one(named, "logits.mean"),
                one(named, "logits.std"));
    }

    private static Tensor one(Map<String, Tensor> named, String name) {
        Tensor tensor = named.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return tensor;
    }

    /** Sums of values and of their squares, by class. */
    private static final class Moments {

        private final Sum sum;
        private final Sum squares;

        Moments(TensorScope scope) {
            sum = new Sum(scope);
            squares = new Sum(scope);
        }

        void add(Tensor members, Tensor values) {
            sum.add(members.matmul(values));
            squares.add(members.matmul(values.square()));
        }

        Tensor mean(Tensor images) {
            return sum.value().div(images).to(DType.FLOAT32);
        }

        Tensor std(Tensor images) {
            Tensor mean = sum.value().div(images);
            return squares.value().div(images).sub(mean.square()).relu().sqrt().to(DType.FLOAT32);
        }
    }

    /** What has been added so far, in a scope that outlives what is added. */
    private static final class Sum {

        private final TensorScope scope;
        private @Nullable Tensor value;

        Sum(TensorScope scope) {
            this.scope = scope;
        }

        void add(Tensor more) {
            value = (value == null ? more : value.add(more)).moveTo(scope);
        }

        Tensor value() {
            return Objects.requireNonNull(value, "no data set is empty");
        }
    }
}

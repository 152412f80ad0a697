package dev.dafl.spi;

import dev.dafl.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How far the student is from the teacher on a batch of images: what trains the student. A pure function. */
public non-sealed interface DistillationLoss<O extends Record> extends Plugin<O> {

    /** What the batch must hold besides images and logits. It is asked before anything is trained. */
    default Set<Need> needs(O options) {
        return Set.of();
    }

    /** @return the loss to be made small: one finite float32 number without dimensions */
    Tensor compute(DistillationBatch batch, O options);

    /** Parts of a {@link DistillationBatch} that are there only where a loss asks for them. */
    enum Need {
        /** {@link DistillationBatch#labels()}. */
        LABELS,
        /** {@link DistillationBatch#teacherFeatures()} and {@link DistillationBatch#studentFeatures()}. */
        FEATURES,
        /** {@link DistillationBatch#teacherLayers()} and {@link DistillationBatch#studentLayers()}. */
        LAYERS
    }

    /** A batch for the student. Gradients flow through what is the student's only. All floating tensors are float32. */
    final class DistillationBatch {

        private final Builder all;

        private DistillationBatch(Builder all) {
            this.all = all;
        }

        /**
         * A batch, for the engine and for tests of losses.
         *
         * @param images {@code [n, c, h, w]}
         * @param studentLogits {@code [n, classes]}
         * @param teacherLogits {@code [n, classes]}
         */
        public static Builder of(Tensor images, Tensor studentLogits, Tensor teacherLogits) {
            return new Builder(images, studentLogits, teacherLogits);
        }

        /** {@code [n, c, h, w]}. */
        public Tensor images() {
            return all.images;
        }

        /** {@code [n, classes]}. */
        public Tensor studentLogits() {
            return all.studentLogits;
        }

        /** {@code [n, classes]}. */
        public Tensor teacherLogits() {
            return all.teacherLogits;
        }

        /** int64 {@code [n]} where the images have any. Those of images that a method made are the classes it meant. */
        public Optional<Tensor> labels() {
            return Optional.ofNullable(all.labels);
        }

        /** {@code [n, d]}: what enters the last stage of fully connected layers. */
        public Tensor teacherFeatures() {
            return there(all.teacherFeatures, "features", "FEATURES");
        }

        /** {@code [n, e]}: what enters the last stage of fully connected layers. */
        public Tensor studentFeatures() {
            return there(all.studentFeatures, "features", "FEATURES");
        }

        /** Activations inside, by the teacher's names for them, in its order; see {@link dev.dafl.tensor.nn.Pass#layer}. */
        public SequencedMap<String, Tensor> teacherLayers() {
            return there(all.teacherLayers, "layers", "LAYERS");
        }

        /** Activations inside, by the student's names for them, in its order. */
        public SequencedMap<String, Tensor> studentLayers() {
            return there(all.studentLayers, "layers", "LAYERS");
        }

        /** Which share of the student's training is done, 0 to 1. */
        public double progress() {
            return all.progress;
        }

        private static <T> T there(@Nullable T value, String what, String need) {
            return Optional.ofNullable(value)
                    .orElseThrow(() -> new IllegalStateException("a distillation loss that reads " + what
                            + " names Need." + need + " in needs(), and both networks hand them over"));
        }

        /** Gathers a batch. */
        public static final class Builder {

            private final Tensor images;
            private final Tensor studentLogits;
            private final Tensor teacherLogits;
            private @Nullable Tensor labels;
            private @Nullable Tensor teacherFeatures;
            private @Nullable Tensor studentFeatures;
            private @Nullable SequencedMap<String, Tensor> teacherLayers;
            private @Nullable SequencedMap<String, Tensor> studentLayers;
            private double progress;

            private Builder(Tensor images, Tensor studentLogits, Tensor teacherLogits) {
                this.images = images;
                this.studentLogits = studentLogits;
                this.teacherLogits = teacherLogits;
            }

            /** See {@link DistillationBatch#labels}. */
            public Builder labels(Tensor value) {
                labels = value;
                return this;
            }

            /** See {@link DistillationBatch#teacherFeatures} and {@link DistillationBatch#studentFeatures}. */
            public Builder features(Tensor teacher, Tensor student) {
                teacherFeatures = teacher;
                studentFeatures = student;
                return this;
            }

            /** See {@link DistillationBatch#teacherLayers} and {@link DistillationBatch#studentLayers}. */
            public Builder layers(SequencedMap<String, Tensor> teacher, SequencedMap<String, Tensor> student) {
                teacherLayers = new LinkedHashMap<>(teacher);
                studentLayers = new LinkedHashMap<>(student);
                return this;
            }

            /** See {@link DistillationBatch#progress}; 0 where it is not given. */
            public Builder progress(double value) {
                progress = value;
                return this;
            }

            /** The batch; this builder is done with. */
            public DistillationBatch build() {
                return new DistillationBatch(this);
            }
        }
    }
}

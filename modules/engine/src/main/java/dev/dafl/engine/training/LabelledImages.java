package dev.dafl.engine.training;

import dev.dafl.engine.config.AugmentConfig;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A split on the device as bytes, normalised and resized batch by batch. Its tensors belong to the scope that it was made
 * in.
 */
public final class LabelledImages {

    private final Tensor images;
    private final Tensor labels;
    private final Tensor scale;
    private final Tensor shift;
    private final ImageShape shape;
    private final int border;
    private final Optional<Augmentation> augmentation;

    private LabelledImages(
            Tensor images,
            Tensor labels,
            Tensor scale,
            Tensor shift,
            ImageShape shape,
            int border,
            Optional<Augmentation> augmentation) {
        this.images = images;
        this.labels = labels;
        this.scale = scale;
        this.shift = shift;
        this.shape = shape;
        this.border = border;
        this.augmentation = augmentation;
    }

    /** @param shape whose height and width images are resized to, bilinearly */
    public LabelledImages(Split split, Normalization normalization, ImageShape shape, Device device) {
        this.images = split.images().to(device);
        this.labels = split.labels().to(device);
        this.shape = shape;
        this.border = 0;
        this.augmentation = Optional.empty();
        int channels = normalization.mean().size();
        float[] scales = new float[channels];
        float[] shifts = new float[channels];
        for (int c = 0; c < channels; c++) {
            scales[c] = (float) (1 / (255 * normalization.std().get(c)));
            shifts[c] =
                    (float) (-normalization.mean().get(c) / normalization.std().get(c));
        }
        this.scale = Tensor.of(scales, 1, channels, 1, 1).to(device);
        this.shift = Tensor.of(shifts, 1, channels, 1, 1).to(device);
    }

    /** Where the images are. */
    public Device device() {
        return labels.device();
    }

    public long count() {
        return labels.size(0);
    }

    /** The same images, which {@link #batch} and {@link #augmented} change at random, where {@code augment} says how. */
    public LabelledImages with(Optional<AugmentConfig> augment) {
        return new LabelledImages(images, labels, scale, shift, shape, border, augment.map(Augmentation::new));
    }

    /**
     * The same images, each resized to leave {@code border} black pixels on every side.
     *
     * @throws IllegalArgumentException when that leaves no room for an image
     */
    public LabelledImages within(int border) {
        if (border < 0 || 2 * border >= Math.min(shape.height(), shape.width())) {
            throw new IllegalArgumentException("a border of " + border + " pixels leaves no room in images of "
                    + shape.height() + "x" + shape.width() + "; it is 0 or more and less than half of them");
        }
        return new LabelledImages(images, labels, scale, shift, shape, border, augmentation);
    }

    /** Images with their labels, each drawn from all. */
    public TransferBatch batch(int count, RandomGenerator random) {
        long[] which = new long[count];
        for (int i = 0; i < count; i++) {
            which[i] = random.nextLong(count());
        }
        Tensor indices = Tensor.of(which, count).to(labels.device());
        return new TransferBatch(augmented(indices, random), Optional.of(labels(indices)));
    }

    /** float32 {@code [k, c, h, w]} for int64 indices {@code [k]} on the device, changed at random where that was asked for. */
    Tensor augmented(Tensor indices, RandomGenerator random) {
        Tensor bytes = images.indexSelect(0, indices);
        return normalised(augmentation.isPresent() ? augmentation.get().of(bytes, random) : bytes);
    }

    /** int64 {@code [k]}. */
    Tensor labels(Tensor indices) {
        return labels.indexSelect(0, indices);
    }

    /** The images from {@code start} on, {@code length} of them. */
    Tensor images(long start, long length) {
        return normalised(images.narrow(0, start, length));
    }

    Tensor labels(long start, long length) {
        return labels.narrow(0, start, length);
    }

    private Tensor normalised(Tensor bytes) {
        Tensor x = bytes.to(DType.FLOAT32);
        int height = shape.height() - 2 * border;
        int width = shape.width() - 2 * border;
        if (x.size(2) != height || x.size(3) != width) {
            x = Functional.upsampleBilinear2d(x, height, width);
        }
        if (border > 0) {
            x = Functional.pad2d(x, border, border, border, border);
        }
        return x.mul(scale).add(shift);
    }
}

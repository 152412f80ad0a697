package dev.dafl.engine.training;

import dev.dafl.engine.config.AugmentConfig;
import dev.dafl.engine.config.DataConfig.Fit;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/**
 * A split as bytes, normalised and resized batch by batch. It lies on the device, or stays where it was read where that would take
 * too much of the device's memory; then each batch goes there. Its tensors belong to the scope that it was made in.
 */
public final class LabelledImages {

    /** A set that is larger stays out of the memory of a device that has its own. */
    private static final long MOST_BYTES_ON_DEVICE = 2L << 30;

    private final Tensor images;
    private final Tensor labels;
    private final Tensor scale;
    private final Tensor shift;
    private final ImageShape shape;
    private final Fit fit;
    private final int border;
    private final Optional<Augmentation> augmentation;

    private LabelledImages(
            Tensor images,
            Tensor labels,
            Tensor scale,
            Tensor shift,
            ImageShape shape,
            Fit fit,
            int border,
            Optional<Augmentation> augmentation) {
        this.images = images;
        this.labels = labels;
        this.scale = scale;
        this.shift = shift;
        this.shape = shape;
        this.fit = fit;
        this.border = border;
        this.augmentation = augmentation;
    }

    /** @param shape whose height and width images are resized to, bilinearly */
    public LabelledImages(Split split, Normalization normalization, ImageShape shape, Device device) {
        this.images = split.images().numel() > MOST_BYTES_ON_DEVICE
                ? split.images().alias()
                : split.images().to(device);
        this.labels = split.labels().to(device);
        this.shape = shape;
        this.fit = Fit.RESIZE;
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

    /** Where batches are. */
    public Device device() {
        return labels.device();
    }

    /** Of the images of batches. */
    ImageShape shape() {
        return shape;
    }

    public long count() {
        return labels.size(0);
    }

    /** The same images, which {@link #batch} and {@link #augmented} change at random, where {@code augment} says how. */
    public LabelledImages with(Optional<AugmentConfig> augment) {
        return new LabelledImages(images, labels, scale, shift, shape, fit, border, augment.map(Augmentation::new));
    }

    /** The same images, brought to their shape in another way. With {@link Fit#PAD} none is larger than that. */
    public LabelledImages fitted(Fit other) {
        return new LabelledImages(images, labels, scale, shift, shape, other, border, augmentation);
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
        return new LabelledImages(images, labels, scale, shift, shape, fit, border, augmentation);
    }

    /** Images with their labels, each drawn from all. */
    public TransferBatch batch(int count, RandomGenerator random) {
        long[] which = new long[count];
        for (int i = 0; i < count; i++) {
            which[i] = random.nextLong(count());
        }
        return batch(which, random);
    }

    /** Those images with their labels, changed at random where that was asked for. */
    TransferBatch batch(long[] which, RandomGenerator random) {
        Tensor indices = Tensor.of(which, which.length);
        Tensor bytes = images.indexSelect(0, indices.to(images.device())).to(device());
        return new TransferBatch(
                normalised(augmentation.isPresent() ? augmentation.get().of(bytes, random) : bytes),
                Optional.of(labels.indexSelect(0, indices.to(device()))));
    }

    /**
     * The images from {@code start} on, {@code length} of them, as they are: nothing is changed at random.
     *
     * @return float32 {@code [length, c, h, w]}, normalised
     */
    public Tensor images(long start, long length) {
        return normalised(images.narrow(0, start, length).to(device()));
    }

    /**
     * Shows all images as they are, in order, without gradients; what is made of some is freed before the next.
     *
     * @param most images at once, of large ones fewer
     * @param use is given images {@code [n, c, h, w]} with their labels {@code [n]}
     */
    void inBatches(int most, BiConsumer<Tensor, Tensor> use) {
        int batch = ImagesAtOnce.of(most, shape);
        try (GradMode _ = GradMode.disabled()) {
            for (long start = 0; start < count(); start += batch) {
                try (TensorScope _ = TensorScope.open()) {
                    long length = Math.min(batch, count() - start);
                    use.accept(images(start, length), labels.narrow(0, start, length));
                }
            }
        }
    }

    private Tensor normalised(Tensor bytes) {
        Tensor x = bytes.to(DType.FLOAT32);
        int height = shape.height() - 2 * border;
        int width = shape.width() - 2 * border;
        x = switch (fit) {
            case RESIZE -> resized(x, height, width);
            case PAD -> padded(x, height, width);
            case CROP -> cropped(x, height, width);
        };
        if (border > 0) {
            x = Functional.pad2d(x, border, border, border, border);
        }
        return x.mul(scale).add(shift);
    }

    private static Tensor resized(Tensor x, long height, long width) {
        return x.size(2) == height && x.size(3) == width ? x : Functional.upsampleBilinear2d(x, height, width);
    }

    private static Tensor padded(Tensor x, long height, long width) {
        long down = height - x.size(2);
        long across = width - x.size(3);
        return Functional.pad2d(x, across / 2, across - across / 2, down / 2, down - down / 2);
    }

    /** To the pixel as torchvision's {@code Resize} and {@code CenterCrop} do it. */
    private static Tensor cropped(Tensor x, long height, long width) {
        boolean flat = x.size(2) * width <= height * x.size(3);
        long resizedHeight = flat ? height : width * x.size(2) / x.size(3);
        long resizedWidth = flat ? height * x.size(3) / x.size(2) : width;
        return resized(x, resizedHeight, resizedWidth)
                .narrow(2, (long) Math.rint((resizedHeight - height) / 2.0), height)
                .narrow(3, (long) Math.rint((resizedWidth - width) / 2.0), width);
    }
}

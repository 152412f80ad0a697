package dev.dafl.engine.training;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.Optional;

/**
 * A split on the device as bytes, normalised and resized batch by batch. Its tensors belong to the scope that it was made
 * in.
 */
public final class LabelledImages {

    private final Tensor images;
    private final Tensor labels;
    private final Tensor scale;
    private final Tensor shift;
    private final Optional<Integer> size;

    /** @param size height and width to resize to, bilinearly */
    public LabelledImages(Split split, Normalization normalization, Optional<Integer> size, Device device) {
        this.images = split.images().to(device);
        this.labels = split.labels().to(device);
        this.size = size;
        int channels = normalization.mean().size();
        float[] scales = new float[channels];
        float[] shifts = new float[channels];
        for (int c = 0; c < channels; c++) {
            scales[c] = (float) (1 / (255 * normalization.std().get(c)));
            shifts[c] = (float) (-normalization.mean().get(c) / normalization.std().get(c));
        }
        this.scale = Tensor.of(scales, 1, channels, 1, 1).to(device);
        this.shift = Tensor.of(shifts, 1, channels, 1, 1).to(device);
    }

    public long count() {
        return labels.size(0);
    }

    /** float32 {@code [k, c, h, w]} for int64 indices {@code [k]} on the device. */
    Tensor images(Tensor indices) {
        return normalised(images.indexSelect(0, indices));
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
        if (size.isPresent() && (x.size(2) != size.get() || x.size(3) != size.get())) {
            x = Functional.upsampleBilinear2d(x, size.get(), size.get());
        }
        return x.mul(scale).add(shift);
    }
}

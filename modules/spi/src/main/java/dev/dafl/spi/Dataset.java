package dev.dafl.spi;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import java.util.List;

/**
 * Labelled images. Their tensors may be files that are mapped into memory and larger than it: whoever reads them takes a part
 * after another, {@code narrow(0, start, length)} or {@code indexSelect(0, indices)}.
 *
 * @param shape of each image as stored
 * @param classNames by label
 * @param normalization what the images are normalised with before a network sees them
 * @param train to train on
 * @param test to measure on
 */
public record Dataset(ImageShape shape, List<String> classNames, Normalization normalization, Split train, Split test) {

    public Dataset {
        classNames = List.copyOf(classNames);
        if (classNames.size() < 2) {
            throw new IllegalArgumentException("a dataset has at least two classes, not " + classNames.size());
        }
        train.requireShape(shape);
        test.requireShape(shape);
    }

    public int classes() {
        return classNames.size();
    }

    /**
     * Part of a dataset.
     *
     * @param images uint8 {@code [n, c, h, w]}, 0 black to 255
     * @param labels int64 {@code [n]}, from 0
     */
    public record Split(Tensor images, Tensor labels) {

        public Split {
            if (images.dtype() != DType.UINT8
                    || images.dim() != 4
                    || labels.dtype() != DType.INT64
                    || labels.dim() != 1
                    || images.size(0) != labels.size(0)
                    || labels.size(0) == 0) {
                throw new IllegalArgumentException("a split is uint8 images [n, c, h, w] and as many int64 labels [n],"
                        + " not " + images + " and " + labels);
            }
        }

        public long size() {
            return labels.size(0);
        }

        private void requireShape(ImageShape shape) {
            if (images.size(1) != shape.channels()
                    || images.size(2) != shape.height()
                    || images.size(3) != shape.width()) {
                throw new IllegalArgumentException("images " + images + " are not of the shape " + shape);
            }
        }
    }

    /**
     * x = (pixel / 255 - mean) / std, channel by channel.
     *
     * @param mean one for each channel
     * @param std one for each channel, above 0
     */
    public record Normalization(List<Double> mean, List<Double> std) {

        public Normalization {
            mean = List.copyOf(mean);
            std = List.copyOf(std);
            if (mean.size() != std.size() || std.stream().anyMatch(s -> s <= 0)) {
                throw new IllegalArgumentException(
                        "normalization needs as many means as standard deviations above 0, not " + mean + " and "
                                + std);
            }
        }

        /** For images of one channel. */
        public static Normalization grey(double mean, double std) {
            return new Normalization(List.of(mean), List.of(std));
        }
    }
}

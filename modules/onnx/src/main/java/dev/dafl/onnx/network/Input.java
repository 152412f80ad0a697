package dev.dafl.onnx.network;

import dev.dafl.tensor.Tensor;

/**
 * What a graph takes images in.
 *
 * @param name of the graph's input
 */
public record Input(String name, Order order) {

    /** How images lie in it. */
    public enum Order {
        /** {@code [n, c, h, w]}, as PyTorch has them and dafl. */
        CHANNELS_FIRST,
        /** {@code [n, h, w, c]}, as TensorFlow has them. */
        CHANNELS_LAST,
        /** {@code [n, h, w]}, grey images. */
        GREY,
        /** {@code [n, c * h * w]}. */
        FLAT
    }

    /** @param images {@code [n, c, h, w]} */
    Tensor of(Tensor images) {
        return switch (order) {
            case CHANNELS_FIRST -> images;
            case CHANNELS_LAST -> images.permute(0, 2, 3, 1);
            case GREY -> images.squeeze(1);
            case FLAT -> images.flatten(1);
        };
    }
}

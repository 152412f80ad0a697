package dev.dafl.engine.config;

/**
 * Random changes of training images.
 *
 * @param cropPadding pixels of black around an image, out of which a piece of its old size is cut at random; 0
 * @param flip whether each image is mirrored left to right or not, at random; false
 */
public record AugmentConfig(Integer cropPadding, Boolean flip) {

    public AugmentConfig {
        cropPadding = cropPadding == null ? 0 : cropPadding;
        flip = flip != null && flip;
        Require.atLeast(0, cropPadding, "crop-padding");
    }
}

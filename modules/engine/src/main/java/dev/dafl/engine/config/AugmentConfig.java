package dev.dafl.engine.config;

import dev.dafl.spi.Range;

/**
 * Random changes of training images.
 *
 * @param cropPadding pixels of black around an image, out of which a piece of its old size is cut at random; 0
 * @param flip whether each image is mirrored left to right or not, at random; false
 * @param cutout pixels along the side of a black square that lies somewhere on each image, in part outside of it where its
 *     middle is near an edge (cutout, DeVries and Taylor 2017); 0
 * @param distort how much each image is turned, slanted, stretched, moved and made paler or stronger at random, from 0, not at
 *     all, to 1; 0
 */
public record AugmentConfig(
        @Range(min = 0) Integer cropPadding,
        Boolean flip,
        @Range(min = 0) Integer cutout,
        @Range(min = 0, max = 1) Double distort) {

    public AugmentConfig {
        cropPadding = cropPadding == null ? 0 : cropPadding;
        flip = flip != null && flip;
        cutout = cutout == null ? 0 : cutout;
        distort = distort == null ? 0 : distort;
    }
}

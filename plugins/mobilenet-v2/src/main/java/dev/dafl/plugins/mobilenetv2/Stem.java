package dev.dafl.plugins.mobilenetv2;

/** For which images a network's first layers are. Parameters have the same names and shapes with both. */
public enum Stem {
    /**
     * For images such as CIFAR's: stride 1 in the first convolution, {@code features.0}, and in the stage of 24 channels,
     * {@code features.2}. Three halvings are left, at {@code features.4}, {@code features.7} and {@code features.14}. It is
     * torchvision's network with {@code [6, 24, 2, 1]} in its {@code inverted_residual_setting}: where a width makes that stage
     * as wide as the one before, as 0.35 does, {@code features.2} adds its input.
     */
    SMALL,
    /** The paper's, for images such as ImageNet's: these two have stride 2 as well, which makes five halvings. */
    IMAGENET;

    /** How many times the network halves height and width. */
    int halvings() {
        return this == SMALL ? 3 : 5;
    }

    /** The stride of a layer at which height and width are halved for large images only. */
    int stride() {
        return this == SMALL ? 1 : 2;
    }
}

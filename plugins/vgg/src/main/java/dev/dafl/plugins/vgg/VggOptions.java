package dev.dafl.plugins.vgg;

/**
 * Which form of a network.
 *
 * @param batchNorm whether a batch norm follows each convolution, as in torchvision's {@code vgg11_bn}; yes
 * @param head what follows the convolutions; small
 */
public record VggOptions(boolean batchNorm, Head head) {

    static final VggOptions DEFAULTS = new VggOptions(true, Head.SMALL);
}

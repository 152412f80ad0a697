package dev.dafl.plugins.resnet;

import java.util.List;

/**
 * The paper's networks for CIFAR (section 4.2): a 3x3 convolution to 16 channels, three stages of 16, 32 and 64 channels with as
 * many blocks each. Their weights are found under the names of two implementations, which differ in what they do where the
 * shape changes.
 */
public final class CifarResNet {

    private CifarResNet() {}

    /**
     * @param shortcut {@code pad}, the paper's, whose last layer is {@code linear} as in akamaster's
     *     {@code pytorch_resnet_cifar10}; or {@code projection}, whose last layer is {@code fc} and whose shortcuts are
     *     {@code downsample.0} and {@code downsample.1} as in chenyaofo's {@code pytorch-cifar-models}; pad
     */
    public record Options(Shortcut shortcut) {

        static final Options DEFAULTS = new Options(Shortcut.PAD);
    }

    /** @param blocks of each stage; the network has 6 blocks + 2 layers with weights */
    static ResNet.Plan plan(String name, int blocks, Options options) {
        Shortcut shortcut = options.shortcut();
        return new ResNet.Plan(
                name,
                Stem.SMALL,
                16,
                List.of(blocks, blocks, blocks),
                (path, in, width, stride) -> BasicBlock.of(path, in, width, stride, shortcut),
                1,
                shortcut == Shortcut.PAD ? "linear" : "fc");
    }
}

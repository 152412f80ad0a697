package dev.dafl.plugins.resnet;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Sequential;

/** How an input comes round a block that changes its shape; round other blocks it comes as it is. */
public enum Shortcut {
    /** The paper's option A: every {@code stride}-th pixel, and channels of zeros before and behind; no parameters. */
    PAD {
        @Override
        Layer changing(ParameterPath path, int in, int out, int stride) {
            int before = (out - in) / 2;
            int behind = out - in - before;
            return (x, _) -> {
                // Windows of one pixel are the pixels themselves.
                Tensor pixels = stride == 1 ? x : Functional.avgPool2d(x, 1, stride, 0);
                return Functional.pad(pixels, 0, 0, 0, 0, before, behind);
            };
        }
    },
    /** The paper's option B: a 1x1 convolution and a batch norm, {@code downsample.0} and {@code downsample.1}. */
    PROJECTION {
        @Override
        Layer changing(ParameterPath path, int in, int out, int stride) {
            ParameterPath downsample = path.sub("downsample");
            return Sequential.of(
                    Convolution.of(downsample.sub(0), in, out, 1, stride), BatchNorm2d.of(downsample.sub(1), out));
        }
    };

    /** @param path of the block */
    Layer of(ParameterPath path, int in, int out, int stride) {
        return stride == 1 && in == out ? (x, _) -> x : changing(path, in, out, stride);
    }

    abstract Layer changing(ParameterPath path, int in, int out, int stride);
}

package dev.dafl.plugins.dcgan;

import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.NarrowConv2d;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.UpsampleConv2d;

/**
 * {@code [n, latent]} to {@code [n, c, h, w]}: linear to width x h/4 x w/4, batch norm; upsample, conv, batch norm, leaky
 * ReLU, twice; conv, tanh, batch norm without affine, which gives the images mean 0 and variance 1 as the teacher's
 * normalised input has. Parameter names are those of the authors' code.
 */
record UpsamplingStack(
        Linear linear,
        BatchNorm2d norm0,
        UpsampleConv2d conv1,
        BatchNorm2d norm1,
        UpsampleConv2d conv2,
        BatchNorm2d norm2,
        NarrowConv2d conv3,
        BatchNorm2d norm3,
        int width,
        int height4,
        int width4)
        implements Layer {

    /** What the authors pass as batch norm's second argument; it was hardly meant as eps, but results come from it. */
    private static final double EPS = 0.8;

    private static final double SLOPE = 0.2;

    static UpsamplingStack create(ParameterPath path, ImageShape output, DcganGenerator.Options options) {
        int width = options.width();
        int height4 = output.height() / 4;
        int width4 = output.width() / 4;
        ParameterPath blocks0 = path.sub("conv_blocks0");
        ParameterPath blocks1 = path.sub("conv_blocks1");
        ParameterPath blocks2 = path.sub("conv_blocks2");
        return new UpsamplingStack(
                Linear.of(path.sub("l1").sub(0), options.latent(), (long) width * height4 * width4),
                BatchNorm2d.of(blocks0.sub(0), width),
                UpsampleConv2d.of(blocks1.sub(0), width, width),
                BatchNorm2d.of(blocks1.sub(1), width, o -> o.eps(EPS)),
                UpsampleConv2d.of(blocks2.sub(0), width, width / 2),
                BatchNorm2d.of(blocks2.sub(1), width / 2, o -> o.eps(EPS)),
                NarrowConv2d.of(blocks2.sub(3), width / 2, output.channels()),
                BatchNorm2d.of(blocks2.sub(5), output.channels(), o -> o.withoutAffine()),
                width,
                height4,
                width4);
    }

    @Override
    public Tensor forward(Tensor latent, Pass pass) {
        Tensor x = linear.forward(latent, pass).view(-1, width, height4, width4);
        if (conv1.weight().isContiguous()) {
            x = norm0.forward(x, pass);
        } else {
            // The weights are channels-last: from here on everything is.
            x = norm0.forward(x.contiguous(MemoryFormat.CHANNELS_LAST), pass);
        }
        x = block(x, conv1, norm1, pass);
        x = block(x, conv2, norm2, pass);
        return norm3.forward(conv3.forward(x, pass).tanh(), pass);
    }

    private static Tensor block(Tensor x, UpsampleConv2d conv, BatchNorm2d norm, Pass pass) {
        return norm.forwardLeakyRelu(conv.withoutBias(x, pass), conv.bias().orElseThrow(), SLOPE, pass);
    }
}

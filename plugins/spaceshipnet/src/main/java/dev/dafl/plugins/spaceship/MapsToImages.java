package dev.dafl.plugins.spaceship;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.NarrowConv2d;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.UpsampleConv2d;
import java.util.Optional;

/**
 * The rest of the generator: feature maps {@code [n, 2 width, ceil(h / 4), ceil(w / 4)]} to images {@code [n, c, h, w]} as the
 * teacher sees them. Two stages of upsampling by 2, convolution, batch norm and leaky ReLU, the second with half as many channels;
 * what is too much of a side that 4 does not divide is cut off; a convolution and a sigmoid give pixels from 0 to 1, which are
 * normalised.
 *
 * @param scale 1 / std, {@code [1, c, 1, 1]}
 * @param shift -mean / std, {@code [1, c, 1, 1]}
 */
record MapsToImages(Stage stage1, Stage stage2, NarrowConv2d last, Tensor scale, Tensor shift, ImageShape images)
        implements Layer {

    private static final int UPSAMPLED = 4;
    private static final double SLOPE = 0.2;

    static MapsToImages of(ParameterPath path, int width, ImageShape images, Normalization normalization) {
        int channels = images.channels();
        float[] scale = new float[channels];
        float[] shift = new float[channels];
        for (int c = 0; c < channels; c++) {
            scale[c] = (float) (1 / normalization.std().get(c));
            shift[c] =
                    (float) (-normalization.mean().get(c) / normalization.std().get(c));
        }
        return new MapsToImages(
                Stage.of(path.sub("stage1"), 2 * width, 2 * width),
                Stage.of(path.sub("stage2"), 2 * width, width),
                NarrowConv2d.of(path.sub("last"), width, channels),
                path.constant(scale, 1, channels, 1, 1),
                path.constant(shift, 1, channels, 1, 1),
                images);
    }

    /** The shape of the feature maps of one image. */
    static ImageShape maps(int width, ImageShape images) {
        return new ImageShape(
                Math.multiplyExact(2, width),
                Math.ceilDiv(images.height(), UPSAMPLED),
                Math.ceilDiv(images.width(), UPSAMPLED));
    }

    @Override
    public Tensor forward(Tensor maps, Pass pass) {
        // With weights that are channels-last, everything is from here on.
        Tensor x = stage1.isContiguous() ? maps : maps.contiguous(MemoryFormat.CHANNELS_LAST);
        x = stage2.forward(stage1.forward(x, pass), pass);
        return last.forward(cut(x), pass).sigmoid().mul(scale).add(shift);
    }

    private Tensor cut(Tensor x) {
        long below = x.size(2) - images.height();
        long right = x.size(3) - images.width();
        return below == 0 && right == 0 ? x : Functional.pad2d(x, 0, -right, 0, -below);
    }

    /** {@code [n, in, h, w]} to {@code [n, out, 2h, 2w]}. The batch norm would take a bias of the convolution away again. */
    record Stage(UpsampleConv2d conv, BatchNorm2d norm) implements Layer {

        static Stage of(ParameterPath path, int in, int out) {
            Conv2d plain =
                    Conv2d.of(path.sub("conv"), in, out, 3, o -> o.padding(1).withoutBias());
            return new Stage(
                    new UpsampleConv2d(plain.weight(), Optional.empty()), BatchNorm2d.of(path.sub("norm"), out));
        }

        boolean isContiguous() {
            return conv.weight().isContiguous();
        }

        @Override
        public Tensor forward(Tensor input, Pass pass) {
            return Functional.leakyRelu(norm.forward(conv.forward(input, pass), pass), SLOPE);
        }
    }
}

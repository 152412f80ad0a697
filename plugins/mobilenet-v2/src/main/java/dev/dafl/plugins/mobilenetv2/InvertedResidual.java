package dev.dafl.plugins.mobilenetv2;

import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Sequential;
import java.util.ArrayList;
import java.util.List;

/**
 * The paper's building block: a 1x1 convolution to more channels, a 3x3 convolution of each channel by itself, and a 1x1
 * convolution back to few, with no activation, as that would lose what few channels hold: {@code [n, in, h, w]} to
 * {@code [n, out, h / stride, w / stride]}.
 *
 * @param conv the layers, by their numbers in torchvision's {@code conv}
 * @param residual whether the input is added, as it is where the shape stays
 */
record InvertedResidual(Sequential conv, boolean residual) implements Layer {

    /**
     * @param path of the block
     * @param expansion how many times more channels are inside; with 1 the first convolution is left out
     */
    static InvertedResidual of(ParameterPath path, int in, int out, int stride, int expansion) {
        ParameterPath conv = path.sub("conv");
        int hidden = in * expansion;
        List<Layer> layers = new ArrayList<>();
        if (expansion != 1) {
            layers.add(Convolution.activated(conv.sub(layers.size()), in, hidden, 1, 1));
        }
        layers.add(Convolution.depthwise(conv.sub(layers.size()), hidden, stride));
        layers.add(Convolution.pointwise(conv.sub(layers.size()), hidden, out));
        layers.add(BatchNorm2d.of(conv.sub(layers.size()), out));
        return new InvertedResidual(new Sequential(layers), stride == 1 && in == out);
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        Tensor x = conv.forward(input, pass);
        return residual ? input.add(x) : x;
    }
}

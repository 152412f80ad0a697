package dev.dafl.tensor.nn;

import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.Optional;

/**
 * A 3x3 convolution with padding 1 to a few channels, such as the last of a generator: {@code [n, in, h, w]} to
 * {@code [n, out, h, w]}. Same parameters, names and initial values as {@link Conv2d}, same result up to rounding.
 *
 * <p>The CPU's convolution computes 16 output channels at least, so with one most of the work is thrown away. Here a 1x1
 * convolution takes the products with each of the nine kernel places, {@code [n, 9 out, h, w]}, and a transposed
 * convolution with a kernel of ones and zeros shifts them into place and adds them up. On CUDA it is the plain convolution.
 *
 * @param weight {@code [out, in, 3, 3]}
 * @param bias {@code [out]}
 * @param shift {@code [9 out, out, 3, 3]}, not trained and not in the state dict
 */
public record NarrowConv2d(Tensor weight, Tensor bias, Tensor shift) implements Layer {

    private static final int KERNEL = 3;
    private static final int PLACES = KERNEL * KERNEL;

    public static NarrowConv2d of(ParameterPath path, long in, int out) {
        Conv2d plain = Conv2d.of(path, in, out, KERNEL, o -> o.padding(1));
        return new NarrowConv2d(
                plain.weight(),
                plain.bias().orElseThrow(),
                path.constant(shiftOf(out), (long) PLACES * out, out, KERNEL, KERNEL));
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        pass.multiplyAdds(input.numel() * PLACES * weight.size(0));
        if (input.device().type() == Device.Type.CUDA) {
            return Functional.conv2d(input, weight, Optional.of(bias), 1, 1, 1, 1);
        }
        Tensor places = weight.permute(0, 2, 3, 1).reshape(PLACES * weight.size(0), weight.size(1), 1, 1);
        Tensor products = Functional.conv2d(input, places, Optional.empty(), 1, 0, 1, 1);
        return Functional.convTranspose2d(products, shift, Optional.of(bias), 1, 1, 0, 1, 1);
    }

    /** The product with kernel place (y, x) goes to the pixel at (1 - y, 1 - x) from its own. */
    private static float[] shiftOf(int out) {
        float[] shift = new float[PLACES * out * out * PLACES];
        for (int channel = 0; channel < out; channel++) {
            for (int place = 0; place < PLACES; place++) {
                int row = channel * PLACES + place;
                shift[(row * out + channel) * PLACES + (PLACES - 1 - place)] = 1;
            }
        }
        return shift;
    }
}

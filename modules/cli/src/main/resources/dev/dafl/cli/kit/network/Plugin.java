package @package@;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.ParameterPath;

/** Three 3x3 convolutions with ReLU, each but the first at half the size; the mean of each channel; one fully connected layer. */
@ServiceProvider(TeacherFactory.class)
@ServiceProvider(StudentFactory.class)
public final class @Class@ implements TeacherFactory<@Class@.Options>, StudentFactory<@Class@.Options> {

    /** @param width channels of the first convolution; each of the others has twice as many as the one before */
    public record Options(int width) {

        public Options {
            if (width < 1) {
                throw new IllegalArgumentException("width must be at least 1, not " + width);
            }
        }
    }

    @Override
    public String name() {
        return "@name@";
    }

    @Override
    public String description() {
        return "three 3x3 convolutions and a fully connected layer, for images of any size";
    }

    @Override
    public Options defaults() {
        return new Options(16);
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, Options options) {
        int width = options.width();
        Conv2d conv1 = Conv2d.of(path.sub("conv1"), input.channels(), width, 3, o -> o.padding(1));
        Conv2d conv2 = Conv2d.of(path.sub("conv2"), width, 2L * width, 3, o -> o.stride(2).padding(1));
        Conv2d conv3 = Conv2d.of(path.sub("conv3"), 2L * width, 4L * width, 3, o -> o.stride(2).padding(1));
        Linear fc = Linear.of(path.sub("fc"), 4L * width, classes);
        return (images, pass) -> {
            Tensor x = conv1.forward(images, pass).relu(); // [n, width, h, w]
            x = conv2.forward(x, pass).relu();
            pass.layer("conv2", x); // for losses that compare layers
            x = conv3.forward(x, pass).relu();
            Tensor features = x.mean(false, 2, 3); // [n, 4 width]
            pass.features(features); // for losses that read what enters the last stage
            return fc.forward(features, pass); // [n, classes]
        };
    }
}

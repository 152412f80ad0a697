package dev.dafl.plugins.lenet;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;

/** LeNet-5 as DAFL's teacher on MNIST has it: 6, 16 and 120 convolution channels, 84 hidden units, ReLU, max pooling. */
@ServiceProvider(TeacherFactory.class)
@ServiceProvider(StudentFactory.class)
public final class LeNet5 implements TeacherFactory<LeNet5.Options>, StudentFactory<LeNet5.Options> {

    /** Nothing to choose: the paper fixes every width. */
    public record Options() {}

    @Override
    public String name() {
        return "lenet5";
    }

    @Override
    public String description() {
        return "LeNet-5 (6-16-120-84), about 62K parameters, for 32x32 or 28x28 images";
    }

    @Override
    public Options defaults() {
        return new Options();
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, Options options) {
        return LeNet.create(path, new LeNet.Widths(6, 16, 120, 84), input, classes, name());
    }
}

package dev.dafl.plugins.lenet;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;

/** LeNet-5-HALF, DAFL's student on MNIST: half the width of {@link LeNet5} in every layer. */
@ServiceProvider(TeacherFactory.class)
@ServiceProvider(StudentFactory.class)
public final class LeNet5Half implements TeacherFactory<LeNet5Half.Options>, StudentFactory<LeNet5Half.Options> {

    /** Nothing to choose: the paper fixes every width. */
    public record Options() {}

    @Override
    public String name() {
        return "lenet5-half";
    }

    @Override
    public String description() {
        return "LeNet-5-HALF (3-8-60-42), about 16K parameters, for 32x32 or 28x28 images";
    }

    @Override
    public Options defaults() {
        return new Options();
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, Options options) {
        return LeNet.create(path, new LeNet.Widths(3, 8, 60, 42), input, classes, name());
    }
}

package dev.dafl.plugins.wideresnet;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;

/** Wide residual networks WRN-depth-width, such as WRN-40-2 as a teacher and WRN-16-1 as a student on CIFAR. */
@ServiceProvider(TeacherFactory.class)
@ServiceProvider(StudentFactory.class)
public final class WideResNet implements TeacherFactory<WideResNet.Options>, StudentFactory<WideResNet.Options> {

    /**
     * @param depth convolutions along the network, 6n + 4 for n blocks in each of three stages
     * @param width how many times the channels of an ordinary residual network
     */
    public record Options(
            @Range(min = 10) int depth, @Range(min = 1) int width) {

        public Options {
            Ranges.require(Options.class, depth, width);
            if (depth % 6 != 4) {
                throw new IllegalArgumentException("depth must be 6n + 4 (10, 16, 22, 28, 34, 40, ...), not " + depth);
            }
        }

        int blocksOfAStage() {
            return (depth - 4) / 6;
        }
    }

    @Override
    public String name() {
        return "wide-resnet";
    }

    @Override
    public String description() {
        return "a wide residual network for small images; depth 40 and width 2 have about 2.2M parameters";
    }

    @Override
    public Options defaults() {
        return new Options(40, 2);
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, Options options) {
        return WideResNetLayers.create(path, options, input, classes, name());
    }
}

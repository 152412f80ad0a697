package dev.dafl.plugins.mobilenetv2;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;

/** MobileNetV2, a student for phones. Names and initial values are those of torchvision's {@code mobilenet_v2}. */
@ServiceProvider(TeacherFactory.class)
@ServiceProvider(StudentFactory.class)
public final class MobileNetV2 implements TeacherFactory<MobileNetV2.Options>, StudentFactory<MobileNetV2.Options> {

    /** The paper goes to 1.4; much more would be no small network, and channels are counted by ints. */
    @SuppressWarnings("UnusedVariable") // the annotations read it
    private static final int WIDEST = 10;

    /**
     * @param stem for which images the first layers are; small
     * @param width what channels are multiplied by, above 0 to 10; 1
     */
    public record Options(
            Stem stem, @Range(above = 0, max = WIDEST) double width) {

        public Options {
            Ranges.require(Options.class, stem, width);
        }
    }

    @Override
    public String name() {
        return "mobilenet-v2";
    }

    @Override
    public String description() {
        return "MobileNetV2, about 2.2M parameters at width 1; stem: small or imagenet";
    }

    @Override
    public Options defaults() {
        return new Options(Stem.SMALL, 1);
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, Options options) {
        return MobileNetV2Layers.create(path, options, input, classes, name());
    }
}

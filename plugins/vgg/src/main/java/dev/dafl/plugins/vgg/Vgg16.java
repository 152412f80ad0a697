package dev.dafl.plugins.vgg;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import java.util.List;

/** VGG-16: the paper's configuration D. */
@ServiceProvider(TeacherFactory.class)
@ServiceProvider(StudentFactory.class)
public final class Vgg16 implements TeacherFactory<VggOptions>, StudentFactory<VggOptions> {

    private static final List<List<Integer>> CHANNELS = List.of(
            List.of(64, 64), List.of(128, 128), List.of(256, 256, 256), List.of(512, 512, 512), List.of(512, 512, 512));

    @Override
    public String name() {
        return "vgg16";
    }

    @Override
    public String description() {
        return "VGG-16, about 14.7M parameters for 32x32 images; batch-norm: true or false, head: small or imagenet";
    }

    @Override
    public VggOptions defaults() {
        return VggOptions.DEFAULTS;
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, VggOptions options) {
        return Vgg.create(path, Vgg.Plan.of(name(), CHANNELS), input, classes, options);
    }
}

package dev.dafl.plugins.vgg;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;

/** VGG-11 with batch norm for CIFAR: the paper's configuration A. */
@ServiceProvider(TeacherFactory.class)
@ServiceProvider(StudentFactory.class)
public final class Vgg11 implements TeacherFactory<Plugin.NoOptions>, StudentFactory<Plugin.NoOptions> {

    @Override
    public String name() {
        return "vgg11";
    }

    @Override
    public String description() {
        return "VGG-11 with batch norm and one fully connected layer, about 9.2M parameters, for 32x32 images";
    }

    @Override
    public Plugin.NoOptions defaults() {
        return Plugin.NoOptions.INSTANCE;
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, Plugin.NoOptions options) {
        return Vgg.create(path, input, classes, name());
    }
}

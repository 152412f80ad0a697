package dev.dafl.plugins.hinton;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;

/** HintonNet, DAFL's fully connected teacher on MNIST: 784-1200-1200-10. */
@ServiceProvider(TeacherFactory.class)
@ServiceProvider(StudentFactory.class)
public final class Hinton implements TeacherFactory<Plugin.NoOptions>, StudentFactory<Plugin.NoOptions> {

    @Override
    public String name() {
        return "hinton";
    }

    @Override
    public String description() {
        return "HintonNet (1200-1200), fully connected, about 2.4M parameters for 28x28 images";
    }

    @Override
    public Plugin.NoOptions defaults() {
        return Plugin.NoOptions.INSTANCE;
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, Plugin.NoOptions options) {
        return HintonNet.create(path, 1200, input, classes);
    }
}

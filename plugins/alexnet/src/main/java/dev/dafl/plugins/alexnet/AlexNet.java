package dev.dafl.plugins.alexnet;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;

/** AlexNet, DAFL's teacher on CelebA. */
@ServiceProvider(TeacherFactory.class)
@ServiceProvider(StudentFactory.class)
public final class AlexNet implements TeacherFactory<Plugin.NoOptions>, StudentFactory<Plugin.NoOptions> {

    @Override
    public String name() {
        return "alexnet";
    }

    @Override
    public String description() {
        return "AlexNet, about 57M parameters, for images of 63x63 and larger";
    }

    @Override
    public Plugin.NoOptions defaults() {
        return Plugin.NoOptions.INSTANCE;
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, Plugin.NoOptions options) {
        return AlexNetLayers.create(path, AlexNetLayers.Widths.WHOLE, input, classes, name());
    }
}

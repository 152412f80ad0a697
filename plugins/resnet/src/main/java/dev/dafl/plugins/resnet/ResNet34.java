package dev.dafl.plugins.resnet;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import java.util.List;

/** ResNet-34 for small images, DAFL's teacher on CIFAR: 3, 4, 6 and 3 blocks in its four stages. */
@ServiceProvider(TeacherFactory.class)
@ServiceProvider(StudentFactory.class)
public final class ResNet34 implements TeacherFactory<Plugin.NoOptions>, StudentFactory<Plugin.NoOptions> {

    @Override
    public String name() {
        return "resnet34";
    }

    @Override
    public String description() {
        return "ResNet-34 with a 3x3 stem for small images, about 21.3M parameters";
    }

    @Override
    public Plugin.NoOptions defaults() {
        return Plugin.NoOptions.INSTANCE;
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, Plugin.NoOptions options) {
        return ResNet.create(path, List.of(3, 4, 6, 3), input, classes, name());
    }
}

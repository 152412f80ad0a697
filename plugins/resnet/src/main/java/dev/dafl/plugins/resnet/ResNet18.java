package dev.dafl.plugins.resnet;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import java.util.List;

/** ResNet-18 for small images, DAFL's student on CIFAR: two blocks in each of four stages. */
@ServiceProvider(TeacherFactory.class)
@ServiceProvider(StudentFactory.class)
public final class ResNet18 implements TeacherFactory<Plugin.NoOptions>, StudentFactory<Plugin.NoOptions> {

    @Override
    public String name() {
        return "resnet18";
    }

    @Override
    public String description() {
        return "ResNet-18 with a 3x3 stem for small images, about 11.2M parameters";
    }

    @Override
    public Plugin.NoOptions defaults() {
        return Plugin.NoOptions.INSTANCE;
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, Plugin.NoOptions options) {
        return ResNet.create(path, List.of(2, 2, 2, 2), input, classes, name());
    }
}

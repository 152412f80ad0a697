package dev.dafl.plugins.resnet;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;

/** ResNet-32 of the paper's section 4.2, for CIFAR: 5 blocks in each of three stages. */
@ServiceProvider(TeacherFactory.class)
@ServiceProvider(StudentFactory.class)
public final class ResNet32 implements TeacherFactory<CifarResNet.Options>, StudentFactory<CifarResNet.Options> {

    @Override
    public String name() {
        return "resnet32";
    }

    @Override
    public String description() {
        return "ResNet-32 of three narrow stages for CIFAR, about 0.46M parameters; shortcut: pad or projection";
    }

    @Override
    public CifarResNet.Options defaults() {
        return CifarResNet.Options.DEFAULTS;
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, CifarResNet.Options options) {
        return ResNet.create(path, CifarResNet.plan(name(), 5, options), input, classes);
    }
}

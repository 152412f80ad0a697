package dev.dafl.plugins.resnet;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import java.util.List;

/** ResNet-34, DAFL's teacher on CIFAR: 3, 4, 6 and 3 blocks in its four stages. Names and initial values are torchvision's. */
@ServiceProvider(TeacherFactory.class)
@ServiceProvider(StudentFactory.class)
public final class ResNet34 implements TeacherFactory<ResNet34.Options>, StudentFactory<ResNet34.Options> {

    /** @param stem for which images the first layers are; small */
    public record Options(Stem stem) {}

    @Override
    public String name() {
        return "resnet34";
    }

    @Override
    public String description() {
        return "ResNet-34, about 21.3M parameters; stem: small or imagenet";
    }

    @Override
    public Options defaults() {
        return new Options(Stem.SMALL);
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, Options options) {
        return ResNet.create(path, ResNet.Plan.basic(name(), options.stem(), List.of(3, 4, 6, 3)), input, classes);
    }
}

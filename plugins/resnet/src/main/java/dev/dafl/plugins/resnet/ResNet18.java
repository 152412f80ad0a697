package dev.dafl.plugins.resnet;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import java.util.List;

/** ResNet-18, DAFL's student on CIFAR: two blocks in each of four stages. Names and initial values are torchvision's. */
@ServiceProvider(TeacherFactory.class)
@ServiceProvider(StudentFactory.class)
public final class ResNet18 implements TeacherFactory<ResNet18.Options>, StudentFactory<ResNet18.Options> {

    /** @param stem for which images the first layers are; small */
    public record Options(Stem stem) {}

    @Override
    public String name() {
        return "resnet18";
    }

    @Override
    public String description() {
        return "ResNet-18, about 11.2M parameters; stem: small or imagenet";
    }

    @Override
    public Options defaults() {
        return new Options(Stem.SMALL);
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, Options options) {
        return ResNet.create(path, ResNet.Plan.basic(name(), options.stem(), List.of(2, 2, 2, 2)), input, classes);
    }
}

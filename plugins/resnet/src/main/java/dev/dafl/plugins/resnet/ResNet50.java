package dev.dafl.plugins.resnet;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import java.util.List;

/** ResNet-50: 3, 4, 6 and 3 bottleneck blocks in its four stages. Names and initial values are torchvision's. */
@ServiceProvider(TeacherFactory.class)
@ServiceProvider(StudentFactory.class)
public final class ResNet50 implements TeacherFactory<ResNet50.Options>, StudentFactory<ResNet50.Options> {

    /** @param stem for which images the first layers are; small */
    public record Options(Stem stem) {}

    @Override
    public String name() {
        return "resnet50";
    }

    @Override
    public String description() {
        return "ResNet-50, about 23.5M parameters; stem: small or imagenet";
    }

    @Override
    public Options defaults() {
        return new Options(Stem.SMALL);
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, Options options) {
        return ResNet.create(path, ResNet.Plan.bottleneck(name(), options.stem(), List.of(3, 4, 6, 3)), input, classes);
    }
}

package dev.dafl.plugins.vgg;

import dev.dafl.spi.ImageShape;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import java.util.List;

/** VGG-11 with an eighth of the channels and few units, since whole networks with the head for large images are slow. */
final class NarrowVgg implements TeacherFactory<VggOptions> {

    private static final Vgg.Plan PLAN = new Vgg.Plan(
            "narrow", List.of(List.of(8), List.of(16), List.of(32, 32), List.of(64, 64), List.of(64, 64)), 24);

    @Override
    public String name() {
        return PLAN.name();
    }

    @Override
    public String description() {
        return "a narrow VGG-11";
    }

    @Override
    public VggOptions defaults() {
        return new VggOptions(true, Head.IMAGENET);
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, VggOptions options) {
        return Vgg.create(path, PLAN, input, classes, options);
    }
}

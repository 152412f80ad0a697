package dev.dafl.plugins.layers;

import dev.dafl.plugins.layers.Shape.Picture;
import dev.dafl.tensor.Size2;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.ParameterPath;

/** {@code conv} and {@code depthwise-conv}. */
final class Convolutions {

    private static final Size2 ONE = Size2.square(1);

    private Convolutions() {}

    static Spec convolution(Entry entry) {
        long out = entry.count("out");
        long groups = entry.count("groups", 1);
        Window window = window(entry, entry.size("kernel", 1, Size2.square(3)));
        boolean bias = entry.flag("bias", true);
        return (path, input) -> build(path, entry, input.picture(entry), out, groups, window, bias);
    }

    static Spec depthwise(Entry entry) {
        Window window = window(entry, entry.size("kernel", 1));
        boolean bias = entry.flag("bias", true);
        return (path, input) -> {
            Picture picture = input.picture(entry);
            return build(path, entry, picture, picture.channels(), picture.channels(), window, bias);
        };
    }

    private static Spec.Built build(
            ParameterPath path, Entry entry, Picture input, long out, long groups, Window window, boolean bias) {
        if (input.channels() % groups != 0 || out % groups != 0) {
            throw entry.mistake(
                    "groups",
                    "is " + groups + ", which must divide the " + input.channels() + " channels there and the " + out
                            + " that are made of them");
        }
        Picture seen = window.over(input, entry);
        Weights.check(
                entry::mistake,
                out,
                input.channels() / groups,
                window.kernel().height(),
                window.kernel().width());
        Conv2d layer = Conv2d.of(path, input.channels(), out, window.kernel(), o -> {
            Conv2d.Options options = o.stride(window.stride())
                    .padding(window.padding())
                    .dilation(window.dilation())
                    .groups(groups);
            return bias ? options : options.withoutBias();
        });
        return new Spec.Built(layer, new Picture(out, seen.height(), seen.width()));
    }

    private static Window window(Entry entry, Size2 kernel) {
        Size2 stride = entry.size("stride", 1, ONE);
        Size2 dilation = entry.size("dilation", 1, ONE);
        boolean same = entry.given("padding").filter("same"::equals).isPresent();
        Size2 padding = same ? same(entry, kernel, stride, dilation) : entry.size("padding", 0, Size2.square(0));
        return new Window(kernel, stride, padding, dilation, false);
    }

    /** As many zeros as the picture needs to keep its size. */
    private static Size2 same(Entry entry, Size2 kernel, Size2 stride, Size2 dilation) {
        Size2 more = new Size2(
                Window.reach(kernel.height(), dilation.height()) - 1,
                Window.reach(kernel.width(), dilation.width()) - 1);
        if (!stride.equals(ONE) || more.height() % 2 != 0 || more.width() % 2 != 0) {
            throw entry.mistake("padding", "can be same with stride 1 and an odd kernel; write a number of pixels");
        }
        return new Size2(more.height() / 2, more.width() / 2);
    }
}

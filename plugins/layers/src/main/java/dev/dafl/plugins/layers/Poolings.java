package dev.dafl.plugins.layers;

import dev.dafl.plugins.layers.Shape.Picture;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Size2;
import dev.dafl.tensor.nn.Layers;

/** Layers that make pictures smaller. */
final class Poolings {

    private static final Size2 ONE = Size2.square(1);

    private Poolings() {}

    static Spec max(Entry entry) {
        Window w = window(entry, entry.size("dilation", 1, ONE));
        return (_, input) -> new Spec.Built(
                (x, _) -> Functional.maxPool2d(x, w.kernel(), w.stride(), w.padding(), w.dilation(), w.ceilMode()),
                w.over(input.picture(entry), entry));
    }

    static Spec average(Entry entry) {
        Window w = window(entry, ONE);
        boolean counted = entry.flag("count-include-pad", true);
        return (_, input) -> new Spec.Built(
                (x, _) -> Functional.avgPool2d(x, w.kernel(), w.stride(), w.padding(), w.ceilMode(), counted),
                w.over(input.picture(entry), entry));
    }

    static Spec adaptive(Entry entry) {
        return to(entry, entry.size("size", 1));
    }

    static Spec global(Entry entry) {
        return to(entry, ONE);
    }

    private static Spec to(Entry entry, Size2 size) {
        return (_, input) -> new Spec.Built(
                Layers.adaptiveAvgPool2d(size.height(), size.width()),
                new Picture(input.picture(entry).channels(), size.height(), size.width()));
    }

    private static Window window(Entry entry, Size2 dilation) {
        Size2 kernel = entry.size("kernel", 1);
        Size2 padding = entry.size("padding", 0, Size2.square(0));
        if (2 * padding.height() > Window.reach(kernel.height(), dilation.height())
                || 2 * padding.width() > Window.reach(kernel.width(), dilation.width())) {
            throw entry.mistake("padding", "must be at most half the kernel");
        }
        return new Window(kernel, entry.size("stride", 1, kernel), padding, dilation, entry.flag("ceil-mode", false));
    }
}

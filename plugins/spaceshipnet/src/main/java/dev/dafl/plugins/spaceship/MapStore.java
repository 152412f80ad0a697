package dev.dafl.plugins.spaceship;

import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Workspace;
import dev.dafl.spi.Workspace.Counter;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;

/**
 * Feature maps that images of earlier rounds were made of; the newest overwrite the oldest.
 *
 * @param maps float32 {@code [stored, c, h, w]}
 * @param added how many were ever added
 */
record MapStore(Tensor maps, Counter added) {

    /** @param shape of the feature maps of one image */
    static MapStore of(Workspace workspace, int stored, ImageShape shape) {
        return new MapStore(
                workspace.tensor(
                        "maps",
                        () -> Tensor.zeros(
                                DType.FLOAT32,
                                workspace.device(),
                                stored,
                                shape.channels(),
                                shape.height(),
                                shape.width())),
                workspace.counter("maps added"));
    }

    /** @param made {@code [n, c, h, w]} with n at most as many as it has room for */
    void add(Tensor made) {
        long room = maps.size(0);
        long count = made.size(0);
        long place = added.get() % room;
        long behind = Math.min(count, room - place);
        try (GradMode _ = GradMode.disabled()) {
            maps.narrow(0, place, behind).copy_(made.narrow(0, 0, behind));
            if (behind < count) {
                maps.narrow(0, 0, count - behind).copy_(made.narrow(0, behind, count - behind));
            }
        }
        added.set(added.get() + count);
    }

    /** Of how many images there are maps. */
    long size() {
        return Math.min(added.get(), maps.size(0));
    }
}

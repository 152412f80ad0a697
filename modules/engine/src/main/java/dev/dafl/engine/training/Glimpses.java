package dev.dafl.engine.training;

import dev.dafl.tensor.Tensor;

/**
 * The steps of a run whose images are shown, so that one sees how they change: the first and ten more, evenly spread. They are
 * images that the step has made anyway: nothing is drawn or computed for them.
 */
public final class Glimpses {

    private static final long COUNT = 10;

    private final long steps;
    private final long apart;
    private final Viewer viewer;

    /** Is shown images. It neither keeps nor changes the tensors. */
    @FunctionalInterface
    public interface Viewer {

        Viewer NOBODY = (_, _, _) -> {};

        /**
         * @param step whose they are, from 1
         * @param images {@code [n, c, h, w]}, normalised
         * @param logits what the teacher says of them, {@code [n, k]}
         */
        void see(long step, Tensor images, Tensor logits);
    }

    /** @param steps in which the images change, at least 1 */
    Glimpses(long steps, Viewer viewer) {
        this.steps = steps;
        this.apart = Math.ceilDiv(steps, COUNT);
        this.viewer = viewer;
    }

    /** Shows the images of a step, counted from 1, where they are to be seen. */
    void offer(long step, Tensor images, Tensor logits) {
        if (step == 1 || (step <= steps && step % apart == 0)) {
            viewer.see(step, images, logits);
        }
    }
}

package dev.dafl.tensor;

import dev.dafl.libtorch.ThreadModes;

/**
 * Whether operators of this thread record what backward needs. Restored on close.
 *
 * <p>A frozen network is something else: its parameters ask for no gradient, yet gradients pass through it.
 */
public final class GradMode implements AutoCloseable {

    private final boolean before;

    private GradMode(boolean enabled) {
        before = ThreadModes.gradEnabled();
        ThreadModes.setGradEnabled(enabled);
    }

    /** {@code torch.no_grad()}. */
    public static GradMode disabled() {
        return new GradMode(false);
    }

    /** {@code torch.enable_grad()}. */
    public static GradMode enabled() {
        return new GradMode(true);
    }

    /** Whether they do. */
    public static boolean isEnabled() {
        return ThreadModes.gradEnabled();
    }

    @Override
    public void close() {
        ThreadModes.setGradEnabled(before);
    }
}

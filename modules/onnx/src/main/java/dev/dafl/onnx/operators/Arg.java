package dev.dafl.onnx.operators;

import dev.dafl.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** What a step takes: a value that is made anew for each batch, or a tensor that stays, such as a parameter. */
public final class Arg {

    final int slot;
    final @Nullable Tensor fixed;

    private Arg(int slot, @Nullable Tensor fixed) {
        this.slot = slot;
        this.fixed = fixed;
    }

    /** The value at that place of a {@link Frame}. */
    public static Arg slot(int slot) {
        return new Arg(slot, null);
    }

    /** @param tensor outlives every step that takes it */
    public static Arg fixed(Tensor tensor) {
        return new Arg(-1, tensor);
    }
}

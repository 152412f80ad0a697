package dev.dafl.onnx.operators;

import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Pass;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values of one pass through a network. */
public final class Frame {

    private final @Nullable Tensor[] slots;
    private final Pass pass;

    public Frame(int slots, Pass pass) {
        this.slots = new Tensor[slots];
        this.pass = pass;
    }

    public Pass pass() {
        return pass;
    }

    public Tensor get(Arg arg) {
        return arg.fixed != null ? arg.fixed : get(arg.slot);
    }

    public Optional<Tensor> get(Optional<Arg> arg) {
        return arg.map(this::get);
    }

    public Tensor get(int slot) {
        return Objects.requireNonNull(slots[slot], "made by an earlier step");
    }

    public void set(int slot, Tensor tensor) {
        slots[slot] = tensor;
    }

    /** Frees a value that no later step reads. */
    public void free(int slot) {
        get(slot).close();
        slots[slot] = null;
    }
}

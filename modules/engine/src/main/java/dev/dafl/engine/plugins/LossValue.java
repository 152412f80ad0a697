package dev.dafl.engine.plugins;

import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;

/** What a loss plugin may return. */
final class LossValue {

    private LossValue() {}

    /** @throws PluginFailedException when it is not one float32 number */
    static Tensor checked(Tensor value, PluginIdentity plugin) {
        if (value == null || value.isClosed()) {
            throw new PluginFailedException(
                    plugin,
                    "returned " + (value == null ? "null" : "a tensor that was closed")
                            + "; a loss returns a new float32 number without dimensions, keeps no tensor from one step to"
                            + " the next, and leaves closing to the engine");
        }
        if (value.dim() != 0 || value.dtype() != DType.FLOAT32) {
            throw new PluginFailedException(
                    plugin,
                    "returned " + value
                            + "; a loss returns one float32 number without dimensions, such as losses.mean()");
        }
        return value;
    }
}

package dev.dafl.tensor;

import dev.dafl.libtorch.ThreadModes;
import org.jspecify.annotations.Nullable;

/**
 * {@code torch.autocast}: matrix products and convolutions of this thread run in a shorter float type, everything that
 * loses by it in float32. On close it ends and the cast copies of weights are forgotten. It does not nest.
 */
public final class Autocast implements AutoCloseable {

    private static final Autocast OFF = new Autocast(null);

    private final Device.@Nullable Type device;

    private Autocast(Device.@Nullable Type device) {
        this.device = device;
    }

    /** Autocast to bfloat16 on that kind of device. */
    public static Autocast bfloat16(Device.Type device) {
        ThreadModes.enableAutocast(device.code, DType.BFLOAT16.code);
        return new Autocast(device);
    }

    /** No autocast, for code that decides at run time. */
    public static Autocast off() {
        return OFF;
    }

    @Override
    public void close() {
        if (device != null) {
            ThreadModes.disableAutocast(device.code);
        }
    }
}

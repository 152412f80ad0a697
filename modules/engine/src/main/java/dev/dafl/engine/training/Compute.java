package dev.dafl.engine.training;

import dev.dafl.tensor.Autocast;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;

/**
 * Where and in which number format networks run.
 *
 * @param device of all networks and images
 * @param bf16 whether convolutions and matrix products run in bfloat16
 */
public record Compute(Device device, boolean bf16) {

    /** Convolutional networks run with channels innermost, in either format: it was never slower. */
    public MemoryFormat format() {
        return MemoryFormat.CHANNELS_LAST;
    }

    /** To be closed after the forward pass. */
    Autocast autocast() {
        return bf16 ? Autocast.bfloat16(device.type()) : Autocast.off();
    }

    public String precision() {
        return bf16 ? "bf16" : "fp32";
    }
}

package dev.dafl.engine.compute;

import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.Ranks;

/**
 * Where and in which number format networks are trained.
 *
 * @param device of all networks and images
 * @param bf16 whether convolutions and matrix products run in bfloat16, in networks that are {@linkplain
 *     #WORTH_BFLOAT16 large enough}
 * @param ranks among which batches are divided
 */
public record Compute(Device device, boolean bf16, Ranks ranks) {

    /** In one process alone. */
    public Compute(Device device, boolean bf16) {
        this(device, bf16, Ranks.ALONE);
    }

    /**
     * Multiply-adds of one input from which on a network runs in bfloat16. LeNet-5 has 416,520 and the generator for MNIST 51
     * million: there bfloat16 saves more than half of a step, in the LeNets a thirtieth, and it costs their students accuracy.
     */
    public static final long WORTH_BFLOAT16 = 10_000_000;

    /** Convolutional networks run with channels innermost, in either format: it was never slower. */
    public MemoryFormat format() {
        return MemoryFormat.CHANNELS_LAST;
    }

    public String precision() {
        return bf16 ? "bf16" : "fp32";
    }
}

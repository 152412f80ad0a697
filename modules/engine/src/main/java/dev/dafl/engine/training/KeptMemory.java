package dev.dafl.engine.training;

import dev.dafl.libtorch.NativeHeap;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While a training runs, freed memory stays with the process: each step takes the same blocks again, and without the system's
 * zeros in between it is up to a third faster. But blocks that no longer fit anything may pile up in the heap. Therefore the
 * heap is looked at again and again, and as soon as it has grown, freed memory goes back to the system for the rest of the
 * training.
 */
final class KeptMemory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeptMemory.class);
    private static final int LOOK_EVERY = 20;
    /** An evaluation in between takes larger blocks than a step does; that is not yet a growth. */
    private static final long TOLERATED = 256L << 20;

    private Optional<NativeHeap> heap = NativeHeap.find();
    private long limit = Long.MAX_VALUE;
    private long steps;

    KeptMemory() {
        heap.ifPresent(NativeHeap::keepFreed);
    }

    /** To be called after each step. */
    void stepDone() {
        if (++steps % LOOK_EVERY != 0 || heap.isEmpty()) {
            return;
        }
        long size = heap.get().size();
        if (steps == LOOK_EVERY) {
            limit = size + size / 2 + TOLERATED;
        } else if (size > limit) {
            LOG.debug(
                    "the heap has grown to {} bytes by step {}; freed memory goes back to the system now", size, steps);
            close();
        }
    }

    /** Freed memory goes back to the system again. */
    @Override
    public void close() {
        heap.ifPresent(NativeHeap::returnFreed);
        heap = Optional.empty();
    }
}

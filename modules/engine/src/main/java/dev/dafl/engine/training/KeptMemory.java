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
public final class KeptMemory implements AutoCloseable {

    /** What there is to know and to set of a heap. */
    interface Heap {

        /** Bytes that it has of the system, used or free. */
        long size();

        void keepFreed();

        void returnFreed();
    }

    static final int LOOK_EVERY = 20;
    /** An evaluation in between takes larger blocks than a step does; that is not yet a growth. */
    static final long TOLERATED = 256L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(KeptMemory.class);

    private Optional<Heap> heap;
    private long limit = Long.MAX_VALUE;
    private long steps;

    /** Of this process; where its heap has no such settings, nothing is kept. */
    public KeptMemory() {
        this(NativeHeap.find().map(OfThisProcess::new));
    }

    KeptMemory(Optional<? extends Heap> heap) {
        this.heap = heap.map(h -> h);
        this.heap.ifPresent(Heap::keepFreed);
    }

    /** To be called after each step. */
    public void stepDone() {
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
        heap.ifPresent(Heap::returnFreed);
        heap = Optional.empty();
    }

    private record OfThisProcess(NativeHeap heap) implements Heap {

        @Override
        public long size() {
            return heap.size();
        }

        @Override
        public void keepFreed() {
            heap.keepFreed();
        }

        @Override
        public void returnFreed() {
            heap.returnFreed();
        }
    }
}

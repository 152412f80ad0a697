package dev.dafl.tensor.torch;

import dev.dafl.tensor.Layout;
import dev.dafl.tensor.StoredTensor;
import dev.dafl.tensor.files.ElementType;
import dev.dafl.tensor.pickle.Value;
import java.util.Arrays;
import java.util.List;

/** A tensor as a pickle describes it. */
sealed interface PickledTensor extends Value.Foreign {

    StoredTensor summary();

    @Override
    default String described() {
        return "a tensor";
    }

    /**
     * One that can be read.
     *
     * @param offset of its first element in the storage, in its own elements
     */
    record Plain(ElementType type, Layout layout, long offset, StorageReference storage) implements PickledTensor {

        /** Where its elements begin in the storage, in bytes. */
        long start() {
            return saturated(
                    offset, type.bytes(), storage.start() * storage.type().bytes());
        }

        /** From its first element to the last. */
        long bytesInFile() {
            return saturated(layout.extent(), type.bytes(), 0);
        }

        /** What it takes when it is read, and where elements share memory, when it is computed with. */
        long bytesInMemory() {
            return saturated(
                    Math.max(layout.extent(), layout.numel()), type.dtype().bytes(), 0);
        }

        private static long saturated(long count, int bytes, long plus) {
            return count > (Long.MAX_VALUE - plus) / bytes ? Long.MAX_VALUE : count * bytes + plus;
        }

        @Override
        public StoredTensor summary() {
            return new StoredTensor(
                    type.torchName(), Arrays.stream(layout.shape()).boxed().toList());
        }
    }

    /**
     * One that cannot.
     *
     * @param predicate why, and what to do, going on after its name: {@code is quantised}
     */
    record Unreadable(String dtype, List<Long> shape, String predicate) implements PickledTensor {

        @Override
        public StoredTensor summary() {
            return new StoredTensor(dtype, shape);
        }
    }
}

package dev.dafl.tensor.torch;

import dev.dafl.tensor.pickle.Value;

/**
 * A storage that stands outside of the pickle.
 *
 * @param key its name in the file
 * @param elements how many it has, from 0
 * @param start where in it a view of it begins, in elements; 0 since PyTorch 0.4
 */
record StorageReference(String key, StorageType type, long elements, long start) implements Value.Foreign {

    /** No storage is longer, in elements of the largest type. */
    static final long MOST_ELEMENTS = Long.MAX_VALUE / 16;

    long bytes() {
        return elements * type.bytes();
    }

    @Override
    public String described() {
        return "a storage";
    }
}

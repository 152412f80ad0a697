package dev.dafl.tensor.torch;

import dev.dafl.tensor.pickle.Value;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * What {@code torch.save} was given, and where its storages are.
 *
 * @param legacy in the format before 1.6
 */
record SavedValue(Value root, Storages storages, boolean legacy) {

    /** The bytes of a storage, in the file. */
    interface Storages {

        /** @throws dev.dafl.tensor.files.RefusedFileException when they are not there or damaged */
        MemorySegment bytes(StorageReference storage);
    }

    /** @throws dev.dafl.tensor.files.RefusedFileException when it is none, or damaged */
    static SavedValue read(Path file, MemorySegment bytes) {
        return ZipArchive.begins(bytes) ? ZipFormat.read(file, bytes) : LegacyFormat.read(file, bytes);
    }
}

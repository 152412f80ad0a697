package dev.dafl.tensor.torch;

import dev.dafl.tensor.files.RefusedFileException;
import dev.dafl.tensor.pickle.Unpickler;
import dev.dafl.tensor.pickle.Value;
import dev.dafl.tensor.torch.SavedValue.Storages;
import dev.dafl.tensor.words.Quoted;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The format since 1.6: a zip archive with a folder in which {@code data.pkl} is the pickle and {@code data/} has the storages. */
final class ZipFormat {

    private static final String PICKLE = "data.pkl";

    private ZipFormat() {}

    static SavedValue read(Path file, MemorySegment bytes) {
        ZipArchive archive = ZipArchive.open(bytes);
        ForeignArchive.describe(file, archive.names()).ifPresent(what -> {
            throw new RefusedFileException(what);
        });
        List<String> pickles = archive.names().stream()
                .filter(name -> name.endsWith("/" + PICKLE) && name.indexOf('/') == name.lastIndexOf('/'))
                .toList();
        if (pickles.size() != 1) {
            throw RefusedFileException.damaged(
                    "the archive has " + pickles.size() + " of " + PICKLE + " where one is due");
        }
        String folder = pickles.getFirst().substring(0, pickles.getFirst().length() - PICKLE.length());
        requireLittleEndian(archive, folder);
        MemorySegment pickle = archive.content(pickles.getFirst()).orElseThrow();
        Value root = Unpickler.read(pickle, 0, new Rebuilding(file)).value();
        return new SavedValue(root, storages(archive, folder), false);
    }

    private static void requireLittleEndian(ZipArchive archive, String folder) {
        archive.content(folder + "byteorder").ifPresent(content -> {
            String order = new String(
                    content.asSlice(0, Math.min(16, content.byteSize())).toArray(ValueLayout.JAVA_BYTE),
                    StandardCharsets.US_ASCII);
            if (!order.strip().equals("little")) {
                throw new RefusedFileException("was written on a big-endian machine, whose numbers are not read here;"
                        + " load and save it again in PyTorch on an x86-64 or ARM one");
            }
        });
    }

    /** Each is looked for, and its checksum computed, once. */
    private static Storages storages(ZipArchive archive, String folder) {
        Map<String, MemorySegment> found = new HashMap<>();
        return storage -> found.computeIfAbsent(
                storage.key(),
                key -> archive.content(folder + "data/" + key)
                        .orElseThrow(
                                () -> RefusedFileException.damaged("the archive lacks the storage " + Quoted.of(key))));
    }
}

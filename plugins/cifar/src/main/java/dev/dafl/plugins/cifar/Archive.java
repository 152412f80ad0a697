package dev.dafl.plugins.cifar;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The binary files in a tar archive. */
record Archive(Path file) {

    private static final String REMEDY = "remove it, so that it is downloaded again, or put a whole one in its place";

    void read(List<RecordFile> wanted, RecordLayout layout) throws IOException {
        TarArchive archive = new TarArchive(file, REMEDY);
        archive.read(tar -> {
            Map<String, RecordFile> missing = new HashMap<>();
            wanted.forEach(entry -> missing.put(entry.name(), entry));
            for (var entry = tar.next(); entry.isPresent(); entry = tar.next()) {
                String name = entry.get().name();
                RecordFile file = missing.remove(name);
                if (file != null) {
                    file.read(tar, entry.get().size(), archive.file() + ": " + name, layout);
                }
            }
            if (!missing.isEmpty()) {
                throw archive.unsound(" lacks "
                        + String.join(", ", missing.keySet().stream().sorted().toList()));
            }
        });
    }
}

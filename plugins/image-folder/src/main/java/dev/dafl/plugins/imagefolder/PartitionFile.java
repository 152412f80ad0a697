package dev.dafl.plugins.imagefolder;

import dev.dafl.plugins.imagefolder.TextRows.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** CelebA's division: a row for each image with its name and 0, 1 or 2, perhaps after a row of headings. */
final class PartitionFile {

    static final int TRAIN = 0;
    static final int TEST = 2;

    private PartitionFile() {}

    /** 0, 1 or 2 by the image's name. */
    static Map<String, Integer> read(Path file) throws IOException {
        Map<String, Integer> parts = new HashMap<>();
        try (TextRows rows = new TextRows(file)) {
            boolean first = true;
            for (var next = rows.next(); next.isPresent(); next = rows.next()) {
                Row row = next.get();
                boolean right = row.cells().size() == 2 && row.cells().getLast().matches("[012]");
                if (!right && !(first && row.cells().size() == 2)) {
                    throw rows.mistake(
                            row, "a row is the name of an image and 0, 1 or 2, not " + String.join(" ", row.cells()));
                }
                if (right
                        && parts.put(
                                        row.cells().getFirst(),
                                        Integer.parseInt(row.cells().getLast()))
                                != null) {
                    throw rows.mistake(row, row.cells().getFirst() + " is there twice");
                }
                first = false;
            }
        }
        return parts;
    }
}

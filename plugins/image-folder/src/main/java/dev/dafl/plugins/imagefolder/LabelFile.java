package dev.dafl.plugins.imagefolder;

import dev.dafl.plugins.imagefolder.TextRows.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** CelebA's list of attributes: perhaps the number of images, then the attributes' names, then a row for each image. */
final class LabelFile {

    private LabelFile() {}

    /** Whether each image has the attribute, 0 or 1 by its name, in the file's order. */
    static Map<String, Integer> read(Path file, String attribute) throws IOException {
        Map<String, Integer> labels = new LinkedHashMap<>();
        long announced = -1;
        try (TextRows rows = new TextRows(file)) {
            Row header = rows.next().orElseThrow(() -> new IOException(file + " is empty"));
            if (header.cells().size() == 1 && header.cells().getFirst().matches("\\d{1,9}")) {
                announced = Long.parseLong(header.cells().getFirst());
                header = rows.next().orElseThrow(() -> new IOException(file + " ends after its first line"));
            }
            List<String> names = header.cells();
            int column = names.indexOf(attribute);
            if (column < 0) {
                throw rows.mistake(
                        header, "no attribute is named " + attribute + "; there are " + String.join(", ", names));
            }
            for (var next = rows.next(); next.isPresent(); next = rows.next()) {
                Row row = next.get();
                // CelebA's own header has no name for the column of file names, its CSV form has one.
                int unnamed = row.cells().size() - names.size();
                if (unnamed != 0 && unnamed != 1) {
                    throw rows.mistake(
                            row,
                            row.cells().size() + " cells are in a row, " + names.size() + " attributes in the first");
                }
                String value = row.cells().get(column + unnamed);
                int label = switch (value) {
                    case "1", "+1" -> 1;
                    case "-1", "0" -> 0;
                    default -> throw rows.mistake(row, attribute + " is '" + value + "'; it must be 1, or -1 or 0");
                };
                if (labels.put(row.cells().getFirst(), label) != null) {
                    throw rows.mistake(row, row.cells().getFirst() + " is there twice");
                }
            }
        }
        if (announced >= 0 && announced != labels.size()) {
            throw new IOException(file + " announces " + announced + " images and lists " + labels.size());
        }
        return labels;
    }
}

package dev.dafl.engine.run;

import dev.dafl.engine.config.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How often the student took which class for which. {@code confusion.json} holds it of the test images, {@code agreement.json} of
 * fresh images, whose class is what the teacher says.
 *
 * @param classes their names, by label
 * @param counts a row for each true class, in it a number for each class that the student saw
 */
public record Confusion(List<String> classes, List<List<Long>> counts) {

    public Confusion {
        classes = classes == null ? List.of() : List.copyOf(classes);
        counts = counts == null ? List.of() : List.copyOf(counts);
        for (List<Long> row : counts) {
            if (row.size() != counts.size() || counts.size() != classes.size()) {
                throw new IllegalArgumentException(
                        "counts must have a row and a column for each of the " + classes.size() + " classes");
            }
        }
    }

    /**
     * That of the run in a folder; empty where there is none.
     *
     * @param which {@link Artefact#CONFUSION} or {@link Artefact#AGREEMENT}
     */
    public static Optional<Confusion> read(Path folder, Artefact which) throws IOException {
        return JsonFile.read(which.in(folder), Confusion.class);
    }

    /** The share of images, 0 to 1, that it took for what they are. */
    public double accuracy() {
        long all = 0;
        long right = 0;
        for (int label = 0; label < counts.size(); label++) {
            all += counts.get(label).stream().mapToLong(Long::longValue).sum();
            right += counts.get(label).get(label);
        }
        return (double) right / all;
    }
}

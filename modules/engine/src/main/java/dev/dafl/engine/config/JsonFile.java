package dev.dafl.engine.config;

import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what dafl has written as JSON back into its records, by the binding of the YAML files. A file that is damaged, or that
 * another version or somebody else has written, is told in a sentence.
 */
public final class JsonFile {

    private static final JsonMapper TREES = new JsonMapper();

    private JsonFile() {}

    /**
     * The record in a file; empty where there is no such file.
     *
     * @throws IOException when it cannot be read or does not hold such a record, naming the file and what to do
     */
    public static <T> Optional<T> read(Path file, Class<T> type) throws IOException {
        Optional<String> text = WholeFile.read(file);
        return text.isEmpty() ? Optional.empty() : Optional.of(bound(text.get(), type, file.toString()));
    }

    /**
     * The records in a file with one a line; none where there is no such file. A last line without its end is what a killed run
     * leaves, and is left out.
     *
     * @throws IOException as {@link #read}, with the line
     */
    public static <T> List<T> lines(Path file, Class<T> type) throws IOException {
        String text = WholeFile.read(file).orElse("");
        List<T> records = new ArrayList<>();
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
            records.add(bound(line, type, file + ":" + (records.size() + 1)));
        }
        return records;
    }

    /**
     * The record in a text.
     *
     * @param where it stands, for messages
     * @throws IOException as {@link #read}
     */
    public static <T> T line(String text, Class<T> type, String where) throws IOException {
        return bound(text, type, where);
    }

    private static <T> T bound(String text, Class<T> type, String where) throws IOException {
        try {
            JsonNode tree = TREES.readTree(text);
            if (!tree.isObject()) {
                throw damaged(where, "it holds no JSON object", null);
            }
            return Binding.bind(tree, type);
        } catch (JacksonException e) {
            throw damaged(where, e.getOriginalMessage(), e);
        } catch (Binding.MistakeException e) {
            String place = e.mistake().pointer();
            throw damaged(
                    where,
                    (place.isEmpty() ? "" : "at " + OneLine.shortened(place) + ": ")
                            + e.mistake().problem(),
                    e);
        }
    }

    private static IOException damaged(String where, String problem, @Nullable Exception cause) {
        return new IOException(
                where + " is damaged or not of this version of dafl: " + problem
                        + "; delete its folder and run it again, or read it with the version that wrote it",
                cause);
    }
}

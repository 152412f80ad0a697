package dev.dafl.engine.report;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what a run has written; says which file is damaged, and where. */
final class JsonFiles {

    private static final JsonMapper JSON = new JsonMapper();

    private JsonFiles() {}

    /** The object in a file; empty where there is no such file. */
    static Optional<JsonNode> object(Path file) throws IOException {
        Optional<String> text = text(file);
        return text.isEmpty() ? Optional.empty() : Optional.of(parse(text.get(), file.toString()));
    }

    /** The objects in a file with one a line. A last line without its end is what a killed run leaves, and is left out. */
    static List<JsonNode> lines(Path file) throws IOException {
        String text = text(file).orElse("");
        List<JsonNode> objects = new ArrayList<>();
        int number = 0;
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
            objects.add(parse(line, file + ":" + ++number));
        }
        return objects;
    }

    /** What a file says; empty where there is no such file. */
    static Optional<String> text(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is damaged: it is no text", e);
        } catch (IOException e) {
            throw new IOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static JsonNode parse(String text, String where) throws IOException {
        try {
            JsonNode node = JSON.readTree(text);
            if (!node.isObject()) {
                throw new IOException(where + " is damaged: it holds no JSON object");
            }
            return node;
        } catch (JacksonException e) {
            throw new IOException(where + " is damaged: " + e.getOriginalMessage(), e);
        }
    }
}

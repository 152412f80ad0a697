package dev.dafl.engine.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The relative paths that an experiment's file names: they lead on from the working folder and, where nothing is there, from the
 * folder of the file, so that a file and what lies beside it can be used from anywhere. What a matrix lists by its value alone is left as it
 * is written: the names of its runs are made of it.
 *
 * @param file the experiment's file
 */
record FilesBeside(Path file) {

    /** The keys that name a file or a folder, also as the last part of a key of a matrix such as {@code teacher.weights}. */
    private static final Set<String> KEYS = Set.of("weights", "file", "root");

    /** Puts the way from the working folder where a path is only right from the folder of the file. */
    void resolve(JsonNode node) {
        if (node instanceof ObjectNode table) {
            for (Map.Entry<String, JsonNode> entry : List.copyOf(table.properties())) {
                String key = entry.getKey().substring(entry.getKey().lastIndexOf('.') + 1);
                if (KEYS.contains(key) && entry.getValue().isString()) {
                    table.set(entry.getKey(), resolved(entry.getValue()));
                } else {
                    resolve(entry.getValue());
                }
            }
        } else if (node instanceof ArrayNode values) {
            values.forEach(this::resolve);
        }
    }

    private JsonNode resolved(JsonNode written) {
        try {
            Path beside = file.resolveSibling(written.asString());
            return Files.exists(Path.of(written.asString())) || !Files.exists(beside)
                    ? written
                    : JsonNodeFactory.instance.stringNode(beside.toString());
        } catch (InvalidPathException _) {
            return written;
        }
    }
}

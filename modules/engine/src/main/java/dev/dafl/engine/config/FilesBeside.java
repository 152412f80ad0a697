package dev.dafl.engine.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The relative paths that an experiment's file names: they lead on from the working folder and, where nothing is there, from the
 * folder of the file, so that a file and what lies beside it can be used from anywhere. What a matrix lists by its value alone is
 * left as it is written, since the names of its runs are made of it; so is what the options of a plugin mean.
 *
 * @param file the experiment's file
 */
record FilesBeside(Path file) {

    private static final Set<String> PATHS = Set.of(
            "teacher.weights",
            "teacher.file",
            "teacher.model.file",
            "student.file",
            "student.model.file",
            "data.root",
            "test.root");

    /** What a run's folder has: what lies there is what it has made, and not what its configuration names. */
    private static final String METRICS = "metrics.jsonl";

    /** Puts the way from the working folder where a path is only right from the folder of the file. */
    void resolve(ObjectNode experiment) {
        if (Files.exists(file.resolveSibling(METRICS))) {
            return;
        }
        resolve(experiment, "");
        for (JsonNode axis : experiment.path(MatrixFile.MATRIX)) {
            for (JsonNode choice : axis) {
                if (choice instanceof ObjectNode values) {
                    resolve(values, "");
                }
            }
        }
    }

    /** @param within the keys around the table, each with a dot behind it */
    private void resolve(ObjectNode table, String within) {
        for (Map.Entry<String, JsonNode> entry : List.copyOf(table.properties())) {
            String key = within + entry.getKey();
            if (entry.getValue() instanceof ObjectNode inner) {
                resolve(inner, key + ".");
            } else if (entry.getValue().isString() && PATHS.contains(key)) {
                table.put(entry.getKey(), resolved(entry.getValue().asString()));
            }
        }
    }

    private String resolved(String written) {
        try {
            Path beside = file.resolveSibling(written);
            boolean elsewhere = !written.isBlank() && !Files.exists(Path.of(written)) && Files.exists(beside);
            return elsewhere ? beside.toString() : written;
        } catch (InvalidPathException _) {
            return written;
        }
    }
}

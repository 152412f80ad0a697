package dev.dafl.engine.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a run folder holds. Any of it may be missing.
 *
 * @param result of the run; empty where it was killed, or goes on
 * @param metrics in the order of writing
 * @param configuration as YAML
 * @param confusion of the kept student
 */
record RunFiles(
        Path folder,
        Optional<JsonNode> result,
        List<JsonNode> metrics,
        Optional<String> configuration,
        Optional<JsonNode> confusion) {

    static final String RESULT = "result.json";
    static final String METRICS = "metrics.jsonl";

    static RunFiles read(Path folder) throws IOException {
        return new RunFiles(
                folder,
                JsonFiles.object(folder.resolve(RESULT)),
                JsonFiles.lines(folder.resolve(METRICS)),
                JsonFiles.text(folder.resolve("config.yaml")),
                JsonFiles.object(folder.resolve("confusion.json")));
    }

    /** The name of the class with this label; where none is known, its number. */
    String className(int label) {
        return confusion
                .map(c -> c.path("classes").path(label).asString(""))
                .filter(name -> !name.isBlank())
                .orElse(Integer.toString(label));
    }

    /** The bytes of a picture, where it was drawn. */
    Optional<byte[]> picture(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    }

    /** The name of the folder itself: in a matrix the labels of the run. */
    String folderName() {
        Path name = folder.toAbsolutePath().normalize().getFileName();
        return name == null ? "" : name.toString();
    }
}

package dev.dafl.engine.config;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What a YAML file is: one experiment, or a matrix of them. */
public sealed interface ConfigFile permits ExperimentFile, MatrixFile {

    /**
     * Reads a file, once, and puts the overrides over it.
     *
     * @param overrides from keys such as {@code teacher.epochs} to values in YAML
     * @throws ConfigException for every mistake in the file or the overrides; that of a run of a matrix with its name
     */
    static ConfigFile read(Path file, Map<String, String> overrides) {
        YamlDocument document = YamlDocument.parse(file.toString(), ExperimentFile.text(file));
        String name = ExperimentFile.stem(file);
        return MatrixFile.of(document, overrides, name)
                .<ConfigFile>map(matrix -> matrix)
                .orElseGet(() -> ExperimentFile.of(document, overrides, name));
    }

    /**
     * All texts that are values in a file, whatever they mean: somebody who runs the files of others looks at them before
     * anything is done with one.
     *
     * @throws ConfigException when it is no YAML, or an override cannot be put over it
     */
    static List<String> texts(String source, String yaml, Map<String, String> overrides) {
        YamlDocument document = YamlDocument.parse(source, yaml);
        overrides.forEach(document::set);
        List<String> texts = new ArrayList<>();
        Deque<JsonNode> open = new ArrayDeque<>(List.of(document.root()));
        while (!open.isEmpty()) {
            JsonNode node = open.pop();
            if (node.isString()) {
                texts.add(node.asString());
            }
            node.valueStream().forEach(open::push);
        }
        return texts;
    }
}

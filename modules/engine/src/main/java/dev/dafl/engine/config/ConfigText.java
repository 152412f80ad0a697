package dev.dafl.engine.config;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What a YAML file says, before it is known what it means: for those who hand it on to where the plugins are.
 *
 * @param source what messages call it
 */
public record ConfigText(String source, String text) {

    /** @throws ConfigException when it cannot be read, or is no text */
    public static ConfigText read(Path file) {
        return new ConfigText(file.toString(), ExperimentFile.text(file));
    }

    /**
     * Every value that is a text, in order: names, words, paths.
     *
     * @param overrides from keys such as {@code teacher.epochs} to values in YAML
     * @throws ConfigException when it is no YAML, with the line
     */
    public Set<String> values(Map<String, String> overrides) {
        Set<String> values = new LinkedHashSet<>();
        collect(YamlDocument.parse(source, text).root(), values);
        overrides.forEach((key, value) -> collect(YamlDocument.value(key, value), values));
        return values;
    }

    private static void collect(JsonNode node, Set<String> into) {
        if (node.isString()) {
            into.add(node.asString());
        }
        node.forEach(child -> collect(child, into));
    }
}

package dev.dafl.engine.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.dafl.spi.PluginReference;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A plugin named in the file: {@code lenet5}, or {@code {name: dcgan, latent: 100}} with its options.
 *
 * @param name of the plugin
 * @param options as written, still to be bound to the plugin's record
 */
public record Component(String name, ObjectNode options) {

    public static Component named(String name) {
        return new Component(name, JsonNodeFactory.instance.objectNode());
    }

    /**
     * A plugin as a user writes it outside a file.
     *
     * @throws ConfigException when it is neither a name nor a table with one
     */
    public static Component parse(String text) {
        String place = "'" + OneLine.shortened(text) + "'";
        try {
            return of(YamlReader.read(text, _ -> place)
                    .map(tree -> RecordShape.plain(tree.root()))
                    .orElseGet(JsonNodeFactory.instance::nullNode));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(place + ": " + e.getMessage(), e);
        }
    }

    /**
     * The options over a plugin's defaults.
     *
     * @throws ConfigException for unknown keys and values that do not fit
     */
    public <O extends Record> O bind(O defaults) {
        try {
            return Binding.bind(options, defaults);
        } catch (Binding.MistakeException e) {
            throw new ConfigException(name + ": " + e.mistake().problem(), e);
        }
    }

    /** The same plugin with one more option; one that it has already stays. */
    public Component with(String option, String value) {
        ObjectNode more = options.deepCopy();
        if (!more.has(option)) {
            more.put(option, value);
        }
        return new Component(name, more);
    }

    /** A plugin that another plugin's options name. */
    public static Component of(PluginReference reference) {
        return new Component(reference.name(), Binding.tree(reference.options()));
    }

    /** A key without a value counts as not given. */
    PluginReference reference() {
        Map<String, Object> given = Binding.map(options);
        given.values().removeIf(Objects::isNull);
        return new PluginReference(name, given);
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Component of(JsonNode node) {
        if (node.isString() && !node.asString().isBlank()) {
            return named(node.asString());
        }
        if (node instanceof ObjectNode object && object.path("name").isString()) {
            ObjectNode options = object.deepCopy();
            String name = options.remove("name").asString();
            return new Component(name, options);
        }
        throw new IllegalArgumentException("a plugin is its name, or {name: ..., option: ...}");
    }

    @JsonValue
    JsonNode toNode() {
        if (options.isEmpty()) {
            return JsonNodeFactory.instance.stringNode(name);
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("name", name);
        node.setAll(options);
        return node;
    }

    /** As it is written in a file. */
    @Override
    public String toString() {
        return options.isEmpty()
                ? name
                : name + " "
                        + options.toString()
                                .replace("\"", "")
                                .replace(":", ": ")
                                .replace(",", ", ");
    }
}

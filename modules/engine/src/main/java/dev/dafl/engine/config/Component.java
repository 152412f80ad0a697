package dev.dafl.engine.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
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
}

package dev.dafl.engine.tools;

import dev.dafl.engine.config.Component;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Parts of an experiment in YAML on one line, as people write it: {@code {name: wide-resnet, depth: 16}}. */
final class FlowYaml {

    /** Nothing in it that YAML reads as anything but a text. */
    private static final String PLAIN = "[A-Za-z_./][A-Za-z0-9_./+-]*";

    private static final String WORDS = "(?i)true|false|null|yes|no|on|off|\\.nan|\\.inf";

    private FlowYaml() {}

    /** A plugin with its options. */
    static String of(Component component) {
        return component.options().isEmpty() ? text(component.name()) : table("name", component);
    }

    /** The keys of a teacher or a student that name a plugin whose only option is its file. */
    static String table(Component component) {
        return table("model", component);
    }

    private static String table(String key, Component component) {
        String options = inside(component.options());
        return "{" + key + ": " + text(component.name()) + (options.isEmpty() ? "" : ", " + options) + "}";
    }

    static String of(JsonNode node) {
        if (node.isObject()) {
            return "{" + inside(node) + "}";
        }
        if (node.isArray()) {
            return node.valueStream().map(FlowYaml::of).collect(Collectors.joining(", ", "[", "]"));
        }
        return node.isString() ? text(node.asString()) : node.toString();
    }

    private static String inside(JsonNode table) {
        return table.properties().stream().map(FlowYaml::entry).collect(Collectors.joining(", "));
    }

    private static String entry(Map.Entry<String, JsonNode> entry) {
        return text(entry.getKey()) + ": " + of(entry.getValue());
    }

    /** With quotation marks only where it needs them. */
    static String text(String text) {
        return text.matches(PLAIN) && !text.matches(WORDS)
                ? text
                : JsonNodeFactory.instance.stringNode(text).toString();
    }
}

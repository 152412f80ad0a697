package dev.dafl.engine.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tree as values by keys that {@link Assignment} takes: an entry of a list has its name in the key, where all entries have
 * names of their own, else its number. A plugin without options is written as one with its name, so that it has the same key
 * as one with options.
 */
final class DottedKeys {

    private final Map<String, String> values = new LinkedHashMap<>();

    private DottedKeys() {}

    static Map<String, String> of(ObjectNode tree) {
        DottedKeys keys = new DottedKeys();
        keys.add("", tree);
        return keys.values;
    }

    private void add(String key, JsonNode node) {
        String start = key.isEmpty() ? "" : key + ".";
        switch (node) {
            case ObjectNode table
            when table.has("name") && !key.isEmpty() -> {
                values.put(key, table.path("name").asString());
                table.properties().stream()
                        .filter(entry -> !entry.getKey().equals("name"))
                        .forEach(entry -> add(start + entry.getKey(), entry.getValue()));
            }
            case ObjectNode table -> table.properties().forEach(entry -> add(start + entry.getKey(), entry.getValue()));
            case ArrayNode list when named(list) -> list.forEach(entry -> add(start + name(entry), entry));
            case ArrayNode list
            when !list.isEmpty() && list.get(0).isObject() -> {
                for (int i = 0; i < list.size(); i++) {
                    add(start + i, list.get(i));
                }
            }
            default -> values.put(key, node.isString() ? node.asString() : node.toString());
        }
    }

    private static boolean named(ArrayNode list) {
        List<String> names = list.valueStream().map(DottedKeys::name).toList();
        return !names.isEmpty()
                && names.stream().noneMatch(String::isEmpty)
                && Set.copyOf(names).size() == names.size();
    }

    private static String name(JsonNode entry) {
        return entry.isObject() ? entry.path("name").asString("") : "";
    }
}

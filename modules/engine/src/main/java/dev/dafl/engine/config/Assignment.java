package dev.dafl.engine.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A value for a key such as {@code teacher.epochs}. An entry of a list is addressed by its name
 * ({@code generator.losses.one-hot.weight}) or its number from 0, and null takes it out; a plugin that stands there by its bare
 * name becomes a table, so that it can have options.
 *
 * @param said how messages call it
 */
record Assignment(String key, JsonNode value, String said) {

    private static final int LONGEST_KEY = 200;
    private static final String NAME = "name";

    /**
     * Puts the value into a tree.
     *
     * @return where it stands now; of an entry that was taken out, where the list stands
     * @throws ConfigException where the tree has no such place
     */
    String to(ObjectNode root) {
        List<String> parts = List.of(key.split("\\.", -1));
        if (key.length() > LONGEST_KEY || parts.contains("")) {
            throw new ConfigException(said + ": a key is names with dots between them, such as teacher.epochs");
        }
        List<String> path = new ArrayList<>();
        JsonNode parent = root;
        for (int used = 0; ; ) {
            String place = "/" + String.join("/", path);
            if (parent instanceof ObjectNode table) {
                String name = name(table, parts.subList(used, parts.size()), path);
                used += name.split("\\.", -1).length;
                path.add(name);
                if (used == parts.size()) {
                    table.set(name, value);
                    return "/" + String.join("/", path);
                }
                table.set(name, opened(table.path(name), path));
                parent = table.get(name);
            } else if (parent instanceof ArrayNode list) {
                int index = index(list, parts.get(used), path.getLast());
                used++;
                if (used == parts.size() && value.isNull()) {
                    list.remove(index);
                    return place;
                }
                path.add(Integer.toString(index));
                if (used == parts.size()) {
                    list.set(index, value);
                    return "/" + String.join("/", path);
                }
                list.set(index, opened(list.get(index), path));
                parent = list.get(index);
            } else {
                throw new ConfigException(said + ": " + path.getLast() + " is not a table");
            }
        }
    }

    /** The overrides of a matrix are keys with dots themselves. */
    private static String name(ObjectNode table, List<String> rest, List<String> path) {
        boolean override = path.size() == 3 && path.getFirst().equals(MatrixFile.MATRIX);
        return IntStream.iterate(rest.size(), n -> n > 0, n -> n - 1)
                .mapToObj(n -> String.join(".", rest.subList(0, n)))
                .filter(table::has)
                .findFirst()
                .orElseGet(() -> override ? String.join(".", rest) : rest.getFirst());
    }

    /** What stands at a place, made ready to have keys. */
    private static JsonNode opened(JsonNode node, List<String> path) {
        ObjectNode table = JsonNodeFactory.instance.objectNode();
        if (node.isMissingNode() || node.isNull()) {
            return path.equals(List.of("distillation", "loss"))
                    ? table.put(NAME, DistillationConfig.DEFAULTS.loss().name())
                    : table;
        }
        // At the top no key names a plugin.
        return node.isString() && path.size() > 1 ? table.put(NAME, node.asString()) : node;
    }

    private int index(ArrayNode list, String part, String listName) {
        List<String> names = list.valueStream()
                .map(entry -> entry.isString() ? entry : entry.path(NAME))
                .map(name -> name.asString(""))
                .toList();
        int named = names.indexOf(part);
        if (named >= 0) {
            return named;
        }
        if (part.matches("\\d{1,6}") && Integer.parseInt(part) < list.size()) {
            return Integer.parseInt(part);
        }
        List<String> known = names.stream().filter(name -> !name.isEmpty()).toList();
        throw new ConfigException(said + ": " + listName + " has no entry " + part
                + (known.isEmpty()
                        ? "; it has " + list.size() + (list.size() == 1 ? " entry" : " entries")
                                + ", which are counted from 0"
                        : Nearest.among(part, known)));
    }
}

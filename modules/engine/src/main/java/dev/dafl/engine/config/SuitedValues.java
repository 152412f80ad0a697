package dev.dafl.engine.config;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Values by their keys with dots between them, as the tree that a file would have. */
public final class SuitedValues {

    private static final long ROUNDS = 100;

    private SuitedValues() {}

    /** Of a method, whose schedule has rounds in any case. */
    public static ObjectNode of(Map<String, Object> values) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        ObjectNode schedule = tree.putObject("distillation").putObject("schedule");
        schedule.put("kind", "rounds").put("rounds", ROUNDS).put("round-student-steps", ROUNDS);
        new TreeMap<>(values).forEach((key, value) -> put(tree, key, value));
        return tree;
    }

    private static void put(ObjectNode tree, String key, Object value) {
        int dot = key.indexOf('.');
        if (dot < 0) {
            JsonNode written = Binding.tree(Map.of("it", value)).path("it");
            tree.set(key, written);
            return;
        }
        String table = key.substring(0, dot);
        ObjectNode inside = tree.path(table) instanceof ObjectNode there ? there : tree.putObject(table);
        put(inside, key.substring(dot + 1), value);
    }
}

package dev.dafl.engine.config;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Values by their keys with dots between them, as the tree that a file would have. */
final class SuitedValues {

    private static final long ROUNDS = 100;
    private static final String COUNT = "rounds";
    private static final String WARM_UP = "warm-up";

    private SuitedValues() {}

    /**
     * Of a method, whose schedule has rounds in any case. A warm-up that suits its number of rounds is the same part of another.
     *
     * @param written the schedule of the file, as far as it has one
     */
    static ObjectNode of(Map<String, Object> values, JsonNode written) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        ObjectNode schedule = tree.putObject("distillation").putObject("schedule");
        schedule.put("kind", "rounds").put(COUNT, ROUNDS).put("round-student-steps", ROUNDS);
        new TreeMap<>(values).forEach((key, value) -> put(tree, key, value));
        JsonNode suited = tree.path("distillation").path("schedule");
        long rounds = RecordShape.plain(written.path(COUNT)).asLong(0);
        if (rounds > 0
                && suited instanceof ObjectNode table
                && table.path(WARM_UP).asLong(0) > 0) {
            table.put(
                    WARM_UP,
                    Math.min(
                            rounds - 1,
                            Math.round((double) table.path(WARM_UP).asLong()
                                    * rounds
                                    / table.path(COUNT).asLong())));
        }
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

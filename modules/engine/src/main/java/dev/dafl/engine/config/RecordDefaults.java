package dev.dafl.engine.config;

import dev.dafl.engine.config.Binding.MistakeException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the keys of a record are where a file leaves them out: those of one that is made of what it needs and nothing else. */
final class RecordDefaults {

    private RecordDefaults() {}

    /** By key; a key that is needed, or that has no value where it is left out, is not there. */
    static ObjectNode of(Class<?> type) {
        ObjectNode least = least(type);
        List<String> given = List.copyOf(least.propertyNames());
        try {
            ObjectNode defaults = Binding.tree(Binding.bind(least, type));
            defaults.remove(given);
            return defaults;
        } catch (MistakeException e) {
            // A record that is right only with one of several keys.
            return JsonNodeFactory.instance.objectNode();
        }
    }

    /** The smallest table that the record can be made of. */
    private static ObjectNode least(Class<?> type) {
        ObjectNode least = JsonNodeFactory.instance.objectNode();
        for (RecordComponent component : type.getRecordComponents()) {
            if (isNeeded(component)) {
                least.set(RecordShape.key(component), value(component));
            }
        }
        return least;
    }

    static boolean isNeeded(RecordComponent component) {
        return component.isAnnotationPresent(Needed.class)
                || component.getType().isPrimitive();
    }

    private static JsonNode value(RecordComponent component) {
        Needed needed = component.getAnnotation(Needed.class);
        return needed == null
                ? JsonNodeFactory.instance.numberNode(1)
                : YamlReader.read(needed.value(), _ -> RecordShape.key(component))
                        .map(YamlReader.Tree::root)
                        .orElseThrow();
    }
}

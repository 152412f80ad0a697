package dev.dafl.engine.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a plugin's options may be, where there are few to choose from. */
public final class OptionChoices {

    /** Of all options together; no network of ours has more than four. */
    private static final int MOST = 64;

    private OptionChoices() {}

    /**
     * A plugin with every choice of those options that are yes or no or one of some names; all others, such as numbers, are the
     * defaults. An option that is its default is not written, so the first choice is the name alone.
     */
    public static List<Component> of(String name, Record defaults) {
        ObjectNode usual = Binding.tree(defaults);
        List<ObjectNode> choices = List.of(JsonNodeFactory.instance.objectNode());
        for (RecordComponent option : defaults.getClass().getRecordComponents()) {
            String key = RecordShape.key(option);
            List<ObjectNode> more = new ArrayList<>(choices);
            for (Object value : values(option.getType())) {
                JsonNode written = Binding.tree(Map.of(key, value)).path(key);
                if (!written.equals(usual.path(key))) {
                    choices.forEach(choice -> more.add(choice.deepCopy().set(key, written)));
                }
            }
            choices = more.stream().limit(MOST).toList();
        }
        return choices.stream().map(options -> new Component(name, options)).toList();
    }

    private static List<?> values(Class<?> type) {
        if (type == boolean.class || type == Boolean.class) {
            return List.of(true, false);
        }
        return type.isEnum() ? List.of(type.getEnumConstants()) : List.of();
    }
}

package dev.dafl.engine.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import dev.dafl.spi.Plugin;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** All keys of an experiment and all options of the plugins there are, as Markdown, from the same sources as {@link ConfigSchema}. */
public final class ConfigReference {

    private static final String TOP = "(top)";

    private final StringBuilder text = new StringBuilder();

    private ConfigReference() {}

    /** @param plugins by what their kind is called */
    public static String of(Map<String, List<Plugin<?>>> plugins) {
        ConfigReference reference = new ConfigReference();
        Map<Class<?>, List<String>> tables = new LinkedHashMap<>();
        collect(ExperimentConfig.class, "", tables);
        reference.text.append("## All keys\n");
        tables.forEach(reference::table);
        reference.text.append("\n## All plugins\n");
        byOptions(plugins).forEach(reference::plugin);
        return reference.text.toString();
    }

    /** The records that tables are read into, each with the keys that it stands at. */
    private static void collect(Class<?> type, String place, Map<Class<?>, List<String>> tables) {
        tables.computeIfAbsent(type, _ -> new ArrayList<>()).add(place.isEmpty() ? TOP : place);
        for (RecordComponent component : type.getRecordComponents()) {
            String key = (place.isEmpty() ? "" : place + ".") + RecordShape.key(component);
            Class<?> inner = ValueSchema.inner(component.getGenericType());
            JsonSubTypes kinds = inner.getAnnotation(JsonSubTypes.class);
            if (kinds != null) {
                for (JsonSubTypes.Type kind : kinds.value()) {
                    collect(kind.value(), key + ": {kind: " + kind.name() + "}", tables);
                }
            } else if (ValueSchema.isTable(inner)) {
                collect(inner, key, tables);
            }
        }
    }

    private void table(Class<?> type, List<String> places) {
        String heading = places.equals(List.of(TOP))
                ? "The file itself"
                : places.stream().map(place -> "`" + place + "`").collect(Collectors.joining(", "));
        text.append("\n### ").append(heading).append("\n\n");
        paragraph(Meanings.of(type).whole());
        rows(OptionKey.of(type, RecordDefaults.of(type)));
    }

    private void rows(List<OptionKey> keys) {
        text.append("| key | value | range | default | |\n| --- | --- | --- | --- | --- |\n");
        for (OptionKey key : keys) {
            text.append("| `")
                    .append(key.key())
                    .append("` | ")
                    .append(cell(key.type()))
                    .append(" | ")
                    .append(cell(key.range()))
                    .append(" | ")
                    .append(key.needed() ? "needed" : key.usual().isEmpty() ? "" : "`" + cell(key.usual()) + "`")
                    .append(" | ")
                    .append(cell(key.meaning()))
                    .append(" |\n");
        }
    }

    private static String cell(String words) {
        return words.replace("|", "\\|").replace("\n", " ");
    }

    private void paragraph(String words) {
        if (!words.isEmpty()) {
            text.append(words).append("\n\n");
        }
    }

    /** A plugin under one name, and the kinds that it is of with these options. */
    private record Named(String name, String description, Class<?> type, ObjectNode defaults) {}

    private static Map<Named, List<String>> byOptions(Map<String, List<Plugin<?>>> plugins) {
        Map<Named, List<String>> named = new LinkedHashMap<>();
        plugins.forEach((kind, all) -> all.forEach(plugin -> {
            Record defaults = plugin.defaults();
            named.computeIfAbsent(
                            new Named(plugin.name(), plugin.description(), defaults.getClass(), Binding.tree(defaults)),
                            _ -> new ArrayList<>())
                    .add(kind);
        }));
        return named;
    }

    private void plugin(Named plugin, List<String> kinds) {
        text.append("\n### `")
                .append(plugin.name())
                .append("` (")
                .append(String.join(", ", kinds))
                .append(")\n\n");
        paragraph(plugin.description());
        List<OptionKey> keys = OptionKey.of(plugin.type(), plugin.defaults());
        if (keys.isEmpty()) {
            paragraph("No options.");
        } else {
            paragraph(Meanings.of(plugin.type()).whole());
            rows(keys);
        }
    }
}

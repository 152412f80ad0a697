package dev.dafl.engine.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Ramp;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON Schema (draft 2020-12) of an experiment file, made from the records that files are read into and the options of the
 * plugins there are, so that editors complete keys and names. It is looser than dafl: what a record's constructor checks it does
 * not know.
 */
public final class ConfigSchema {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Function<Class<?>, List<Plugin<?>>> plugins;
    private final ObjectNode definitions = NODES.objectNode();

    private ConfigSchema(Function<Class<?>, List<Plugin<?>>> plugins) {
        this.plugins = plugins;
    }

    /** @param plugins all of a kind, such as {@link dev.dafl.spi.LossTerm} */
    public static String of(Function<Class<?>, List<Plugin<?>>> plugins) {
        return new ConfigSchema(plugins).schema().toPrettyString();
    }

    private ObjectNode schema() {
        ObjectNode schema = NODES.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "an experiment of dafl");
        schema.setAll(record(ExperimentConfig.class, Optional.empty()));
        ObjectNode properties = (ObjectNode) schema.get("properties");
        // A number whose 0 is a choice has a word for it.
        properties.set("threads", anyOf(constant("auto"), type("integer").put("minimum", 0)));
        ObjectNode device = NODES.objectNode();
        device.putArray("enum").add("auto").add("cpu").add("cuda");
        properties.set("device", anyOf(device, type("string").put("pattern", "^cuda:[0-9]{1,3}$")));
        properties.set(MatrixFile.MATRIX, type("object"));
        properties.set(LauncherConfig.KEY, anyOf(words("local", "slurm"), kinds(LauncherConfig.class)));
        schema.set("$defs", definitions);
        return schema;
    }

    private ObjectNode record(Class<?> type, Optional<Object> defaults) {
        ObjectNode table = type("object").put("additionalProperties", false);
        ObjectNode properties = table.putObject("properties");
        ObjectNode values = defaults.map(Binding::tree).orElseGet(NODES::objectNode);
        for (RecordComponent component : type.getRecordComponents()) {
            String key = RecordShape.key(component);
            ObjectNode property = property(component);
            JsonNode value = values.get(key);
            if (value != null && !value.isNull() && !property.has("$ref")) {
                property.set("default", value);
            }
            properties.set(key, property);
        }
        return table;
    }

    private ObjectNode property(RecordComponent component) {
        PluginOf named = component.getAnnotation(PluginOf.class);
        if (named == null) {
            return value(component.getGenericType());
        }
        ObjectNode plugin = plugin(named.value());
        return component.getType() == List.class ? list(plugin) : plugin;
    }

    private ObjectNode value(Type type) {
        if (type instanceof ParameterizedType generic) {
            return switch (generic.getRawType()) {
                case Class<?> raw when raw == Optional.class -> value(generic.getActualTypeArguments()[0]);
                case Class<?> raw when raw == List.class -> list(value(generic.getActualTypeArguments()[0]));
                default -> NODES.objectNode();
            };
        }
        return switch (type) {
            case Class<?> t when t == String.class -> type("string");
            case Class<?> t when t == Boolean.class || t == boolean.class -> type("boolean");
            case Class<?> t
            when t == Integer.class || t == int.class || t == Long.class || t == long.class -> type("integer");
            case Class<?> t
            when t == Double.class || t == double.class || t == Float.class || t == float.class -> type("number");
            case Class<?> t when t == CheckpointConfig.Every.class || t == TimeSpan.class -> type("string");
            case Class<?> t when t == BudgetConfig.class -> anyOf(type("string"), type("object"));
            case Class<?> t when t == Component.class || t == PluginReference.class -> anyPlugin();
            case Class<?> t when t == LossReference.class -> plugin(LossTerm.class);
            case Class<?> t when t == Ramp.class -> changing();
            case Class<?> t when t.isEnum() -> words(t);
            case Class<?> t when t.isAnnotationPresent(JsonSubTypes.class) -> kinds(t);
            case Class<?> t when t.isRecord() -> record(t, Optional.empty());
            default -> NODES.objectNode();
        };
    }

    private ObjectNode kinds(Class<?> type) {
        ObjectNode choice = NODES.objectNode();
        ArrayNode kinds = choice.putArray("oneOf");
        JsonSubTypes.Type[] all = type.getAnnotation(JsonSubTypes.class).value();
        String property = type.getAnnotation(JsonTypeInfo.class).property();
        for (JsonSubTypes.Type kind : all) {
            ObjectNode table = record(kind.value(), Optional.empty());
            ((ObjectNode) table.get("properties")).set(property, constant(kind.name()));
            if (kind != all[0] || !property.equals("kind")) {
                table.putArray("required").add(property);
            }
            kinds.add(table);
        }
        return choice;
    }

    private static ObjectNode words(Class<?> type) {
        return words(Stream.of(type.getEnumConstants())
                .map(constant ->
                        ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toArray(String[]::new));
    }

    private static ObjectNode words(String... names) {
        ObjectNode words = NODES.objectNode();
        ArrayNode all = words.putArray("enum");
        Stream.of(names).forEach(all::add);
        return words;
    }

    /** A number, or points of a share of the run and a number. */
    private static ObjectNode changing() {
        ObjectNode point = list(type("number")).put("minItems", 2).put("maxItems", 2);
        return anyOf(type("number"), list(point).put("minItems", 1));
    }

    private static ObjectNode anyPlugin() {
        return anyOf(type("string"), type("object"));
    }

    /** Defined once for each kind, however often it can be named. */
    private ObjectNode plugin(Class<?> kind) {
        String name = kind.getSimpleName();
        if (!definitions.has(name)) {
            ObjectNode definition = NODES.objectNode();
            // There before its options are looked at, which may name plugins themselves.
            definitions.set(name, definition);
            ArrayNode forms = definition.putArray("anyOf");
            ArrayNode names = forms.addObject().putArray("enum");
            for (Plugin<?> plugin : plugins.apply(kind)) {
                names.add(plugin.name());
                ObjectNode table = record(plugin.defaults().getClass(), Optional.of(plugin.defaults()));
                ObjectNode properties = (ObjectNode) table.get("properties");
                properties.set("name", constant(plugin.name()));
                if (name.equals("LossTerm")) {
                    properties.set("weight", changing().put("default", 1));
                }
                table.put("description", plugin.description());
                table.putArray("required").add("name");
                forms.add(table);
            }
        }
        return NODES.objectNode().put("$ref", "#/$defs/" + name);
    }

    private static ObjectNode list(ObjectNode entry) {
        ObjectNode list = type("array");
        list.set("items", entry);
        return list;
    }

    private static ObjectNode anyOf(ObjectNode... forms) {
        ObjectNode choice = NODES.objectNode();
        ArrayNode all = choice.putArray("anyOf");
        for (ObjectNode form : forms) {
            all.add(form);
        }
        return choice;
    }

    private static ObjectNode constant(String value) {
        return NODES.objectNode().put("const", value);
    }

    private static ObjectNode type(String name) {
        return NODES.objectNode().put("type", name);
    }
}

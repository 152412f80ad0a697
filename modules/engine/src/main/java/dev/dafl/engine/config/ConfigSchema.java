package dev.dafl.engine.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Plugin;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON Schema (draft 2020-12) of an experiment file, made from the records that files are read into and the options of the
 * plugins there are, with what their documentation says, so that editors complete keys and names, show what they mean and mark
 * what is wrong. It is looser than dafl: what depends on several keys it does not know, and what a matrix overrides may be
 * anything.
 */
public final class ConfigSchema {

    private static final String NAME_OF_A_FOLDER = "^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$";

    private final Function<Class<?>, List<Plugin<?>>> plugins;
    private final ObjectNode definitions = Schemas.table();

    private ConfigSchema(Function<Class<?>, List<Plugin<?>>> plugins) {
        this.plugins = plugins;
    }

    /** @param plugins all of a kind, such as {@link dev.dafl.spi.LossTerm} */
    public static String of(Function<Class<?>, List<Plugin<?>>> plugins) {
        return new ConfigSchema(plugins).schema().toPrettyString();
    }

    private ObjectNode schema() {
        ObjectNode schema = Schemas.table();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "an experiment of dafl");
        schema.setAll(record(ExperimentConfig.class, RecordDefaults.of(ExperimentConfig.class)));
        ObjectNode properties = (ObjectNode) schema.get("properties");
        // A number whose 0 is a choice has a word for it.
        ((ObjectNode) properties.get("threads")).remove(List.of("type", "minimum", "default"));
        ((ObjectNode) properties.get("threads"))
                .put("default", "auto")
                .setAll(Schemas.anyOf(
                        Schemas.constant("auto"), Schemas.type("integer").put("minimum", 0)));
        ObjectNode devices = Schemas.table();
        devices.putArray("enum").add("auto").add("cpu").add("cuda");
        ((ObjectNode) properties.get("device")).remove("type");
        ((ObjectNode) properties.get("device"))
                .setAll(Schemas.anyOf(devices, Schemas.type("string").put("pattern", "^cuda:[0-9]{1,3}$")));
        ((ObjectNode) properties.get("name")).put("pattern", NAME_OF_A_FOLDER).remove("default");
        properties.set(
                MatrixFile.MATRIX,
                Schemas.type("object")
                        .put("minProperties", 1)
                        .put(
                                "description",
                                "many runs: each axis a list of values for the key that it is named after, or a table from"
                                        + " names to what each of them overrides")
                        .set("additionalProperties", Schemas.types("array", "object")));
        properties.set(
                LauncherConfig.KEY,
                Schemas.anyOf(Schemas.words("local", "slurm"), kinds(LauncherConfig.class))
                        .put("description", "where runs are run: local, or {name: slurm, ...}"));
        // A key of the user's own, for what anchors hold.
        schema.putObject("patternProperties").putObject("^x-");
        schema.set("if", Schemas.not(Schemas.has(MatrixFile.MATRIX)));
        schema.set("then", whole());
        schema.set("$defs", definitions);
        return schema;
    }

    /** What must be there in a file whose keys are all its own. */
    private ObjectNode whole() {
        ObjectNode whole = complete(ExperimentConfig.class);
        ObjectNode schedule = Schemas.type("object");
        schedule.set("if", Schemas.not(Schemas.has("kind")));
        schedule.set("then", withoutKind(Schedule.Joint.class));
        ObjectNode rounds = schedule.deepCopy();
        rounds.set("then", withoutKind(Schedule.Rounds.class));
        whole.set("if", Schemas.has("method"));
        whole.set("then", Schemas.inside("distillation", Schemas.inside("schedule", rounds)));
        whole.set("else", Schemas.inside("distillation", Schemas.inside("schedule", schedule)));
        return whole;
    }

    private ObjectNode withoutKind(Class<?> schedule) {
        ObjectNode table = record(schedule, RecordDefaults.of(schedule));
        table.setAll(complete(schedule).without("properties"));
        return table;
    }

    /** Which keys a table must have, and the tables in it. */
    private static ObjectNode complete(Class<?> type) {
        ObjectNode complete = Schemas.table();
        List<String> needed = new ArrayList<>();
        ObjectNode inside = Schemas.table();
        for (RecordComponent component : type.getRecordComponents()) {
            String key = RecordShape.key(component);
            if (RecordDefaults.isNeeded(component)) {
                needed.add(key);
            }
            Class<?> table = ValueSchema.inner(component.getGenericType());
            if (table.isAnnotationPresent(JsonSubTypes.class)) {
                inside.set(key, completeKind(table));
            } else if (ValueSchema.isTable(table)) {
                ObjectNode more = complete(table);
                if (!more.isEmpty()) {
                    inside.set(key, more);
                }
            }
        }
        if (!needed.isEmpty()) {
            ArrayNode required = complete.putArray("required");
            needed.forEach(required::add);
        }
        if (!inside.isEmpty()) {
            complete.set("properties", inside);
        }
        return complete;
    }

    private static ObjectNode completeKind(Class<?> type) {
        ObjectNode complete = Schemas.table();
        ArrayNode all = complete.putArray("allOf");
        for (JsonSubTypes.Type kind : type.getAnnotation(JsonSubTypes.class).value()) {
            all.add(Schemas.where("kind", kind.name(), complete(kind.value())));
        }
        return complete;
    }

    /** A table with the keys of a record and no others. */
    private ObjectNode record(Class<?> type, ObjectNode defaults) {
        ObjectNode table = Schemas.type("object").put("additionalProperties", false);
        ObjectNode properties = table.putObject("properties");
        for (RecordComponent component : type.getRecordComponents()) {
            String key = RecordShape.key(component);
            properties.set(key, property(component, defaults.path(key)));
        }
        return table;
    }

    private ObjectNode property(RecordComponent component, JsonNode usual) {
        ObjectNode property = value(component, usual);
        String sentence = OptionKey.of(component, usual).sentence();
        if (!sentence.isEmpty()) {
            property.put("description", sentence);
        }
        if (!usual.isMissingNode() && !usual.isNull()) {
            property.set("default", usual);
        }
        return property;
    }

    private ObjectNode value(RecordComponent component, JsonNode usual) {
        PluginOf named = component.getAnnotation(PluginOf.class);
        if (named != null) {
            ObjectNode plugin = plugin(named.value());
            return component.getType() == List.class ? Schemas.list(plugin) : plugin;
        }
        Class<?> inner = ValueSchema.inner(component.getGenericType());
        if (inner.isAnnotationPresent(JsonSubTypes.class)) {
            return kinds(inner);
        }
        if (ValueSchema.isTable(inner)) {
            return record(inner, usual instanceof ObjectNode values ? values : RecordDefaults.of(inner));
        }
        return ValueSchema.of(component, () -> plugin(LossTerm.class));
    }

    private ObjectNode kinds(Class<?> type) {
        String property = type.getAnnotation(JsonTypeInfo.class).property();
        ObjectNode choice = Schemas.type("object");
        ArrayNode names = choice.putObject("properties").putObject(property).putArray("enum");
        ArrayNode all = choice.putArray("allOf");
        for (JsonSubTypes.Type kind : type.getAnnotation(JsonSubTypes.class).value()) {
            names.add(kind.name());
            ObjectNode table = record(kind.value(), RecordDefaults.of(kind.value()));
            ((ObjectNode) table.get("properties"))
                    .set(property, Schemas.table().put("description", "which of its forms this is"));
            all.add(Schemas.where(property, kind.name(), table));
        }
        return choice;
    }

    /** Defined once for each kind, however often it can be named. Its name alone, or a table with it and options. */
    private ObjectNode plugin(Class<?> kind) {
        String definition = kind.getSimpleName();
        if (!definitions.has(definition)) {
            ObjectNode plugin = Schemas.types("string", "object");
            // There before its options are looked at, which may name plugins themselves.
            definitions.set(definition, plugin);
            ArrayNode names = Schemas.table().putArray("enum");
            ArrayNode forms = Schemas.table().putArray("allOf");
            distinct(plugins.apply(kind)).forEach((name, one) -> {
                names.add(name);
                forms.add(Schemas.where("name", name, options(one, kind)));
            });
            plugin.set("if", Schemas.type("object"));
            plugin.set("else", Schemas.table().set("enum", names));
            ObjectNode table = Schemas.table();
            table.putArray("required").add("name");
            table.putObject("properties")
                    .putObject("name")
                    .put("description", described(kind))
                    .set("enum", names);
            table.set("allOf", forms);
            plugin.set("then", table);
        }
        return Schemas.table().put("$ref", "#/$defs/" + definition);
    }

    private String described(Class<?> kind) {
        List<String> lines = new ArrayList<>();
        distinct(plugins.apply(kind)).forEach((name, plugin) -> lines.add("- `" + name + "`: " + plugin.description()));
        return String.join("\n", lines);
    }

    private static Map<String, Plugin<?>> distinct(List<Plugin<?>> all) {
        Map<String, Plugin<?>> byName = new LinkedHashMap<>();
        all.forEach(plugin -> byName.putIfAbsent(plugin.name(), plugin));
        return byName;
    }

    private ObjectNode options(Plugin<?> plugin, Class<?> kind) {
        Record defaults = plugin.defaults();
        ObjectNode table = record(defaults.getClass(), Binding.tree(defaults));
        ObjectNode properties = (ObjectNode) table.get("properties");
        properties.set("name", Schemas.table().put("description", plugin.description()));
        if (kind == LossTerm.class) {
            properties.set(
                    "weight",
                    ValueSchema.changing(Optional.empty())
                            .put("description", "of the term in the sum; may change over the run (default 1)")
                            .put("default", 1));
        }
        return table;
    }
}

package dev.dafl.engine.config;

import dev.dafl.spi.LossReference;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Ramp;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A key of a table in an experiment, as people are told of it.
 *
 * @param key as it is written
 * @param type what its value is, in words
 * @param usual its value where it is left out, as YAML in one line; empty where there is none
 * @param range of its numbers, such as {@code at least 1}; empty where there is none
 * @param meaning what the documentation of its record says, without the value that {@code usual} says; code in backticks; empty
 *     where nobody has said anything
 * @param needed whether it has to be there
 */
public record OptionKey(String key, String type, String usual, String range, String meaning, boolean needed) {

    private static final Pattern LAST = Pattern.compile("(.*); ([^;]+)", Pattern.DOTALL);

    /** Of a plugin, in the order of its record. */
    public static List<OptionKey> of(Record defaults) {
        return of(defaults.getClass(), Binding.tree(defaults));
    }

    static List<OptionKey> of(Class<?> type, ObjectNode defaults) {
        List<OptionKey> keys = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            keys.add(of(component, defaults.path(RecordShape.key(component))));
        }
        return keys;
    }

    static OptionKey of(RecordComponent component, JsonNode usual) {
        Range range = component.getAnnotation(Range.class);
        boolean none = usual.isMissingNode() || usual.isNull();
        return new OptionKey(
                RecordShape.key(component),
                words(component),
                none ? "" : flow(usual),
                range == null ? "" : Ranges.words(range),
                meaning(component, usual),
                none && RecordDefaults.isNeeded(component));
    }

    /** All in one sentence, for editors. */
    String sentence() {
        List<String> facts = new ArrayList<>();
        if (!range.isEmpty()) {
            facts.add(range);
        }
        if (needed) {
            facts.add("needed");
        } else if (!usual.isEmpty()) {
            facts.add("default " + usual);
        }
        return meaning + (facts.isEmpty() ? "" : (meaning.isEmpty() ? "" : " ") + "(" + String.join("; ", facts) + ")");
    }

    private static String words(RecordComponent component) {
        PluginOf named = component.getAnnotation(PluginOf.class);
        if (named == null) {
            return words(component.getGenericType());
        }
        String plugin = words(named.value().getSimpleName().replace("Factory", ""));
        return component.getType() == List.class ? "list of plugins: " + plugin : "plugin: " + plugin;
    }

    private static String words(String camelCase) {
        return camelCase.replaceAll("(?<=.)[A-Z]", " $0").toLowerCase(Locale.ROOT);
    }

    private static String words(Type type) {
        if (type instanceof ParameterizedType generic) {
            String inside = words(generic.getActualTypeArguments()[0]);
            return generic.getRawType() == List.class ? "list of " + plural(inside) : inside;
        }
        return switch (type) {
            case Class<?> t when t == String.class -> "text";
            case Class<?> t when t == CheckpointConfig.Every.class -> "text";
            case Class<?> t when t == Boolean.class || t == boolean.class -> "true or false";
            case Class<?> t
            when t == Integer.class || t == int.class || t == Long.class || t == long.class -> "whole number";
            case Class<?> t
            when t == Double.class || t == double.class || t == Float.class || t == float.class -> "number";
            case Class<?> t when t == Component.class || t == PluginReference.class -> "plugin";
            case Class<?> t when t == LossReference.class || t == WeightedComponent.class -> "loss";
            case Class<?> t when t == Ramp.class -> "number, or points";
            case Class<?> t when t.isEnum() -> String.join(", ", constants(t));
            case Class<?> t when t == Object.class -> "value";
            default -> "table";
        };
    }

    private static String plural(String word) {
        return word.equals("loss") ? "losses" : word.contains(",") ? word : word + "s";
    }

    static List<String> constants(Class<?> type) {
        List<String> names = new ArrayList<>();
        for (Object constant : type.getEnumConstants()) {
            names.add(((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        return names;
    }

    private static String meaning(RecordComponent component, JsonNode usual) {
        String said = Meanings.of(component.getDeclaringRecord()).of(component.getName());
        Matcher last = LAST.matcher(said);
        String alone = last.matches() && says(last.group(2), usual) ? last.group(1) : said;
        String choices = enumType(component).map(OptionKey::choices).orElse("");
        return choices.isEmpty() ? alone : (alone.isEmpty() ? "" : alone + ". ") + choices;
    }

    /** Whether the words are the value itself. */
    private static boolean says(String words, JsonNode usual) {
        String plain = words.replace("`", "").replaceAll("(?<=\\d),(?=\\d)", "").strip();
        boolean sameNumber = usual.isNumber()
                && plain.matches("-?[\\d.]+(e-?\\d+)?")
                && Double.parseDouble(plain) == usual.asDouble();
        return sameNumber
                || (usual.isString() && plain.equals(usual.asString()))
                || (usual.isBoolean() && plain.equals(usual.asBoolean() ? "yes" : "no"))
                || (usual.isBoolean() && plain.equals(usual.asString()));
    }

    static Optional<Class<?>> enumType(RecordComponent component) {
        Type type = component.getGenericType();
        Type inside = type instanceof ParameterizedType generic ? generic.getActualTypeArguments()[0] : type;
        return inside instanceof Class<?> t && t.isEnum() ? Optional.of(t) : Optional.empty();
    }

    /** What each constant means, of those that are documented. */
    private static String choices(Class<?> type) {
        Meanings meanings = Meanings.of(type);
        List<String> choices = new ArrayList<>();
        Object[] constants = type.getEnumConstants();
        List<String> names = constants(type);
        for (int i = 0; i < constants.length; i++) {
            String meaning = meanings.of(((Enum<?>) constants[i]).name());
            if (!meaning.isEmpty()) {
                choices.add("`" + names.get(i) + "`: " + meaning);
            }
        }
        return String.join(" ", choices);
    }

    /** As YAML in one line. */
    private static String flow(JsonNode value) {
        return switch (value) {
            case JsonNode text when text.isString() -> text.asString().isEmpty() ? "\"\"" : text.asString();
            case JsonNode list
            when list.isArray() ->
                "[" + String.join(", ", list.valueStream().map(OptionKey::flow).toList()) + "]";
            case ObjectNode table ->
                "{"
                        + String.join(
                                ", ",
                                table.properties().stream()
                                        .map(entry -> entry.getKey() + ": " + flow(entry.getValue()))
                                        .toList())
                        + "}";
            default -> value.asString().replaceFirst("\\.0$", "");
        };
    }
}

package dev.dafl.engine.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Ramp;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds a tree against a record before Jackson does. Jackson would tell of an unknown key only after the record's constructor,
 * which by then has complained that the key that was meant is missing; it takes an empty text for a value that was left out; and
 * it does not know how a number was spelled.
 */
final class RecordShape {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Set<Class<?>> NUMBERS = Set.of(
            Integer.class, int.class, Long.class, long.class, Double.class, double.class, Float.class, float.class);

    private RecordShape() {}

    /** The tree with texts where the record has texts and numbers where it has numbers. */
    static JsonNode fit(JsonNode node, Class<?> type) throws Binding.MistakeException {
        return fit(node, type, "", "");
    }

    private static JsonNode fit(JsonNode node, Type wanted, String pointer, String key)
            throws Binding.MistakeException {
        Class<?> type = raw(wanted);
        if (type == Optional.class && wanted instanceof ParameterizedType optional) {
            return fit(node, optional.getActualTypeArguments()[0], pointer, key);
        }
        if (type == List.class && wanted instanceof ParameterizedType list && node instanceof ArrayNode entries) {
            return fitEntries(entries, list.getActualTypeArguments()[0], pointer, key);
        }
        if (node instanceof ObjectNode table && !readsItself(type)) {
            return fitTable(table, type, pointer);
        }
        if (node.isNull() || !node.isValueNode()) {
            return plain(node);
        }
        if (type == String.class) {
            return node instanceof SpelledNumber ? NODES.stringNode(node.asString()) : node;
        }
        JsonNode value = plain(node);
        boolean fits = switch (type) {
            case Class<?> t when NUMBERS.contains(t) -> value.isNumber();
            case Class<?> t when t == Boolean.class || t == boolean.class -> value.isBoolean();
            case Class<?> t
            when t.isEnum() || (t.isRecord() && !readsItself(t)) || t == List.class ->
                value.isString() && !value.asString().isBlank() && t.isEnum();
            default -> true;
        };
        if (!fits) {
            throw mistake(pointer, key + ": expected " + Binding.expected(type));
        }
        if (value.isNumber() && !Double.isFinite(value.asDouble())) {
            throw mistake(pointer, key + " must be a finite number, not " + node.asString());
        }
        return value;
    }

    private static JsonNode fitEntries(ArrayNode entries, Type type, String pointer, String key)
            throws Binding.MistakeException {
        ArrayNode fitted = NODES.arrayNode();
        for (JsonNode entry : entries) {
            String name = key + "[" + fitted.size() + "]";
            if (entry.isNull()) {
                throw mistake(pointer + "/" + fitted.size(), name + ": expected " + Binding.expected(raw(type)));
            }
            fitted.add(fit(entry, type, pointer + "/" + fitted.size(), name));
        }
        return fitted;
    }

    private static JsonNode fitTable(ObjectNode table, Class<?> type, String pointer) throws Binding.MistakeException {
        JsonSubTypes kinds = type.getAnnotation(JsonSubTypes.class);
        if (kinds != null) {
            JsonTypeInfo named = type.getAnnotation(JsonTypeInfo.class);
            if (named == null || named.defaultImpl() != JsonTypeInfo.class) {
                // What is none of the kinds is something else there, with keys of its own.
                return plain(table);
            }
            String property = named.property();
            if (property.equals("kind") && !table.has(property)) {
                // The first is the one that needs no name.
                table.put(property, kinds.value()[0].name());
            }
            String kind = table.path(property).asString("");
            Optional<JsonSubTypes.Type> meant =
                    Stream.of(kinds.value()).filter(k -> k.name().equals(kind)).findFirst();
            return meant.isPresent() ? fitRecord(table, meant.get().value(), pointer, List.of(property)) : plain(table);
        }
        return type.isRecord() ? fitRecord(table, type, pointer, List.of()) : plain(table);
    }

    private static JsonNode fitRecord(ObjectNode table, Class<?> type, String pointer, List<String> more)
            throws Binding.MistakeException {
        List<String> known = new ArrayList<>(more);
        for (RecordComponent component : type.getRecordComponents()) {
            known.add(key(component));
        }
        for (String key : table.propertyNames()) {
            if (!known.contains(key)) {
                throw mistake(pointer + "/" + key, unknownKey(key, known));
            }
        }
        ObjectNode fitted = NODES.objectNode();
        for (Map.Entry<String, JsonNode> entry : table.properties()) {
            fitted.set(entry.getKey(), plain(entry.getValue()));
        }
        for (RecordComponent component : type.getRecordComponents()) {
            String key = key(component);
            Needed needed = component.getAnnotation(Needed.class);
            if (needed != null && !table.hasNonNull(key)) {
                throw mistake(
                        pointer,
                        (pointer + "/" + key).substring(1).replace('/', '.') + " is missing, such as " + key + ": "
                                + needed.value());
            }
            if (table.has(key)) {
                JsonNode value = fit(table.get(key), component.getGenericType(), pointer + "/" + key, key);
                Range range = component.getAnnotation(Range.class);
                if (range != null) {
                    requireIn(range, value, pointer + "/" + key, key);
                }
                fitted.set(key, value);
            }
        }
        return fitted;
    }

    /** Of a list each number; of the points of a {@link Ramp}, which are lists in a list, each value. */
    private static void requireIn(Range range, JsonNode value, String pointer, String key)
            throws Binding.MistakeException {
        if (value.isNumber()) {
            Optional<String> problem = Ranges.problem(range, key, value.numberValue());
            if (problem.isPresent()) {
                throw mistake(pointer, problem.get());
            }
        } else if (value instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                JsonNode entry = list.get(i);
                requireIn(range, entry.isArray() ? entry.path(1) : entry, pointer + "/" + i, key);
            }
        }
    }

    /** Every spelled number as the number that it is. */
    static JsonNode plain(JsonNode node) {
        return switch (node) {
            case SpelledNumber spelled -> spelled.number();
            case ObjectNode table -> {
                ObjectNode plain = NODES.objectNode();
                table.properties().forEach(entry -> plain.set(entry.getKey(), plain(entry.getValue())));
                yield plain;
            }
            case ArrayNode list -> {
                ArrayNode plain = NODES.arrayNode();
                list.forEach(entry -> plain.add(plain(entry)));
                yield plain;
            }
            default -> node;
        };
    }

    private static String unknownKey(String written, List<String> known) {
        String key = OneLine.shortened(written);
        return "unknown key " + key
                + Nearest.of(key, known)
                        .map(name -> "; did you mean " + name + "?")
                        .orElse(known.isEmpty() ? "" : ".")
                + (known.isEmpty() ? "; there are no keys here" : " Keys here: " + String.join(", ", known));
    }

    private static Binding.MistakeException mistake(String pointer, String problem) {
        return new Binding.MistakeException(new Binding.Mistake(pointer, problem), null);
    }

    static String key(RecordComponent component) {
        return component.getName().replaceAll("[A-Z]", "-$0").toLowerCase(Locale.ROOT);
    }

    private static Class<?> raw(Type type) {
        return switch (type) {
            case ParameterizedType generic -> (Class<?>) generic.getRawType();
            case Class<?> plain -> plain;
            default -> Object.class;
        };
    }

    /** Whether a factory method of its own reads the type from any table. */
    static boolean readsItself(Class<?> type) {
        return type == PluginReference.class
                || type == LossReference.class
                || type == Ramp.class
                || Arrays.stream(type.getDeclaredMethods())
                        .anyMatch(method -> method.isAnnotationPresent(JsonCreator.class));
    }
}

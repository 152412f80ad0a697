package dev.dafl.engine.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import dev.dafl.spi.PluginReference;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Finds a key that no record has, before anything is bound. Jackson would tell of it too, but only after the record's
 * constructor, which by then has complained that the key that was meant is missing.
 */
final class UnknownKeys {

    private UnknownKeys() {}

    /** A key that is not known, and those that are. */
    record Unknown(String pointer, String key, List<String> known) {}

    static Optional<Unknown> first(JsonNode node, Class<?> type) {
        return first(node, type, "");
    }

    private static Optional<Unknown> first(JsonNode node, Class<?> type, String pointer) {
        if (!node.isObject() || readsItself(type)) {
            return Optional.empty();
        }
        JsonSubTypes kinds = type.getAnnotation(JsonSubTypes.class);
        if (kinds != null) {
            String kind = node.path("kind").asString("");
            return Stream.of(kinds.value())
                    .filter(k -> k.name().equals(kind))
                    .findFirst()
                    .flatMap(k -> firstInRecord(node, k.value(), pointer, List.of("kind")));
        }
        return type.isRecord() ? firstInRecord(node, type, pointer, List.of()) : Optional.empty();
    }

    private static Optional<Unknown> firstInRecord(JsonNode node, Class<?> type, String pointer, List<String> more) {
        List<String> known = new ArrayList<>(more);
        for (RecordComponent component : type.getRecordComponents()) {
            known.add(key(component));
        }
        for (String key : node.propertyNames()) {
            if (!known.contains(key)) {
                return Optional.of(new Unknown(pointer + "/" + key, key, known));
            }
        }
        return Arrays.stream(type.getRecordComponents())
                .flatMap(component -> {
                    String name = key(component);
                    return first(node.path(name), plain(component.getGenericType()), pointer + "/" + name).stream();
                })
                .findFirst();
    }

    private static String key(RecordComponent component) {
        return component.getName().replaceAll("[A-Z]", "-$0").toLowerCase(Locale.ROOT);
    }

    /** The type inside an Optional, else the type itself. */
    private static Class<?> plain(Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == Optional.class
                    ? plain(generic.getActualTypeArguments()[0])
                    : (Class<?>) generic.getRawType();
        }
        return (Class<?>) type;
    }

    /** Whether a factory method of its own reads the type from any table. */
    private static boolean readsItself(Class<?> type) {
        if (type == PluginReference.class) {
            return true;
        }
        for (Method method : type.getDeclaredMethods()) {
            if (method.isAnnotationPresent(JsonCreator.class)) {
                return true;
            }
        }
        return false;
    }
}

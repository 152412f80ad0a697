package dev.dafl.engine.tools;

import dev.dafl.engine.config.ConfigException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Values as they are written in Java: what options of plugins are made of. */
final class JavaExpressions {

    /** Pairs that {@link Map#of} takes. */
    private static final int LARGEST_TABLE = 10;

    private final Set<String> imports;

    /** @param imports gets the types that are named */
    JavaExpressions(Set<String> imports) {
        this.imports = imports;
    }

    /** A type by its name, which an import makes known. */
    String type(Class<?> type) {
        Class<?> outermost = type;
        while (outermost.getEnclosingClass() != null) {
            outermost = outermost.getEnclosingClass();
        }
        imports.add(outermost.getName());
        return Objects.requireNonNull(type.getCanonicalName(), "a type without a name")
                .substring(outermost.getPackageName().length() + 1);
    }

    /** @throws ConfigException when it is made of something that is not written so simply */
    String of(Object value) {
        return switch (value) {
            case Integer number -> number.toString();
            case Long number -> number + "L";
            case Double number -> number.toString();
            case Float number -> number + "f";
            case Boolean truth -> truth.toString();
            case String text -> quoted(text);
            case Enum<?> constant -> type(constant.getDeclaringClass()) + "." + constant.name();
            case Path path -> "Path.of(" + quoted(path.toString()) + ")";
            case Optional<?> optional ->
                optional.map(there -> "Optional.of(" + of(there) + ")").orElse("Optional.empty()");
            case Collection<?> elements ->
                elements.stream().map(this::of).collect(Collectors.joining(", ", "List.of(", ")"));
            case Map<?, ?> table
            when table.size() <= LARGEST_TABLE && table.values().stream().noneMatch(Objects::isNull) ->
                table.entrySet().stream()
                        .map(entry -> of(entry.getKey()) + ", " + of(entry.getValue()))
                        .collect(Collectors.joining(", ", "Map.of(", ")"));
            case Record options ->
                Arrays.stream(options.getClass().getRecordComponents())
                        .map(component -> of(component(options, component)))
                        .collect(Collectors.joining(", ", "new " + type(options.getClass()) + "(", ")"));
            default ->
                throw new ConfigException("--java cannot write an option of "
                        + value.getClass().getName() + " as Java; use --onnx or --pt");
        };
    }

    private static Object component(Record options, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(options);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("an option that cannot be read: " + component, e);
        }
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append((char) c);
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}

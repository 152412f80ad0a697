package dev.dafl.engine.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.OptionException;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Ramp;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.EnumNamingStrategies;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.StdConverter;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Turns trees into records, strictly: no unknown keys, no text for numbers, no fractions for whole numbers. */
final class Binding {

    /** Of our own records and trees. A mapper keeps every type that it has seen. */
    private static final JsonMapper MAPPER = json();

    private Binding() {}

    /**
     * One for types of plugins, which goes with what it has seen: the classes of a bundle that is taken out must be let go of.
     */
    private static JsonMapper json() {
        return strict(JsonMapper.builder()).build();
    }

    /** Where in the tree something is wrong, and what. */
    record Mistake(String pointer, String problem) {}

    /** A tree that does not fit its record. */
    static final class MistakeException extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient Mistake mistake;

        MistakeException(Mistake mistake, @Nullable Throwable cause) {
            super(mistake.problem(), cause);
            this.mistake = mistake;
        }

        Mistake mistake() {
            return mistake;
        }
    }

    static <T> T bind(JsonNode tree, Class<T> type) throws MistakeException {
        JsonNode fitted = RecordShape.fit(tree, type);
        try {
            return MAPPER.treeToValue(fitted, type);
        } catch (JacksonException e) {
            throw new MistakeException(mistake(e), e);
        }
    }

    /** Options over the defaults of a plugin; a key without a value counts as not given. */
    static <O extends Record> O bind(ObjectNode options, O defaults) throws MistakeException {
        @SuppressWarnings("unchecked")
        Class<O> type = (Class<O>) defaults.getClass();
        ObjectNode given = MAPPER.createObjectNode();
        options.properties().stream()
                .filter(option -> !option.getValue().isNull())
                .forEach(option -> given.set(option.getKey(), option.getValue()));
        // The defaults are the plugin's own business: only what was given is held against the record's types.
        JsonMapper mapper = json();
        ObjectNode merged = mapper.valueToTree(defaults);
        for (Map.Entry<String, JsonNode> option : RecordShape.fit(given, type).properties()) {
            JsonNode before = merged.path(option.getKey());
            merged.set(option.getKey(), named(option.getValue(), before, type, option.getKey()));
        }
        try {
            return mapper.treeToValue(merged, type);
        } catch (JacksonException e) {
            throw new MistakeException(mistake(e), e);
        }
    }

    /** A plugin that is given options and no name is the one that the defaults name. */
    private static JsonNode named(JsonNode given, JsonNode before, Class<?> type, String key) {
        boolean reference = Arrays.stream(type.getRecordComponents())
                .anyMatch(component -> component.getType() == PluginReference.class
                        && RecordShape.key(component).equals(key));
        if (!reference || !(given instanceof ObjectNode options) || options.has("name")) {
            return given;
        }
        return options.set("name", before.isObject() ? before.path("name") : before);
    }

    static ObjectNode tree(Object value) {
        return json().valueToTree(value);
    }

    /** As a tree that was read from a text, in which numbers are equal however they came to be. */
    static JsonNode reread(Record value) {
        return MAPPER.readTree(MAPPER.writeValueAsString(value));
    }

    static Map<String, Object> map(ObjectNode tree) {
        return MAPPER.convertValue(tree, new TypeReference<>() {});
    }

    static String yaml(Object value) {
        return strict(YAMLMapper.builder())
                .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
                .disable(YAMLWriteFeature.USE_NATIVE_TYPE_ID)
                .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
                .build()
                .writeValueAsString(value);
    }

    private static <M extends ObjectMapper, B extends MapperBuilder<M, B>> B strict(B builder) {
        return builder.addMixIn(PluginReference.class, Referenced.class)
                .addMixIn(LossReference.class, ReferencedLoss.class)
                .addMixIn(Ramp.class, Changing.class)
                .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .enumNamingStrategy(EnumNamingStrategies.KEBAB_CASE)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .changeDefaultPropertyInclusion(_ ->
                        JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT));
    }

    /** The service interface knows nothing of Jackson: a reference is written as a component of a file is. */
    @JsonSerialize(converter = Referenced.Writing.class)
    @JsonDeserialize(converter = Referenced.Reading.class)
    interface Referenced {

        final class Writing extends StdConverter<PluginReference, Component> {

            @Override
            public Component convert(PluginReference reference) {
                return Component.of(reference);
            }
        }

        final class Reading extends StdConverter<Component, PluginReference> {

            @Override
            public PluginReference convert(Component component) {
                return component.reference();
            }
        }
    }

    /** As a loss of a file is written. */
    @JsonSerialize(converter = ReferencedLoss.Writing.class)
    @JsonDeserialize(converter = ReferencedLoss.Reading.class)
    interface ReferencedLoss {

        final class Writing extends StdConverter<LossReference, WeightedComponent> {

            @Override
            public WeightedComponent convert(LossReference reference) {
                return WeightedComponent.of(reference);
            }
        }

        final class Reading extends StdConverter<WeightedComponent, LossReference> {

            @Override
            public LossReference convert(WeightedComponent component) {
                return component.reference();
            }
        }
    }

    /** A number, or points. */
    @JsonSerialize(converter = Changing.Writing.class)
    @JsonDeserialize(converter = Changing.Reading.class)
    interface Changing {

        final class Writing extends StdConverter<Ramp, JsonNode> {

            @Override
            public JsonNode convert(Ramp ramp) {
                return RampText.write(ramp);
            }
        }

        final class Reading extends StdConverter<JsonNode, Ramp> {

            @Override
            public Ramp convert(JsonNode node) {
                return RampText.read(node, "it");
            }
        }
    }

    /** What a plugin found wrong inside its options, in one sentence. */
    static String told(OptionException e) {
        return e.known().isEmpty() ? e.problem() : e.problem() + Nearest.among(e.written(), e.known());
    }

    private static Mistake mistake(JacksonException e) {
        if (rootCause(e) instanceof OptionException option) {
            return new Mistake("/" + option.place(), told(option));
        }
        String pointer = e.getPath().stream()
                .map(step -> step.getPropertyName() != null ? step.getPropertyName() : String.valueOf(step.getIndex()))
                .collect(Collectors.joining("/", e.getPath().isEmpty() ? "" : "/", ""));
        String key = pointer.substring(pointer.lastIndexOf('/') + 1);
        String problem = switch (e) {
            case InvalidTypeIdException kind -> {
                Class<?> type = choice(kind.getBaseType().getRawClass());
                yield type.getAnnotation(JsonTypeInfo.class).property() + " is "
                        + (kind.getTypeId() == null ? "missing" : quoted(kind.getTypeId())) + "; it is "
                        + kinds(type);
            }
            case InputCoercionException _ -> key + ": the number is too large";
            case InvalidFormatException format
            when format.getTargetType() != null && format.getTargetType().isEnum() ->
                key + " is " + quoted(format.getValue()) + "; it is one of " + enumNames(format.getTargetType());
            case InvalidFormatException format ->
                key + " is " + quoted(format.getValue()) + "; expected " + expected(format.getTargetType());
            case MismatchedInputException mismatch
            when !(rootCause(e) instanceof IllegalArgumentException) ->
                key + ": expected " + expected(mismatch.getTargetType());
            default ->
                rootCause(e) instanceof IllegalArgumentException reason && reason.getMessage() != null
                        ? reason.getMessage()
                        : OneLine.shortened(e.getOriginalMessage());
        };
        return new Mistake(pointer, problem);
    }

    /** The closed choice that a type is, or is one of. */
    private static Class<?> choice(Class<?> type) {
        return Arrays.stream(type.getInterfaces())
                .filter(wider -> wider.isAnnotationPresent(JsonTypeInfo.class))
                .findFirst()
                .orElse(type);
    }

    /** The names of what a closed choice is among: {@code joint, two-stage, alternating or rounds}. */
    private static String kinds(Class<?> type) {
        List<String> names = Arrays.stream(
                        type.getAnnotation(JsonSubTypes.class).value())
                .map(JsonSubTypes.Type::name)
                .toList();
        return String.join(", ", names.subList(0, names.size() - 1)) + " or " + names.getLast();
    }

    private static Throwable rootCause(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String quoted(Object value) {
        return value instanceof String text ? "'" + OneLine.shortened(text) + "'" : String.valueOf(value);
    }

    private static String enumNames(Class<?> type) {
        JsonMapper mapper = json();
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> mapper.valueToTree(constant).asString())
                .collect(Collectors.joining(", "));
    }

    static String expected(Class<?> type) {
        if (type == null) {
            return "another value";
        }
        return switch (type.getSimpleName()) {
            case "Integer", "int", "Long", "long" -> "a whole number";
            case "Double", "double" -> "a number";
            case "Boolean", "boolean" -> "true or false";
            case "String" -> "a text";
            case "List", "ArrayList" -> "a list";
            case "Ramp" -> "a number, or points such as [[0, 0], [0.25, 1]]";
            case "Component", "WeightedComponent", "PluginReference", "LossReference" ->
                "a plugin: its name, or {name: ..., option: ...}";
            default -> type.isEnum() ? "one of " + enumNames(type) : "a table of keys and values";
        };
    }
}

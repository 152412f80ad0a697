package dev.dafl.engine.config;

import dev.dafl.spi.LossReference;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Ramp;
import dev.dafl.spi.Range;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON Schema of a value that is no table with keys of ours. */
final class ValueSchema {

    private static final String EVERY = "^ *(never|0*[1-9][0-9]{0,8} ?(s|m|min|h|d|steps?)) *$";
    private static final String TIME = "^ *0*[1-9][0-9]{0,6} ?(s|m|min|h|d) *$";

    private ValueSchema() {}

    /** @param loss the schema of a loss and its weight */
    static ObjectNode of(RecordComponent component, Supplier<ObjectNode> loss) {
        return of(component.getGenericType(), Optional.ofNullable(component.getAnnotation(Range.class)), loss);
    }

    private static ObjectNode of(Type type, Optional<Range> range, Supplier<ObjectNode> loss) {
        if (type instanceof ParameterizedType generic) {
            ObjectNode inside = of(generic.getActualTypeArguments()[0], range, loss);
            return generic.getRawType() == List.class ? Schemas.list(inside) : inside;
        }
        return switch (type) {
            // A number that stands where a text is due is one.
            case Class<?> t when t == String.class -> Schemas.types("string", "number");
            case Class<?> t when t == Boolean.class || t == boolean.class -> Schemas.type("boolean");
            case Class<?> t
            when t == Integer.class || t == int.class || t == Long.class || t == long.class ->
                limited(Schemas.type("integer"), range);
            case Class<?> t
            when t == Double.class || t == double.class || t == Float.class || t == float.class ->
                limited(Schemas.type("number"), range);
            case Class<?> t
            when t == CheckpointConfig.Every.class -> Schemas.type("string").put("pattern", EVERY);
            case Class<?> t when t == TimeSpan.class -> Schemas.type("string").put("pattern", TIME);
            case Class<?> t
            when t == BudgetConfig.class -> Schemas.types("string", "object").put("pattern", TIME);
            case Class<?> t
            when t == RenameConfig.class ->
                Schemas.type("object").set("additionalProperties", Schemas.types("string", "integer", "null"));
            case Class<?> t
            when t == Component.class || t == PluginReference.class -> Schemas.types("string", "object");
            case Class<?> t when t == LossReference.class -> loss.get();
            case Class<?> t when t == Ramp.class -> changing(range);
            case Class<?> t when t.isEnum() -> words(t);
            default -> Schemas.table();
        };
    }

    /** A number, or points of a share of the run and a number. */
    static ObjectNode changing(Optional<Range> range) {
        ObjectNode point = Schemas.type("array").put("minItems", 2).put("maxItems", 2);
        ArrayNode pair = point.putArray("prefixItems");
        pair.add(Schemas.type("number").put("minimum", 0).put("maximum", 1));
        pair.add(limited(Schemas.type("number"), range));
        ObjectNode changing = limited(Schemas.types("number", "array"), range).put("minItems", 1);
        return changing.set("items", point);
    }

    private static ObjectNode limited(ObjectNode number, Optional<Range> range) {
        range.ifPresent(limits -> {
            limit(number, "minimum", limits.min());
            limit(number, "exclusiveMinimum", limits.above());
            limit(number, "maximum", limits.max());
            limit(number, "exclusiveMaximum", limits.below());
        });
        return number;
    }

    private static void limit(ObjectNode number, String keyword, double limit) {
        if (limit == Math.rint(limit)) {
            number.put(keyword, (long) limit);
        } else if (!Double.isNaN(limit)) {
            number.put(keyword, limit);
        }
    }

    private static ObjectNode words(Class<?> type) {
        ObjectNode words = Schemas.table();
        ArrayNode all = words.putArray("enum");
        OptionKey.constants(type).forEach(all::add);
        return words;
    }

    /** The type itself, or that of which there may be one. */
    static Class<?> inner(Type type) {
        return switch (type) {
            case ParameterizedType generic
            when generic.getRawType() == Optional.class -> inner(generic.getActualTypeArguments()[0]);
            case ParameterizedType generic -> (Class<?>) generic.getRawType();
            case Class<?> plain -> plain;
            default -> Object.class;
        };
    }

    /** Whether a file has a table with the record's components as keys for it. */
    static boolean isTable(Class<?> type) {
        return type.isRecord() && !RecordShape.readsItself(type);
    }
}

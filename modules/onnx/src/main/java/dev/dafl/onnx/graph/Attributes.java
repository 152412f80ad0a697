package dev.dafl.onnx.graph;

import dev.dafl.onnx.proto.AttributeProto;
import dev.dafl.onnx.proto.AttributeProto.AttributeType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The attributes of a node, by name. One of another type than is asked for is an {@link OnnxException}.
 *
 * @param values those that are numbers, texts or lists of these
 * @param tensors checked
 * @param graphs checked
 */
public record Attributes(
        Map<String, AttributeProto> values, Map<String, TensorData> tensors, Map<String, Graph> graphs) {

    public static final Attributes NONE = new Attributes(Map.of(), Map.of(), Map.of());

    public Attributes {
        values = Map.copyOf(values);
        tensors = Map.copyOf(tensors);
        graphs = Map.copyOf(graphs);
    }

    public boolean has(String name) {
        return values.containsKey(name) || tensors.containsKey(name) || graphs.containsKey(name);
    }

    public long integer(String name, long absent) {
        return value(name, AttributeType.INT).map(AttributeProto::getI).orElse(absent);
    }

    /** An integer that is to be 0 or 1. */
    public boolean flag(String name, boolean absent) {
        return integer(name, absent ? 1 : 0) != 0;
    }

    /** As the file has it, in float32. */
    public double floating(String name, double absent) {
        return value(name, AttributeType.FLOAT).map(v -> (double) v.getF()).orElse(absent);
    }

    public String text(String name, String absent) {
        return value(name, AttributeType.STRING)
                .map(v -> v.getS().toStringUtf8())
                .orElse(absent);
    }

    public Optional<long[]> integers(String name) {
        return value(name, AttributeType.INTS)
                .map(v -> v.getIntsList().stream().mapToLong(Long::longValue).toArray());
    }

    public Optional<double[]> floatings(String name) {
        return value(name, AttributeType.FLOATS)
                .map(v -> v.getFloatsList().stream()
                        .mapToDouble(Float::doubleValue)
                        .toArray());
    }

    public Optional<List<String>> texts(String name) {
        return value(name, AttributeType.STRINGS)
                .map(v -> v.getStringsList().stream().map(s -> s.toStringUtf8()).toList());
    }

    public Optional<TensorData> tensor(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    public Optional<Graph> graph(String name) {
        return Optional.ofNullable(graphs.get(name));
    }

    private Optional<AttributeProto> value(String name, AttributeType type) {
        AttributeProto value = values.get(name);
        if (value == null) {
            if (has(name)) {
                throw other(name, type, tensors.containsKey(name) ? AttributeType.TENSOR : AttributeType.GRAPH);
            }
            return Optional.empty();
        }
        AttributeType given = typeOf(value);
        if (given != type && !(empty(value) && isList(type))) {
            throw other(name, type, given);
        }
        return Optional.of(value);
    }

    /** The type that it says, or, in files that say none, that of the field that is there. */
    static AttributeType typeOf(AttributeProto value) {
        if (value.getType() != AttributeType.UNDEFINED) {
            return value.getType();
        }
        if (value.hasF()) {
            return AttributeType.FLOAT;
        }
        if (value.hasI()) {
            return AttributeType.INT;
        }
        if (value.hasS()) {
            return AttributeType.STRING;
        }
        if (value.hasT()) {
            return AttributeType.TENSOR;
        }
        if (value.hasG()) {
            return AttributeType.GRAPH;
        }
        if (value.getFloatsCount() > 0) {
            return AttributeType.FLOATS;
        }
        if (value.getIntsCount() > 0) {
            return AttributeType.INTS;
        }
        return value.getStringsCount() > 0 ? AttributeType.STRINGS : AttributeType.UNDEFINED;
    }

    private static boolean empty(AttributeProto value) {
        return typeOf(value) == AttributeType.UNDEFINED;
    }

    private static boolean isList(AttributeType type) {
        return type == AttributeType.INTS || type == AttributeType.FLOATS || type == AttributeType.STRINGS;
    }

    private static OnnxException other(String name, AttributeType wanted, AttributeType given) {
        return new OnnxException("its attribute " + name + " is of the type " + given + " where " + wanted + " is due");
    }
}

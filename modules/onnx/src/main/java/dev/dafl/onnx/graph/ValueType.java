package dev.dafl.onnx.graph;

import dev.dafl.onnx.proto.TensorShapeProto;
import dev.dafl.onnx.proto.TypeProto;
import dev.dafl.onnx.proto.ValueInfoProto;
import java.util.List;
import java.util.Optional;

/**
 * What a graph says of one of its inputs or outputs.
 *
 * @param tensor whether it is a tensor, or may be one, as nothing is said
 * @param elementType a number of {@code TensorProto.DataType}; 0 where none is said
 * @param shape its sizes, {@link #OPEN} for those that are not fixed; empty where not even their number is said
 */
public record ValueType(String name, boolean tensor, int elementType, Optional<List<Long>> shape) {

    /** The size of a dimension that the graph leaves open. */
    public static final long OPEN = -1;

    private static final int MOST_DIMENSIONS = 32;

    static ValueType of(ValueInfoProto proto, String name) {
        TypeProto type = proto.getType();
        if (type.getValueCase() == TypeProto.ValueCase.VALUE_NOT_SET) {
            return new ValueType(name, true, 0, Optional.empty());
        }
        if (!type.hasTensorType()) {
            return new ValueType(name, false, 0, Optional.empty());
        }
        TypeProto.Tensor tensor = type.getTensorType();
        if (!tensor.hasShape()) {
            return new ValueType(name, true, tensor.getElemType(), Optional.empty());
        }
        if (tensor.getShape().getDimCount() > MOST_DIMENSIONS) {
            throw new OnnxException("the value " + Shown.quoted(name) + " has "
                    + tensor.getShape().getDimCount() + " dimensions");
        }
        List<Long> sizes =
                tensor.getShape().getDimList().stream().map(ValueType::size).toList();
        return new ValueType(name, true, tensor.getElemType(), Optional.of(sizes));
    }

    /** Some exporters write 0 or -1 for what is open. */
    private static long size(TensorShapeProto.Dimension dim) {
        return dim.hasDimValue() && dim.getDimValue() > 0 ? dim.getDimValue() : OPEN;
    }

    /** Whether its elements are floating, or may be. */
    public boolean floating() {
        return elementType == 0
                || ElementType.of(elementType).map(ElementType::isFloating).orElse(false);
    }

    /** For messages: {@code [?, 3, 224, 224]}. */
    public String shapeText() {
        return shape.map(sizes -> Shown.shape(
                                sizes.stream().mapToLong(Long::longValue).toArray())
                        .replace("-1", "?"))
                .orElse("of any shape");
    }
}

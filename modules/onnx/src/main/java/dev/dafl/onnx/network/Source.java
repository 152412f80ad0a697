package dev.dafl.onnx.network;

import dev.dafl.onnx.graph.TensorData;
import dev.dafl.onnx.operators.Known;
import dev.dafl.onnx.operators.Sizes;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that depends neither on images nor on how many there are: an initialiser, a constant, or what follows from these.
 * It is read, or computed, when it is asked for, and not kept, as it may be large.
 */
final class Source {

    private final String name;
    private final boolean learned;
    private final DType type;
    private final long[] shape;
    private final Supplier<Tensor> reader;
    private @Nullable Known known;

    /**
     * @param name of the initialiser that it is made of, else of the value in the graph
     * @param learned whether it is made of a floating initialiser
     * @param reader makes it on the CPU in the innermost scope
     */
    Source(String name, boolean learned, DType type, long[] shape, Supplier<Tensor> reader) {
        this.name = name;
        this.learned = learned;
        this.type = type;
        this.shape = shape;
        this.reader = reader;
    }

    /** @param initializer rather than a constant in a node */
    static Source of(String name, TensorData data, boolean initializer) {
        return new Source(
                name, initializer && data.type().isFloating(), data.type().computed(), data.sizes(), data::read);
    }

    static Source of(String name, boolean learned, Known known) {
        return new Source(name, learned, known.type(), known.shape(), known::tensor);
    }

    String name() {
        return name;
    }

    /** Whether it is a weight where it has several elements. */
    boolean learned() {
        return learned;
    }

    DType type() {
        return type;
    }

    long[] shape() {
        return shape;
    }

    long count() {
        return Sizes.count(shape);
    }

    Tensor read() {
        return reader.get();
    }

    /** The elements on the Java heap, where they stay. */
    Known known() {
        if (known == null) {
            try (TensorScope _ = TensorScope.open()) {
                known = Known.of(read());
            }
        }
        return known;
    }
}

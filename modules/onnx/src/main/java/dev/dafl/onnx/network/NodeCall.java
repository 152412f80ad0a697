package dev.dafl.onnx.network;

import dev.dafl.onnx.graph.Node;
import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.operators.Call;
import dev.dafl.onnx.operators.Known;
import dev.dafl.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What both kinds of calls know of a node's inputs. */
abstract sealed class NodeCall implements Call permits Evaluation, Recording {

    /** What is known and larger stays off the Java heap. */
    static final int SMALL = 1 << 16;

    private final Node node;
    private final List<@Nullable Value> inputs;

    /** @param inputs as many as the node has; null where one is left out */
    NodeCall(Node node, List<@Nullable Value> inputs) {
        this.node = node;
        this.inputs = new ArrayList<>(inputs);
    }

    @Override
    public final Node node() {
        return node;
    }

    final Value value(int input) {
        if (input >= inputs.size() || inputs.get(input) == null) {
            throw new OnnxException("its input " + input + " is missing");
        }
        return Objects.requireNonNull(inputs.get(input));
    }

    final List<Value> values() {
        return inputs.stream()
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }

    @Override
    public final boolean isKnown(int input) {
        return has(input) && !(value(input) instanceof Value.Made);
    }

    @Override
    public final boolean isOfShape(int input) {
        return has(input) && value(input) instanceof Value.OfShape;
    }

    @Override
    public final long[] shape(int input) {
        return value(input).shape();
    }

    @Override
    public final DType type(int input) {
        return value(input).type();
    }

    @Override
    public final Known known(int input) {
        return switch (value(input)) {
            case Value.OfShape shape -> shape.known();
            case Value.Fixed fixed
            when fixed.source().count() <= SMALL -> fixed.source().known();
            case Value.Fixed _ ->
                throw new OnnxException("its input " + input + " is too large for what it is used for");
            case Value.Made _ ->
                throw new OnnxException("its input " + input + " depends on the images, which is not computed here");
        };
    }

    @Override
    public final boolean isWeight(int input) {
        return has(input)
                && value(input) instanceof Value.Fixed fixed
                && fixed.type() == DType.FLOAT32
                && fixed.source().count() > 1;
    }
}

package dev.dafl.onnx.operators;

/**
 * How one ONNX operator is computed. It is asked once for each node and each shape of images: it looks at attributes, shapes
 * and what is known, refuses what it cannot do, and says by the call which step makes the outputs. What runs for each batch
 * is that step alone.
 */
@FunctionalInterface
public interface Operator {

    /** @throws dev.dafl.onnx.graph.OnnxException when the node asks for what is not done here, or contradicts itself */
    void prepare(Call call);
}

package dev.dafl.onnx.export;

import dev.dafl.tensor.trace.Step;

/** How one of libtorch's operators is written in ONNX's. */
@FunctionalInterface
interface Translation {

    /**
     * Puts nodes into the graph.
     *
     * @return the name of the operator's one result, which has its type and shape
     * @throws UntranslatedException when it is called in a way that ONNX has no operator for
     */
    String of(Step step, Graph graph);

    /** Nothing to do: the first argument has the result's elements. */
    static String same(Step step, Graph graph) {
        return graph.as(step.value(0), step.result().dtype());
    }
}

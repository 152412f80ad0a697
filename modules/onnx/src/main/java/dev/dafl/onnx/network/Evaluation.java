package dev.dafl.onnx.network;

import dev.dafl.onnx.graph.Node;
import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import dev.dafl.onnx.operators.Arg;
import dev.dafl.onnx.operators.Frame;
import dev.dafl.onnx.operators.Known;
import dev.dafl.onnx.operators.Layout;
import dev.dafl.onnx.operators.Operator;
import dev.dafl.onnx.operators.Sizes;
import dev.dafl.onnx.operators.Step;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Pass;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A node all of whose inputs are known: it is computed at once, on the CPU, in the innermost scope. */
final class Evaluation extends NodeCall {

    /** What is made of little may have so many elements. */
    private static final long MOST = 1 << 22;

    private static final int GROWTH = 4;

    private List<Tensor> outputs = List.of();

    private Evaluation(Node node, List<@Nullable Value> inputs) {
        super(node, inputs);
    }

    /** @return the node's outputs */
    static List<Tensor> of(Node node, Operator operator, List<@Nullable Value> inputs) {
        Evaluation evaluation = new Evaluation(node, inputs);
        operator.prepare(evaluation);
        return evaluation.outputs;
    }

    private Tensor tensor(int input) {
        return switch (value(input)) {
            case Value.OfShape shape -> shape.known().tensor();
            case Value.Fixed fixed -> fixed.source().read();
            case Value.Made _ -> throw new IllegalStateException("all inputs are known");
        };
    }

    @Override
    public long[] exported(int input) {
        return shape(input);
    }

    @Override
    public boolean exportedForOne() {
        return false;
    }

    @Override
    public long[] forBatch(int input, long... exported) {
        return exported;
    }

    @Override
    public Arg arg(int input) {
        return Arg.fixed(tensor(input));
    }

    @Override
    public Arg weight(int input, Layout layout, Initializer fresh) {
        return Arg.fixed(layout.of(tensor(input)));
    }

    @Override
    public Optional<BatchNorm2d> batchNorm(double eps, double momentum) {
        return Optional.empty();
    }

    @Override
    public Arg number(double value) {
        return Arg.fixed(Tensor.scalar(value, DType.FLOAT64));
    }

    @Override
    public Arg constant(Known value) {
        return Arg.fixed(value.tensor());
    }

    @Override
    public void result(Step.Single step) {
        outputs = List.of(step.run(new Frame(0, Pass.evaluate())));
    }

    @Override
    public void results(Step step) {
        outputs = step.run(new Frame(0, Pass.evaluate()));
    }

    @Override
    public void same(int input) {
        outputs = List.of(tensor(input));
    }

    @Override
    public void known(Known value) {
        outputs = List.of(value.tensor());
    }

    @Override
    public void multiplyAdds(long count) {
        // Nothing that is done for each batch.
    }

    @Override
    public void features(int input, boolean places) {
        // It has no features of images.
    }

    @Override
    public void allow(long... shape) {
        long given = values().stream()
                .mapToLong(value -> Sizes.count(value.shape()))
                .max()
                .orElse(0);
        long most = Math.max(MOST, GROWTH * given);
        if (Sizes.count(shape) > most) {
            throw new OnnxException("it makes a constant of the shape " + Shown.shape(shape)
                    + ", far larger than anything in the file; that is a mistake");
        }
    }
}

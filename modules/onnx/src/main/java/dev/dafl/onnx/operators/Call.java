package dev.dafl.onnx.operators;

import dev.dafl.onnx.graph.Attributes;
import dev.dafl.onnx.graph.Node;
import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Initializer;
import java.util.Optional;

/**
 * A node that is being prepared for images of one shape. Inputs are counted from 0. An input is either known, which is to
 * say that it does not depend on the images, or made anew for each batch; of the latter only shape and type are known.
 */
public interface Call {

    Node node();

    // ---- inputs

    /** Whether the input is given. */
    default boolean has(int input) {
        return !node().input(input).isEmpty();
    }

    /** Whether the input does not depend on the images. */
    boolean isKnown(int input);

    /** Whether the input is known and follows from the shape of the images at hand. */
    boolean isOfShape(int input);

    long[] shape(int input);

    /** The shape that the input had where the graph was exported: another only where that was for batches of one size. */
    long[] exported(int input);

    /** Whether the graph was exported for batches of one image and no others. */
    boolean exportedForOne();

    /**
     * A shape that is made of the input's {@linkplain #exported exported} one, for the batch at hand: the dimension that the
     * images of a batch are in is as large as there are images.
     */
    long[] forBatch(int input, long... exported);

    /** float32, int64 or bool, as the graph means it. */
    DType type(int input);

    /** @throws OnnxException when the input is not known, or large */
    Known known(int input);

    /** The input as it is. A known one of several floating numbers that was an initialiser becomes a parameter. */
    Arg arg(int input);

    /** {@link #arg} of an input that may be left out. */
    default Optional<Arg> optional(int input) {
        return has(input) ? Optional.of(arg(input)) : Optional.empty();
    }

    /**
     * The input as a parameter, where it is known; else as it is.
     *
     * @param fresh the first values of a network that has learned nothing
     */
    Arg weight(int input, Layout layout, Initializer fresh);

    /** {@link #weight} of an input that may be left out. */
    default Optional<Arg> optionalWeight(int input, Layout layout, Initializer fresh) {
        return has(input) ? Optional.of(weight(input, layout, fresh)) : Optional.empty();
    }

    /** Whether an input is the initialiser of a floating tensor, or follows from one: a weight. */
    boolean isWeight(int input);

    /** The parameters of the batch norm that this node is, where all are known; empty where one is not. */
    Optional<BatchNorm2d> batchNorm(double eps, double momentum);

    /** A number that stays, without dimensions. */
    Arg number(double value);

    /** A tensor that stays, where the network's parameters are. */
    Arg constant(Known value);

    // ---- results

    /** The node's one output. */
    void result(Step.Single step);

    /** The node's outputs. */
    void results(Step step);

    /** The node's output is that input itself. */
    void same(int input);

    /** The node's output is known. */
    void known(Known value);

    /** Products that the step adds up. */
    void multiplyAdds(long count);

    /** The input is what a last layer of weights takes. */
    void features(int input, boolean places);

    // ---- checks

    /** @throws OnnxException when a tensor of that shape is too large to be made for a network */
    void allow(long... shape);

    default int rank(int input) {
        return shape(input).length;
    }

    default int opset() {
        return node().opset();
    }

    default Attributes attributes() {
        return node().attributes();
    }

    /** The elements of a known input as integers. */
    default long[] integers(int input) {
        return known(input).toIntegers();
    }

    /** A dimension of an input, counted from its end where it is negative. */
    default int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw new OnnxException("its axis is " + axis + " where its input has " + rank + " dimensions");
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    default OnnxException refused(String problem) {
        return new OnnxException(problem);
    }

    default void require(boolean holds, String problem) {
        if (!holds) {
            throw new OnnxException(problem);
        }
    }

    /** For messages. */
    default String shapeText(int input) {
        return Shown.shape(shape(input));
    }
}

package dev.dafl.onnx.operators;

import static java.util.Map.entry;

import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Operators;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Initializer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Products of matrices; with a weight they are fully connected layers. */
final class MatrixProducts {

    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("MatMul", MatrixProducts::matMul),
            entry("Gemm", MatrixProducts::gemm),
            entry("Einsum", MatrixProducts::einsum));

    /** What comes of {@code MatMul} and {@code Add} with weights: x W + b, of inputs x, W {@code [in, out]} and b. */
    static final Operator LINEAR = call -> linear(call, Layout.TRANSPOSED);

    private MatrixProducts() {}

    private static void matMul(Call call) {
        call.require(call.rank(0) > 0 && call.rank(1) > 0, "it multiplies a single number");
        if (call.isWeight(1) && call.rank(1) == 2 && !call.isKnown(0)) {
            linear(call, Layout.TRANSPOSED);
            return;
        }
        long[] a = call.shape(0);
        long[] b = call.shape(1);
        long inner = a[a.length - 1];
        require(inner == b[Math.max(0, b.length - 2)], call);
        long[] batch = Sizes.broadcast(front(a), front(b));
        long rows = a.length == 1 ? 1 : a[a.length - 2];
        long columns = b.length == 1 ? 1 : b[b.length - 1];
        long[] product = Sizes.joined(batch, rows, columns);
        call.allow(product);
        Arg x = call.arg(0);
        Arg y = call.arg(1);
        call.multiplyAdds(Sizes.count(product) * inner);
        call.result(frame -> frame.get(x).matmul(frame.get(y)));
    }

    /** The dimensions before the last two. */
    private static long[] front(long... shape) {
        return Arrays.copyOf(shape, Math.max(0, shape.length - 2));
    }

    /** @param layout that makes {@code [out, in]} of the weight */
    private static void linear(Call call, Layout layout) {
        long[] x = call.shape(0);
        long[] w = call.shape(1);
        long in = layout == Layout.TRANSPOSED ? w[0] : w[1];
        long out = layout == Layout.TRANSPOSED ? w[1] : w[0];
        require(x[x.length - 1] == in, call);
        long[] product = Sizes.with(x, x.length - 1, out);
        call.allow(product);
        Initializer uniform = Initializer.uniform(1 / Math.sqrt(in));
        Arg input = call.arg(0);
        Arg weight = call.weight(1, layout, uniform);
        Optional<Arg> bias = call.optionalWeight(2, Layout.FLAT, uniform);
        call.features(0, false);
        call.multiplyAdds(Sizes.count(product) * in);
        call.result(frame -> Functional.linear(frame.get(input), frame.get(weight), frame.get(bias)));
    }

    /** alpha A B + beta C. */
    private static void gemm(Call call) {
        call.require(call.rank(0) == 2 && call.rank(1) == 2, "it multiplies other than two matrices");
        double alpha = call.attributes().floating("alpha", 1);
        double beta = call.attributes().floating("beta", 1);
        boolean transA = call.attributes().flag("transA", false);
        boolean transB = call.attributes().flag("transB", false);
        long out = call.shape(1)[transB ? 0 : 1];
        boolean vector = !call.has(2)
                || (call.isKnown(2) && Sizes.count(call.shape(2)) == out && Sizes.fromEnd(call.shape(2), 0) == out);
        if (alpha == 1 && beta == 1 && !transA && call.isWeight(1) && !call.isKnown(0) && vector) {
            linear(call, transB ? Layout.AS_IS : Layout.TRANSPOSED);
            return;
        }
        long[] a = call.shape(0);
        long rows = a[transA ? 1 : 0];
        long inner = a[transA ? 0 : 1];
        require(inner == call.shape(1)[transB ? 1 : 0], call);
        call.allow(rows, out);
        if (call.has(2)) {
            call.require(
                    Arrays.equals(Sizes.broadcast(call.shape(2), new long[] {rows, out}), new long[] {rows, out}),
                    "what it adds has the shape " + call.shapeText(2));
        }
        Arg x = call.arg(0);
        Arg y = call.weight(1, Layout.AS_IS, Initializer.uniform(1 / Math.sqrt(inner)));
        Optional<Arg> c = call.optionalWeight(2, Layout.AS_IS, Initializer.uniform(1 / Math.sqrt(inner)));
        Arg alphaNumber = call.number(alpha);
        Arg betaNumber = call.number(beta);
        if (call.isWeight(1)) {
            call.features(0, false);
        }
        call.multiplyAdds(rows * out * inner);
        Step.Single step = frame -> {
            Tensor left = transA ? frame.get(x).transpose(0, 1) : frame.get(x);
            Tensor right = transB ? frame.get(y).transpose(0, 1) : frame.get(y);
            Tensor product = left.matmul(right);
            Tensor scaled = alpha == 1 ? product : product.mul(frame.get(alphaNumber));
            return c.isEmpty()
                    ? scaled
                    : scaled.add(
                            beta == 1 ? frame.get(c.get()) : frame.get(c.get()).mul(frame.get(betaNumber)));
        };
        call.result(step.tidy());
    }

    private static void require(boolean fits, Call call) {
        call.require(
                fits,
                "it multiplies matrices of the shapes " + call.shapeText(0) + " and " + call.shapeText(1)
                        + ", which do not fit together");
    }

    private static void einsum(Call call) {
        String equation = call.attributes().text("equation", "").replace(" ", "");
        call.require(equation.matches("[a-zA-Z.,]+(->[a-zA-Z.]*)?"), "its equation is not one");
        int count = call.node().inputs().size();
        allowEinsum(call, equation, count);
        List<Arg> args = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            args.add(call.isWeight(i) ? call.weight(i, Layout.AS_IS, Initializer.normal(0, 0.02)) : call.arg(i));
        }
        call.result(frame -> Operators.call("aten::einsum")
                .text(equation)
                .tensors(args.stream().map(frame::get).toList())
                .none()
                .result());
    }

    /** No index of the result may be larger than all indices of the inputs together. */
    private static void allowEinsum(Call call, String equation, int count) {
        String[] sides = equation.split("->", -1);
        String[] terms = sides[0].split(",", -1);
        call.require(terms.length == count, "its equation has " + terms.length + " terms for " + count + " inputs");
        Map<Character, Long> sizes = new HashMap<>();
        long dots = 1;
        for (int i = 0; i < count; i++) {
            long[] shape = call.shape(i);
            String letters = terms[i].replace(".", "");
            if (terms[i].contains(".")) {
                dots = Math.max(dots, Sizes.count(shape));
                continue;
            }
            call.require(letters.length() == shape.length, "its equation does not fit the shapes of its inputs");
            for (int j = 0; j < shape.length; j++) {
                sizes.merge(letters.charAt(j), shape[j], Math::max);
            }
        }
        String result = sides.length > 1 ? sides[1] : sides[0].replace(",", "");
        long[] shape = new long[result.length() + 1];
        for (int i = 0; i < result.length(); i++) {
            shape[i] = sizes.getOrDefault(result.charAt(i), 1L);
        }
        shape[result.length()] = dots;
        call.allow(shape);
        if (sizes.isEmpty() && dots == 1) {
            throw new OnnxException("its equation is empty");
        }
        call.multiplyAdds(
                dots > 1
                        ? 0
                        : Sizes.count(sizes.values().stream()
                                .mapToLong(Long::longValue)
                                .toArray()));
    }
}

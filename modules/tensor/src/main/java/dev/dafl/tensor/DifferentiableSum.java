package dev.dafl.tensor;

import java.util.Arrays;
import java.util.List;

/** a + factor * b through operators that have derivatives and take no {@code Scalar}. */
final class DifferentiableSum {

    private DifferentiableSum() {}

    static Tensor of(Tensor a, Tensor b, double factor) {
        try (TensorScope _ = TensorScope.open()) {
            Tensor scaled = factor == 1 ? b : factor == -1 ? b.neg() : b.mul(factor);
            long[] shape = broadcast(a, b);
            Tensor left = expanded(a, shape);
            Tensor right = expanded(scaled, shape);
            // Of channels-last images the sum would come out contiguous; seen as [n, h, w, c] they are contiguous.
            boolean imagesLast = shape.length == 4 && !left.isContiguous() && !right.isContiguous();
            Tensor sum = imagesLast
                    ? stacked(left.permute(0, 2, 3, 1), right.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
                    : stacked(left, right);
            return sum.toOuter();
        }
    }

    private static Tensor stacked(Tensor left, Tensor right) {
        return Functional.stack(List.of(left, right), 0).sum(false, 0);
    }

    private static Tensor expanded(Tensor tensor, long[] shape) {
        return Arrays.equals(tensor.shape(), shape) ? tensor : tensor.expand(shape);
    }

    private static long[] broadcast(Tensor a, Tensor b) {
        long[] left = a.shape();
        long[] right = b.shape();
        long[] shape = new long[Math.max(left.length, right.length)];
        for (int i = 1; i <= shape.length; i++) {
            long l = i <= left.length ? left[left.length - i] : 1;
            long r = i <= right.length ? right[right.length - i] : 1;
            if (l != r && l != 1 && r != 1) {
                throw new IllegalArgumentException("shapes do not broadcast: " + a + " and " + b);
            }
            shape[shape.length - i] = l == 1 ? r : l;
        }
        return shape;
    }
}

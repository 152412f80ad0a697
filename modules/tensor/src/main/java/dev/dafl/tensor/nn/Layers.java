package dev.dafl.tensor.nn;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;

/** Layers without parameters, for {@link Sequential}. */
public final class Layers {

    private Layers() {}

    public static Layer relu() {
        return (x, _) -> x.relu();
    }

    public static Layer relu6() {
        return (x, _) -> x.relu6();
    }

    public static Layer leakyRelu(double negativeSlope) {
        return (x, _) -> Functional.leakyRelu(x, negativeSlope);
    }

    public static Layer gelu() {
        return (x, _) -> Functional.gelu(x);
    }

    public static Layer silu() {
        return (x, _) -> x.silu();
    }

    public static Layer hardswish() {
        return (x, _) -> x.hardswish();
    }

    public static Layer tanh() {
        return (x, _) -> x.tanh();
    }

    public static Layer sigmoid() {
        return (x, _) -> x.sigmoid();
    }

    /** Windows of {@code kernel} x {@code kernel} side by side. */
    public static Layer maxPool2d(long kernel) {
        return maxPool2d(kernel, kernel, 0);
    }

    /** @param padding at most half the kernel */
    public static Layer maxPool2d(long kernel, long stride, long padding) {
        return (x, _) -> Functional.maxPool2d(x, kernel, stride, padding);
    }

    /** Windows of {@code kernel} x {@code kernel} side by side. */
    public static Layer avgPool2d(long kernel) {
        return avgPool2d(kernel, kernel, 0);
    }

    /** @param padding at most half the kernel; its zeros are a part of the mean */
    public static Layer avgPool2d(long kernel, long stride, long padding) {
        return (x, _) -> Functional.avgPool2d(x, kernel, stride, padding);
    }

    /** {@code [n, c, h, w]} to {@code [n, c, height, width]}, each pixel the mean of its share of the image. */
    public static Layer adaptiveAvgPool2d(long height, long width) {
        return (x, _) -> Functional.adaptiveAvgPool2d(x, height, width);
    }

    /** {@code [n, c, h, w]} to {@code [n, c, 1, 1]}. */
    public static Layer globalAvgPool2d() {
        return adaptiveAvgPool2d(1, 1);
    }

    /** Each pixel repeated {@code factor} times in both directions. */
    public static Layer upsampleNearest2d(double factor) {
        return (x, _) -> Functional.upsampleNearest2d(x, factor);
    }

    /** {@code [n, ...]} to {@code [n, d]}. */
    public static Layer flatten() {
        return (Tensor x, Pass _) -> x.flatten(1);
    }
}

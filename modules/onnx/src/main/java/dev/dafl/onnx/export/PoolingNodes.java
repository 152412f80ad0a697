package dev.dafl.onnx.export;

import dev.dafl.tensor.trace.Step;
import java.util.Arrays;
import java.util.Map;

/** Poolings. */
final class PoolingNodes {

    static final Map<String, Translation> ALL = Map.of(
            "aten::max_pool2d", PoolingNodes::maxPool2d,
            "aten::avg_pool2d", PoolingNodes::avgPool2d,
            "aten::adaptive_avg_pool2d", PoolingNodes::adaptiveAvgPool2d);

    private PoolingNodes() {}

    private static String maxPool2d(Step step, Graph graph) {
        long[] kernel = Windows.pair(step, 1);
        long[] dilation = Windows.pair(step, 4, 1, 1);
        requireRoundedDown(step, 5, kernel, dilation);
        return windows("MaxPool", step, graph, kernel)
                .integers("dilations", dilation)
                .add();
    }

    private static String avgPool2d(Step step, Graph graph) {
        long[] kernel = Windows.pair(step, 1);
        requireRoundedDown(step, 4, kernel, new long[] {1, 1});
        if (step.has(6)) {
            throw new UntranslatedException("aten::avg_pool2d with a divisor of its own");
        }
        return windows("AveragePool", step, graph, kernel)
                .integer("count_include_pad", step.truth(5) ? 1 : 0)
                .add();
    }

    private static Node windows(String operator, Step step, Graph graph, long... kernel) {
        return graph.node(operator)
                .inputs(graph.of(step.value(0)))
                .integers("kernel_shape", kernel)
                .integers("strides", Windows.pair(step, 2, kernel))
                .integers("pads", Windows.bothSides(Windows.pair(step, 3, 0, 0)));
    }

    /** Where sizes are rounded up, libtorch and ONNX do not agree which windows count; mostly there is nothing to round. */
    private static void requireRoundedDown(Step step, int ceilMode, long[] kernel, long[] dilation) {
        if (!step.truth(ceilMode)) {
            return;
        }
        long[] area = Windows.area(step.operator(), step.value(0));
        long[] result = Windows.area(step.operator(), step.result());
        long[] stride = Windows.pair(step, 2, kernel);
        long[] padding = Windows.pair(step, 3, 0, 0);
        for (int i = 0; i < area.length; i++) {
            if ((area[i] + 2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1) / stride[i] + 1 != result[i]) {
                throw new UntranslatedException(step.operator() + " with a size that is rounded up");
            }
        }
    }

    private static String adaptiveAvgPool2d(Step step, Graph graph) {
        String x = graph.of(step.value(0));
        long[] area = Windows.area(step.operator(), step.value(0));
        long[] result = Windows.area(step.operator(), step.result());
        if (Arrays.equals(area, result)) {
            return x;
        }
        if (result[0] == 1 && result[1] == 1) {
            return graph.node("GlobalAveragePool").inputs(x).add();
        }
        if (area[0] % result[0] == 0 && area[1] % result[1] == 0) {
            long[] window = {area[0] / result[0], area[1] / result[1]};
            return graph.node("AveragePool")
                    .inputs(x)
                    .integers("kernel_shape", window)
                    .integers("strides", window)
                    .add();
        }
        String rows = graph.numbers("pooling", shares(area[0], result[0]), result[0], area[0]);
        String columns = graph.numbers("pooling", shares(area[1], result[1]), result[1], area[1]);
        String turned =
                graph.node("Transpose").inputs(columns).integers("perm", 1, 0).add();
        String pooled = graph.node("MatMul").inputs(rows, x).add();
        return graph.node("MatMul").inputs(pooled, turned).add();
    }

    /**
     * Windows that differ in size, as a matrix {@code [result, size]} of each pixel's share: window i goes from the floor of
     * i size / result to the ceiling of (i + 1) size / result.
     */
    private static float[] shares(long size, long result) {
        float[] shares = new float[Math.toIntExact(result * size)];
        for (long i = 0; i < result; i++) {
            long start = i * size / result;
            long end = Math.ceilDiv((i + 1) * size, result);
            Arrays.fill(shares, (int) (i * size + start), (int) (i * size + end), 1f / (end - start));
        }
        return shares;
    }
}

package dev.dafl.onnx.operators;

import static java.util.Map.entry;

import dev.dafl.onnx.graph.ElementType;
import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import dev.dafl.onnx.graph.TensorData;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators whose outputs are known or their inputs, perhaps of another type. */
final class Constants {

    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("Shape", Constants::shape),
            entry("Size", call -> call.known(Known.integers(new long[0], Sizes.count(call.shape(0))))),
            entry("ConstantOfShape", Constants::constantOfShape),
            entry("Range", Constants::range),
            entry("Constant", Constants::constant),
            entry("Identity", call -> call.same(0)),
            entry("Dropout", Constants::dropout),
            entry("Cast", call -> cast(call, type((int) call.attributes().integer("to", 0)))),
            entry("CastLike", call -> cast(call, call.type(1))));

    private Constants() {}

    private static void shape(Call call) {
        long[] shape = call.shape(0);
        int start = place(call.attributes().integer("start", 0), shape.length);
        int end = place(call.attributes().integer("end", shape.length), shape.length);
        call.known(Known.vector(Arrays.copyOfRange(shape, Math.min(start, end), end)));
    }

    private static int place(long written, int rank) {
        return Math.clamp(written < 0 ? written + rank : written, 0, rank);
    }

    private static void constantOfShape(Call call) {
        long[] shape = call.integers(0);
        call.require(Arrays.stream(shape).allMatch(s -> s >= 0), "its shape is " + Shown.shape(shape));
        call.allow(shape);
        Known value = call.attributes()
                .tensor("value")
                .map(Constants::read)
                .orElse(new Known(DType.FLOAT32, new long[] {1}, new double[] {0}, new long[0]));
        int count = (int) Sizes.count(shape);
        double[] values = new double[count];
        Arrays.fill(values, value.values()[0]);
        long[] wholes = new long[value.wholes().length == 0 ? 0 : count];
        Arrays.fill(wholes, value.wholes().length == 0 ? 0 : value.wholes()[0]);
        call.known(new Known(value.type(), shape, values, wholes));
    }

    private static Known read(TensorData data) {
        if (data.elements() != 1) {
            throw new OnnxException("it has a value of " + data.elements() + " numbers where one is due");
        }
        try (TensorScope _ = TensorScope.open()) {
            return Known.of(data.read());
        }
    }

    private static void range(Call call) {
        boolean floating = call.type(0) == DType.FLOAT32;
        double start = call.known(0).single();
        double limit = call.known(1).single();
        double delta = call.known(2).single();
        double count = Math.max(0, Math.ceil((limit - start) / delta));
        call.require(
                Double.isFinite(count) && delta != 0,
                "it counts from " + start + " to " + limit + " by steps of " + delta);
        call.allow((long) count);
        double[] values = new double[(int) count];
        Arrays.setAll(values, i -> start + i * delta);
        long[] shape = {values.length};
        call.known(
                floating
                        ? new Known(DType.FLOAT32, shape, values, new long[0])
                        : Known.integers(
                                shape,
                                Arrays.stream(values).mapToLong(v -> (long) v).toArray()));
    }

    /** But for a tensor, which is taken as an initialiser is. */
    private static void constant(Call call) {
        List<String> floats = List.of("value_float", "value_floats");
        for (String name : floats) {
            if (call.attributes().has(name)) {
                boolean one = name.equals("value_float");
                double[] values = one
                        ? new double[] {call.attributes().floating(name, 0)}
                        : call.attributes().floatings(name).orElse(new double[0]);
                call.known(
                        new Known(DType.FLOAT32, one ? new long[0] : new long[] {values.length}, values, new long[0]));
                return;
            }
        }
        if (call.attributes().has("value_int")) {
            call.known(Known.integers(new long[0], call.attributes().integer("value_int", 0)));
        } else if (call.attributes().has("value_ints")) {
            call.known(Known.vector(call.attributes().integers("value_ints").orElse(new long[0])));
        } else {
            throw new OnnxException("it is no constant of numbers");
        }
    }

    /** Nothing is dropped in evaluation, nor in training: what a file's network has learned it has learned. */
    private static void dropout(Call call) {
        if (call.has(2)) {
            call.require(
                    call.isKnown(2) && call.known(2).single() == 0,
                    "it drops while training (training_mode); export the network in evaluation mode");
        }
        call.same(0);
    }

    private static DType type(int number) {
        return ElementType.of(number)
                .orElseThrow(() -> new OnnxException("it casts to " + ElementType.name(number)))
                .computed();
    }

    private static void cast(Call call, DType type) {
        if (call.type(0) == type) {
            call.same(0);
            return;
        }
        Arg x = call.arg(0);
        call.result(frame -> {
            Tensor value = frame.get(x);
            return value.to(type);
        });
    }
}

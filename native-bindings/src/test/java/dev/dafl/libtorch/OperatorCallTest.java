package dev.dafl.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperatorCallTest {

    private static final Operator MATMUL = Operator.of("aten::matmul");
    private static final Operator CAT = Operator.of("aten::cat");
    private static final Operator SPLIT = Operator.of("aten::split.Tensor");

    @Test
    void multipliesMatrices() {
        long a = matrix(2, 3, 1, 2, 3, 4, 5, 6);
        long b = matrix(3, 1, 1, 0, -1);
        long c = OperatorCall.of(MATMUL).tensor(a).tensor(b).call().tensorResult(0);
        float[] values = TensorHandles.data(c, 8).toArray(ValueLayout.JAVA_FLOAT);
        assertEquals(-2f, values[0]);
        assertEquals(-2f, values[1]);
        delete(a, b, c);
    }

    @Test
    void listsTravelInBothDirections() {
        long a = matrix(1, 2, 1, 2);
        long b = matrix(1, 2, 3, 4);
        long joined = OperatorCall.of(CAT).tensors(a, b).integer(0).call().tensorResult(0);
        long[] parts = OperatorCall.of(SPLIT)
                .tensor(joined)
                .integer(1)
                .integer(0)
                .call()
                .tensorsResult(0);
        assertEquals(2, parts.length);
        assertEquals(3f, TensorHandles.data(parts[1], 8).get(ValueLayout.JAVA_FLOAT, 0));
        delete(a, b, joined);
        delete(parts);
    }

    @Test
    void aFailureNamesTheOperatorAndTheShapes() {
        long a = matrix(2, 3, 1, 2, 3, 4, 5, 6);
        LibtorchException e = assertThrows(
                LibtorchException.class,
                () -> OperatorCall.of(MATMUL).tensor(a).tensor(a).call());
        assertTrue(e.getMessage().startsWith("aten::matmul(float32[2, 3], float32[2, 3]): "), e.getMessage());
        assertTrue(e.getMessage().contains("cannot be multiplied"), e.getMessage());
        delete(a);
    }

    @Test
    void anUnknownOperatorIsAnException() {
        assertThrows(
                LibtorchException.class,
                () -> OperatorCall.of(Operator.of("aten::no_such_operator")).call());
    }

    /** Every way to libtorch's operators tells: the dispatcher, and the functions of C and C++ beside it. */
    @Test
    void aListenerHearsCallsArgumentsAndResults() {
        long a = matrix(1, 2, 1, -2);
        long b = matrix(1, 2, 3, 4);
        Heard heard = new Heard();
        OperatorCall.listen(heard);
        long joined;
        long[] parts;
        long sum;
        long leaky;
        try {
            joined = OperatorCall.of(CAT).tensors(a, b).integer(0).call().tensorResult(0);
            parts = OperatorCall.of(SPLIT)
                    .tensor(joined)
                    .integer(1)
                    .integer(0)
                    .call()
                    .tensorsResult(0);
            sum = TensorHandles.subtract(a, b, -1);
            leaky = LeakyRelu.call(sum, 0.25);
            LeakyRelu.callInPlace(leaky, 0.5);
            TensorHandles.data(leaky, 8);
        } finally {
            OperatorCall.stopListening();
        }
        delete(OperatorCall.of(Operator.of("aten::neg")).tensor(a).call().tensorResult(0));
        assertEquals(
                List.of(
                        "aten::cat",
                        List.of(a, b),
                        0L,
                        "= " + joined,
                        "aten::split.Tensor",
                        "tensor " + joined,
                        1L,
                        0L,
                        "= " + parts[0],
                        "= " + parts[1],
                        "aten::sub.Tensor",
                        "tensor " + a,
                        "tensor " + b,
                        -1.0,
                        "= " + sum,
                        "aten::leaky_relu",
                        "tensor " + sum,
                        0.25,
                        "= " + leaky,
                        "aten::leaky_relu_",
                        "tensor " + leaky,
                        0.5,
                        "= " + leaky,
                        "seen " + leaky),
                heard.told);
        delete(a, b, joined, sum, leaky);
        delete(parts);
    }

    @Test
    void argumentsAreToldAsWhatTheyAre() {
        long a = matrix(2, 2, 1, 2, 3, 4);
        Heard heard = new Heard();
        OperatorCall.listen(heard);
        try {
            delete(OperatorCall.of(Operator.of("aten::mean.dim"))
                    .tensor(a)
                    .optionalIntegers(0, 1)
                    .bool(true)
                    .none()
                    .call()
                    .tensorResult(0));
            delete(OperatorCall.of(Operator.of("aten::to.device"))
                    .tensor(a)
                    .device(0, -1)
                    .integer(ScalarTypes.FLOAT32)
                    .bool(false)
                    .bool(true)
                    .none()
                    .call()
                    .tensorResult(0));
            delete(OperatorCall.of(Operator.of("aten::gelu"))
                    .tensor(a)
                    .string("none")
                    .call()
                    .tensorResult(0));
        } finally {
            OperatorCall.stopListening();
        }
        heard.told.removeIf(told -> told instanceof String text && (text.startsWith("=") || text.startsWith("tensor")));
        assertEquals(
                List.of(
                        "aten::mean.dim",
                        List.of(0L, 1L),
                        true,
                        "none",
                        "aten::to.device",
                        "device 0 -1",
                        6L,
                        false,
                        true,
                        "none",
                        "aten::gelu",
                        "'none'"),
                heard.told);
        delete(a);
    }

    @Test
    void onlyOneListensAndOnlyToItsThread() throws InterruptedException {
        Heard heard = new Heard();
        OperatorCall.listen(heard);
        try {
            assertThrows(IllegalStateException.class, () -> OperatorCall.listen(new Heard()));
            Thread other = new Thread(() -> delete(OperatorCall.of(Operator.of("aten::neg"))
                    .tensor(matrix(1, 1, 1))
                    .call()
                    .tensorResult(0)));
            other.start();
            other.join();
        } finally {
            OperatorCall.stopListening();
        }
        assertEquals(List.of(), heard.told);
    }

    private static final class Heard implements CallListener {

        private final List<Object> told = new ArrayList<>();

        @Override
        public void called(String operator) {
            told.add(operator);
        }

        @Override
        public void tensor(long handle) {
            told.add("tensor " + handle);
        }

        @Override
        public void tensors(long... handles) {
            told.add(Arrays.stream(handles).boxed().toList());
        }

        @Override
        public void integer(long value) {
            told.add(value);
        }

        @Override
        public void integers(long... values) {
            told.add(Arrays.stream(values).boxed().toList());
        }

        @Override
        public void floating(double value) {
            told.add(value);
        }

        @Override
        public void floatings(double... values) {
            told.add(Arrays.stream(values).boxed().toList());
        }

        @Override
        public void bool(boolean value) {
            told.add(value);
        }

        @Override
        public void string(String value) {
            told.add("'" + value + "'");
        }

        @Override
        public void device(int type, int index) {
            told.add("device " + type + " " + index);
        }

        @Override
        public void none() {
            told.add("none");
        }

        @Override
        public void result(long handle) {
            told.add("= " + handle);
        }

        @Override
        public void seen(long handle) {
            told.add("seen " + handle);
        }
    }

    private static long matrix(long rows, long columns, float... values) {
        long handle = TensorHandles.emptyStrided(
                new long[] {rows, columns}, new long[] {columns, 1}, ScalarTypes.FLOAT32, 0, 0);
        TensorHandles.data(handle, values.length * 4L).copyFrom(java.lang.foreign.MemorySegment.ofArray(values));
        return handle;
    }

    private static void delete(long... handles) {
        for (long handle : handles) {
            TensorHandles.delete(handle);
        }
    }
}

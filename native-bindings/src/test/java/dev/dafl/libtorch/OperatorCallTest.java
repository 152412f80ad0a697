package dev.dafl.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
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

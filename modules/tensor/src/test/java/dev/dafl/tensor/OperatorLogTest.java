package dev.dafl.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.tensor.OperatorLog.Argument;
import dev.dafl.tensor.OperatorLog.Call;
import dev.dafl.tensor.OperatorLog.Look;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class OperatorLogTest {

    @Test
    void callsAreLoggedInOrderWithTheSameTensorWhereItIsMeant() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = Tensor.of(new float[] {1, -2}, 2);
            OperatorLog log = OperatorLog.open();
            Tensor y = Functional.leakyRelu(x.add(x), 0.5);
            log.stop();
            x.neg();
            assertEquals(
                    List.of("aten::sub.Tensor", "aten::leaky_relu"),
                    log.entries().stream()
                            .map(entry -> ((Call) entry).operator())
                            .toList());
            Call sum = (Call) log.entries().get(0);
            Call leaky = (Call) log.entries().get(1);
            assertSame(sum.tensors().get(0), sum.tensors().get(1));
            assertSame(log.own(x), sum.tensors().getFirst());
            assertSame(sum.results().getFirst(), leaky.tensors().getFirst());
            assertSame(log.own(y), leaky.results().getFirst());
            assertEquals(new Argument.Real(-1), sum.arguments().get(2));
            log.close();
        }
    }

    @Test
    void itsTensorsOutliveThoseOfTheCode() {
        try (OperatorLog log = OperatorLog.open()) {
            try (TensorScope _ = TensorScope.open()) {
                Tensor.of(new float[] {1, -2}, 2).abs();
            }
            log.stop();
            assertArrayEquals(
                    new float[] {1, 2},
                    ((Call) log.entries().getLast()).results().getFirst().toFloats());
        }
    }

    @Test
    void whatIsChangedInPlaceIsAnotherTensorFromThenOn() {
        try (TensorScope _ = TensorScope.open();
                OperatorLog log = OperatorLog.open()) {
            Tensor x = Tensor.of(new float[] {1, -2}, 2);
            Tensor before = log.own(x);
            x.zero_();
            Tensor after = log.own(x);
            Call zero = (Call) log.entries().getLast();
            assertTrue(zero.inPlace());
            assertSame(before, zero.tensors().getFirst());
            assertSame(after, zero.results().getFirst());
            assertNotSame(before, after);
        }
    }

    @Test
    void anotherHandleOfATensorIsTheSameTensor() {
        try (TensorScope _ = TensorScope.open();
                OperatorLog log = OperatorLog.open()) {
            Tensor x = Tensor.of(new float[] {1, -2}, 2);
            assertSame(log.own(x), log.own(x.alias()));
            assertSame(log.own(x), log.own(x.to(DType.FLOAT32)));
            assertNotSame(log.own(x), log.own(x.detach()));
        }
    }

    @Test
    void looksAtElementsAreLogged() {
        try (TensorScope _ = TensorScope.open();
                OperatorLog log = OperatorLog.open()) {
            Tensor x = Tensor.of(new float[] {3}, 1);
            int before = log.entries().size();
            x.item();
            assertEquals(
                    List.of(new Look(log.own(x))),
                    log.entries().subList(before, log.entries().size()));
        }
    }

    @Test
    void namesTellWhatChangesItsArgument() {
        assertTrue(call("aten::zero_").inPlace());
        assertTrue(call("aten::_foreach_mul_.Tensor").inPlace());
        assertFalse(call("aten::mul.Tensor").inPlace());
        assertFalse(call("aten::mul.out_").inPlace());
    }

    @Test
    void memoryThatTwoTensorsShareOverlaps() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = Tensor.of(new float[12], 3, 4);
            assertTrue(OperatorLog.overlap(x, x.view(12)));
            assertTrue(OperatorLog.overlap(x.select(1, 3), x.select(1, 2)), "stretches, not elements");
            assertFalse(OperatorLog.overlap(x.narrow(0, 0, 1), x.narrow(0, 1, 2)));
            assertFalse(OperatorLog.overlap(x, x.copy()));
            assertFalse(OperatorLog.overlap(x, x.narrow(0, 1, 0)));
        }
    }

    @Test
    void oneLogAtATime() {
        try (OperatorLog log = OperatorLog.open()) {
            assertThrows(IllegalStateException.class, OperatorLog::open);
            log.stop();
            OperatorLog.open().close();
        }
    }

    private static Call call(String operator) {
        return new Call(operator, List.of(), List.of());
    }
}

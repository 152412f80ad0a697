package dev.dafl.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.libtorch.LibtorchException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class OperatorsTest {

    @Test
    void callAnOperatorWithArgumentsOfEveryType() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = Tensor.of(new float[] {1, 3, 2, 6}, 2, 2);
            Tensor weight = Tensor.of(new float[] {2, 2}, 2);
            Tensor normalised = Operators.call("aten::layer_norm")
                    .tensor(x)
                    .integers(2)
                    .tensor(Optional.of(weight))
                    .tensor(Optional.empty())
                    .floating(0)
                    .bool(false)
                    .result();
            assertArrayEquals(new float[] {-2, 2, -2, 2}, normalised.toFloats(), 1e-6f);
            Tensor padded = Operators.call("aten::pad")
                    .tensor(x)
                    .integers(1, 0)
                    .text("constant")
                    .optionalFloating(9)
                    .result();
            assertArrayEquals(new float[] {9, 1, 3, 9, 2, 6}, padded.toFloats());
            Tensor sum = Operators.call("aten::sum.dim_IntList")
                    .tensor(x)
                    .optionalIntegers(1)
                    .bool(false)
                    .none()
                    .result();
            assertArrayEquals(new float[] {4, 8}, sum.toFloats());
            Tensor index = Operators.call("aten::argmax")
                    .tensor(x)
                    .optionalInteger(0)
                    .bool(false)
                    .result();
            assertArrayEquals(new long[] {1, 1}, index.toLongs());
            assertArrayEquals(
                    new float[] {1, 3, 1, 3},
                    Operators.call("aten::cat")
                            .tensors(List.of(x, x))
                            .integer(1)
                            .result()
                            .narrow(0, 0, 1)
                            .toFloats());
        }
    }

    @Test
    void giveSeveralResults() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = Tensor.of(new float[] {1, 3, 2, 6}, 1, 1, 2, 2);
            List<Tensor> largest = Operators.call("aten::adaptive_max_pool2d")
                    .tensor(x)
                    .integers(1, 1)
                    .results(2);
            assertEquals(6, largest.get(0).item());
            assertEquals(3, largest.get(1).item());
            List<Tensor> parts = Operators.call("aten::split_with_sizes")
                    .tensor(Tensor.of(new float[] {1, 2, 3}, 3))
                    .integers(1, 2)
                    .integer(0)
                    .listResult();
            assertArrayEquals(new float[] {2, 3}, parts.get(1).toFloats());
        }
    }

    @Test
    void takeWhatOtherCallsGive() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = Tensor.of(new float[] {1, 2}, 2);
            Tensor sum = Operators.call("aten::cat")
                    .tensors(List.of(
                            x,
                            Operators.call("aten::ceil")
                                    .tensor(Operators.call("aten::erf")
                                            .tensor(x)
                                            .result())
                                    .result()))
                    .integer(Operators.call("aten::argmax")
                                    .tensor(x)
                                    .none()
                                    .bool(false)
                                    .result()
                                    .toLongs()[0]
                            - 1)
                    .result();
            assertArrayEquals(new float[] {1, 2, 1, 1}, sum.toFloats());
        }
    }

    @Test
    void areDifferentiable() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = Tensor.of(new float[] {0.5f}, 1).requiresGrad_(true);
            Operators.call("aten::erf").tensor(x).result().sum().backward();
            assertEquals(
                    2 / Math.sqrt(Math.PI) * Math.exp(-0.25),
                    x.grad().orElseThrow().item(),
                    1e-6);
        }
    }

    @Test
    void tellWhatLibtorchRefuses() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = Tensor.of(new float[] {1}, 1);
            String unknown = assertThrows(
                            LibtorchException.class,
                            () -> Operators.call("aten::no_such").tensor(x).result())
                    .getMessage();
            assertTrue(unknown.startsWith("aten::no_such(float32[1])"), unknown);
        }
    }
}

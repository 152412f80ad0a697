package dev.dafl.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.libtorch.GradientHooks;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GradientHookTest {

    private long live;
    private int held;

    @BeforeEach
    void count() {
        live = Tensor.liveCount();
        held = GradientHooks.held();
    }

    @AfterEach
    void nothingIsLeft() {
        assertEquals(live, Tensor.liveCount());
        assertEquals(held, GradientHooks.held(), "a graph that is gone holds no hook");
    }

    /** y = x^2 has the gradient 2 x times what arrives; three times that arrives where a hook says so. */
    @Test
    void whatAHookGivesGoesOn() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = Tensor.of(new float[] {1, -2, 3}, 3).requiresGrad_(true);
            List<Float> seen = new ArrayList<>();
            Tensor y = x.mul(x);
            y.onGradient(gradient -> {
                for (float value : gradient.toFloats()) {
                    seen.add(value);
                }
                return gradient.mul(3);
            });
            y.sum().backward();
            assertEquals(List.of(1f, 1f, 1f), seen);
            assertArrayEquals(new float[] {6, -12, 18}, x.grad().orElseThrow().toFloats(), 0);
        }
    }

    /** It comes once, when all that arrives is there, and what it does to it is seen by nobody else. */
    @Test
    void itSeesTheWholeGradientAndChangesItForOneAlone() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = Tensor.of(new float[] {2}, 1).requiresGrad_(true);
            Tensor other = Tensor.of(new float[] {5}, 1).requiresGrad_(true);
            List<Float> seen = new ArrayList<>();
            Tensor y = x.mul(1);
            y.onGradient(gradient -> {
                seen.add(gradient.toFloats()[0]);
                return gradient.mul(10);
            });
            y.add(other).add(y.mul(3)).sum().backward();
            assertEquals(List.of(4f), seen);
            assertEquals(40, x.grad().orElseThrow().toFloats()[0]);
            assertEquals(1, other.grad().orElseThrow().toFloats()[0]);
        }
    }

    @Test
    void severalHooksFollowEachOther() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = Tensor.of(new float[] {1}, 1).requiresGrad_(true);
            Tensor y = x.mul(1);
            y.onGradient(gradient -> gradient.add(1));
            y.onGradient(gradient -> gradient.mul(10));
            y.sum().backward();
            assertEquals(20, x.grad().orElseThrow().toFloats()[0]);
        }
    }

    @Test
    void whatAHookThrowsBackwardThrows() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = Tensor.of(new float[] {1}, 1).requiresGrad_(true);
            Tensor y = x.mul(1);
            y.onGradient(_ -> {
                throw new IllegalStateException("not today");
            });
            assertEquals(
                    "not today",
                    assertThrows(IllegalStateException.class, () -> y.sum().backward())
                            .getMessage());
            x.takeGrad();
            x.mul(2).sum().backward();
            assertEquals(2, x.grad().orElseThrow().toFloats()[0]);
        }
    }

    /** A leak of a handle or of native memory would show in the counts. */
    @Test
    void manyBackwardsLeaveNothing() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = Tensor.of(new float[] {1, 2}, 2).requiresGrad_(true);
            for (int i = 0; i < 2000; i++) {
                try (TensorScope _ = TensorScope.open()) {
                    Tensor y = x.mul(2);
                    y.onGradient(gradient -> gradient.mul(0.5));
                    y.sum().backward();
                    assertArrayEquals(
                            new float[] {1, 1}, x.takeGrad().orElseThrow().toFloats(), 0);
                }
            }
        }
    }
}

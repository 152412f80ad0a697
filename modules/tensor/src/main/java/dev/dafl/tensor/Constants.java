package dev.dafl.tensor;

import dev.dafl.libtorch.TensorHandles;

/** Small tensors that calls pass again and again; they live as long as the process and count as nobody's. */
final class Constants {

    /** 1, without dimensions. */
    static final long ONE = TensorHandles.scalar(1f);
    /** [1]. */
    static final long PLUS = newVector(1);
    /** [-1]. */
    static final long MINUS = newVector(-1);

    private Constants() {}

    private static long newVector(float value) {
        try (TensorScope _ = TensorScope.open()) {
            return TensorHandles.duplicate(Tensor.of(new float[] {value}, 1).handle());
        }
    }
}

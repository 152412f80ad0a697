package dev.dafl.engine.training;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;

/** What a loss plugin may return. */
final class LossValue {

    private LossValue() {}

    /** @throws TrainingFailedException when it is not one float32 number */
    static Tensor checked(Tensor value, String plugin) {
        if (value == null || value.isClosed()) {
            throw new TrainingFailedException("the loss " + plugin + " returned "
                    + (value == null ? "null" : "a tensor that it had closed")
                    + "; a loss returns one float32 number without dimensions and leaves closing to the engine");
        }
        if (value.dim() != 0 || value.dtype() != DType.FLOAT32) {
            throw new TrainingFailedException("the loss " + plugin + " returned " + value
                    + "; a loss returns one float32 number without dimensions, such as losses.mean()");
        }
        return value;
    }
}

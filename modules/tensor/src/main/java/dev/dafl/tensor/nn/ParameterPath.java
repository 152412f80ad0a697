package dev.dafl.tensor.nn;

import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;

/**
 * Where in a network a module stands; it gives the module's parameters their names. {@code path.sub("conv1")} names what
 * PyTorch calls {@code self.conv1}.
 */
public final class ParameterPath {

    private final Parameters parameters;
    private final String prefix;

    ParameterPath(Parameters parameters, String prefix) {
        this.parameters = parameters;
        this.prefix = prefix;
    }

    /** @param name of a part; must not be empty or hold a dot */
    public ParameterPath sub(String name) {
        if (name.isEmpty() || name.contains(".")) {
            throw new IllegalArgumentException("a part of a path is a name without dots, not '" + name + "'");
        }
        return new ParameterPath(parameters, prefix + name + ".");
    }

    /** The part with that number, as in PyTorch's {@code Sequential}. */
    public ParameterPath sub(int index) {
        return sub(Integer.toString(index));
    }

    /** A trainable float32 tensor that belongs to the network. */
    public Tensor parameter(String name, Initializer initializer, long... shape) {
        return parameters.parameter(prefix + name, initializer, shape);
    }

    /** A float32 tensor that belongs to the network and its state dict, and is not trained. */
    public Tensor buffer(String name, double value, long... shape) {
        return buffer(name, Initializer.constant(value), shape);
    }

    /** A float32 tensor that belongs to the network and its state dict, and is not trained. */
    public Tensor buffer(String name, Initializer initializer, long... shape) {
        return parameters.buffer(prefix + name, initializer, shape);
    }

    /** A float32 tensor that belongs to the network, is not trained and not in its state dict. */
    public Tensor constant(float[] values, long... shape) {
        try (TensorScope _ = TensorScope.open()) {
            return constant(Tensor.of(values, shape));
        }
    }

    /**
     * A copy of a tensor, where the network's parameters lie and in their memory format. It belongs to the network, is not
     * trained and not in its state dict, and may be closed before the network is.
     */
    public Tensor constant(Tensor values) {
        return parameters.constant(values);
    }

    /** Where the network's parameters lie. */
    public Device device() {
        return parameters.device();
    }

    /** An int64 number in the network's state dict, on the CPU, that begins at 0 and is not trained. */
    public Tensor counter(String name) {
        return parameters.counter(prefix + name);
    }
}

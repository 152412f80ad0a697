package dev.dafl.tensor.nn;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The owner of a network's parameters and buffers, by their dotted names. Closing it frees them.
 *
 * <p>Initial values follow from the seed and the name alone, so adding a layer changes no other layer's values.
 */
public final class Parameters implements AutoCloseable {

    private final TensorScope scope = TensorScope.detached();
    private final Map<String, Tensor> trainable = new LinkedHashMap<>();
    private final Map<String, Tensor> all = new LinkedHashMap<>();
    private final Device device;
    private final MemoryFormat format;
    private final RandomStream random;

    /**
     * @param device where the parameters lie; counters stay on the CPU
     * @param format of the 4-dimensional ones
     * @param random where initial values are drawn
     */
    public Parameters(Device device, MemoryFormat format, RandomStream random) {
        this.device = device;
        this.format = format;
        this.random = random;
    }

    /** The path with the empty name. */
    public ParameterPath root() {
        return new ParameterPath(this, "");
    }

    public Device device() {
        return device;
    }

    /** What an optimizer trains, in the order of making. */
    public List<Tensor> trainable() {
        return List.copyOf(trainable.values());
    }

    /** Parameters and buffers by name, as PyTorch's {@code state_dict()}; the tensors stay this store's. */
    public Map<String, Tensor> stateDict() {
        return Collections.unmodifiableMap(all);
    }

    /** Numbers in the trainable parameters. */
    public long count() {
        return trainable.values().stream().mapToLong(Tensor::numel).sum();
    }

    /** No parameter asks for gradients any more; those of what the network computes from still pass through it. */
    public void freeze() {
        trainable.values().forEach(parameter -> parameter.requiresGrad_(false));
    }

    /**
     * Copies values into the parameters and buffers. What all names have in front, as {@code module.} from DataParallel, is
     * taken off where the names fit better without it. Counters of batches that the network lacks are left out, and its own
     * stay as they are where the values have none at all: PyTorch before 0.4.1 and networks without training had none.
     *
     * @return what had to be done to make the values fit, in sentences without a full stop; empty where they fitted as they are
     * @throws IllegalArgumentException when a name is missing or unknown or a shape differs, naming each; nothing is
     *     changed then
     */
    public List<String> load(Map<String, Tensor> values) {
        Fitted fitted = Fitted.of(values, all.keySet());
        check(fitted.values());
        try (GradMode _ = GradMode.disabled()) {
            fitted.values()
                    .forEach((name, value) -> Objects.requireNonNull(all.get(name), "checked above")
                            .copy_(value));
        }
        return fitted.notes();
    }

    /** The name of the first tensor that has a NaN or an infinite number; empty where all numbers are finite. */
    public static Optional<String> firstNotFinite(Map<String, Tensor> values) {
        return values.entrySet().stream()
                .filter(entry -> !isFinite(entry.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean isFinite(Tensor tensor) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            return tensor.isfinite().all().item() == 1;
        }
    }

    private void check(Map<String, Tensor> values) {
        List<String> problems = new ArrayList<>();
        // Fitted leaves them out only where there are none.
        boolean withCounters = values.keySet().stream().anyMatch(Fitted::isCounter);
        all.forEach((name, parameter) -> {
            Tensor value = values.get(name);
            if (value == null && Fitted.isCounter(name) && !withCounters) {
                return;
            }
            if (value == null) {
                problems.add(name + " " + Arrays.toString(parameter.shape()) + " is missing");
            } else if (!Arrays.equals(value.shape(), parameter.shape())) {
                problems.add(name + " is " + Arrays.toString(value.shape()) + " where the network has "
                        + Arrays.toString(parameter.shape()));
            }
        });
        values.keySet().stream()
                .filter(name -> !all.containsKey(name))
                .forEach(name -> problems.add(name + " is not in the network"));
        if (!problems.isEmpty()) {
            int shown = Math.min(8, problems.size());
            throw new IllegalArgumentException("weights do not fit: " + String.join("; ", problems.subList(0, shown))
                    + (problems.size() > shown ? "; and " + (problems.size() - shown) + " more" : ""));
        }
    }

    @Override
    public void close() {
        scope.close();
    }

    Tensor parameter(String name, Initializer initializer, long... shape) {
        Tensor parameter = make(name, initializer, shape).requiresGrad_(true);
        trainable.put(name, parameter);
        return parameter;
    }

    Tensor buffer(String name, double value, long... shape) {
        return make(name, Initializer.constant(value), shape);
    }

    /** An int64 buffer without dimensions, on the CPU. */
    Tensor counter(String name) {
        try (TensorScope _ = TensorScope.open()) {
            Tensor counter = Tensor.zeros(DType.INT64, Device.CPU).moveTo(scope);
            put(name, counter);
            return counter;
        }
    }

    Tensor constant(float[] values, long... shape) {
        try (TensorScope _ = TensorScope.open()) {
            return placed(Tensor.of(values, shape));
        }
    }

    private Tensor make(String name, Initializer initializer, long... shape) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Tensor values = placed(initializer.values(shape, random.at("parameter " + name, 0)));
            put(name, values);
            return values;
        }
    }

    private Tensor placed(Tensor values) {
        Tensor there = values.to(device);
        return (values.dim() == 4 ? there.copy(format) : there).moveTo(scope);
    }

    private void put(String name, Tensor tensor) {
        if (all.putIfAbsent(name, tensor) != null) {
            tensor.close();
            throw new IllegalArgumentException("two parameters are named " + name);
        }
    }
}

package dev.dafl.tensor.nn;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.StoredTensor;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

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
    /** Where initial values are drawn; empty where there are none. */
    private final Optional<RandomStream> random;

    private final Ranks ranks;
    private final Set<String> summed = new HashSet<>();

    /**
     * @param device where the parameters lie; counters stay on the CPU
     * @param format of the 4-dimensional ones
     * @param random where initial values are drawn
     */
    public Parameters(Device device, MemoryFormat format, RandomStream random) {
        this(device, format, random, Ranks.ALONE);
    }

    /**
     * @param device where the parameters lie; counters stay on the CPU
     * @param format of the 4-dimensional ones
     * @param random where initial values are drawn, the same in all ranks
     * @param ranks that each compute a part of a batch with them
     */
    public Parameters(Device device, MemoryFormat format, RandomStream random, Ranks ranks) {
        this(device, format, Optional.of(random), ranks);
    }

    private Parameters(Device device, MemoryFormat format, Optional<RandomStream> random, Ranks ranks) {
        this.device = device;
        this.format = format;
        this.random = random;
        this.ranks = ranks;
    }

    /**
     * A store on the CPU whose values nobody has set: what a network's parameters are called, and their shapes, is known at once,
     * however large they are. It is not to be computed with.
     */
    public static Parameters unset() {
        return new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, Optional.empty(), Ranks.ALONE);
    }

    /** The path with the empty name. */
    public ParameterPath root() {
        return new ParameterPath(this, "");
    }

    public Device device() {
        return device;
    }

    /** Among which each batch is divided. */
    public Ranks ranks() {
        return ranks;
    }

    /**
     * From now on a backward leaves the sum of all ranks' gradients. Each is added up as soon as it is there: backward goes on
     * meanwhile in those that are ahead.
     */
    void sumGradients() {
        trainable.forEach((name, parameter) -> {
            if (parameter.requiresGrad() && summed.add(name)) {
                parameter.onGradient(ranks::sum);
            }
        });
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
     * @throws MisfitException when a name is missing or unknown or a shape differs; nothing is changed then
     */
    public List<String> load(Map<String, Tensor> values) {
        return load(values, Renaming.NONE);
    }

    /**
     * Does that once the values have other names.
     *
     * @return as {@link #load(Map)}
     * @throws MisfitException when a name is missing or unknown or a shape differs; nothing is changed then
     * @throws IllegalArgumentException when the renaming does not fit the names
     */
    public List<String> load(Map<String, Tensor> values, Renaming renaming) {
        Fitted<Tensor> fitted = Fitted.of(renaming.applied(values), all.keySet());
        Misfit misfit = Misfit.of(shapes(all), shapes(fitted.values()));
        if (!misfit.isNone()) {
            throw misfit.toException();
        }
        try (GradMode _ = GradMode.disabled()) {
            fitted.values()
                    .forEach((name, value) -> Objects.requireNonNull(all.get(name), "checked above")
                            .copy_(value));
        }
        return fitted.notes();
    }

    /** Whether {@link #load(Map)} would take tensors of these shapes. */
    public boolean fits(Map<String, StoredTensor> tensors) {
        Map<String, long[]> given = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> given.put(
                name, tensor.shape().stream().mapToLong(Long::longValue).toArray()));
        return Misfit.of(shapes(all), Fitted.of(given, all.keySet()).values()).isNone();
    }

    private static Map<String, long[]> shapes(Map<String, Tensor> tensors) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return shapes;
    }

    /** The name of the first tensor that has a NaN or an infinite number; empty where all numbers are finite. */
    public static Optional<String> firstNotFinite(Map<String, Tensor> values) {
        return values.entrySet().stream()
                .filter(entry -> !isFinite(entry.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean isFinite(Tensor tensor) {
        if (!tensor.dtype().isFloating()) {
            return true;
        }
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            return tensor.isfinite().all().item() == 1;
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

    Tensor buffer(String name, Initializer initializer, long... shape) {
        return make(name, initializer, shape);
    }

    /** An int64 buffer without dimensions, on the CPU. */
    Tensor counter(String name) {
        try (TensorScope _ = TensorScope.open()) {
            Tensor counter = Tensor.zeros(DType.INT64, Device.CPU).moveTo(scope);
            put(name, counter);
            return counter;
        }
    }

    Tensor constant(Tensor values) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            return placed(values.copy());
        }
    }

    private Tensor make(String name, Initializer initializer, long... shape) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Tensor values = random.map(stream -> placed(initializer.values(shape, stream.at("parameter " + name, 0))))
                    .orElseGet(() -> Tensor.empty(DType.FLOAT32, device, shape).moveTo(scope));
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

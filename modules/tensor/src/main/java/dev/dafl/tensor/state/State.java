package dev.dafl.tensor.state;

import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tensors and plain values by dotted names, such as {@code student.optimizer.exp_avg.3} and {@code student.steps}. A
 * {@linkplain #part part} sees the names behind its own.
 */
public final class State {

    private static final Set<String> NO_NUMBERS = Set.of("NaN", "Infinity", "-Infinity");

    private final String prefix;
    private final Map<String, Tensor> tensors;
    private final Map<String, Object> values;

    private State(String prefix, Map<String, Tensor> tensors, Map<String, Object> values) {
        this.prefix = prefix;
        this.tensors = tensors;
        this.values = values;
    }

    /** A state to be filled. */
    public static State empty() {
        return new State("", new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    /**
     * A state that was kept.
     *
     * @param values of the types that {@code put} takes
     */
    public static State of(Map<String, Tensor> tensors, Map<String, Object> values) {
        return new State("", new LinkedHashMap<>(tensors), new LinkedHashMap<>(values));
    }

    /** The same state, in which each name stands behind {@code name} and a dot. */
    public State part(String name) {
        return new State(prefix + name + ".", tensors, values);
    }

    /** Saves something under a name. */
    public State put(String name, Stateful part) {
        part.save(part(name));
        return this;
    }

    /** @param tensor stays the caller's, and must live until the state is written */
    public State put(String name, Tensor tensor) {
        tensors.put(prefix + name, tensor);
        return this;
    }

    /** Tensors by names of their own, such as a state dict. */
    public State putAll(Map<String, Tensor> named) {
        named.forEach(this::put);
        return this;
    }

    public State put(String name, long value) {
        return putValue(name, value);
    }

    public State put(String name, double value) {
        return putValue(name, value);
    }

    public State put(String name, boolean value) {
        return putValue(name, value);
    }

    public State put(String name, String value) {
        return putValue(name, value);
    }

    /** Loads something from what is under a name. */
    public void load(String name, Stateful part) {
        part.load(part(name));
    }

    /** Whether anything is under that name. */
    public boolean has(String name) {
        String exact = prefix + name;
        String inside = exact + ".";
        return values.containsKey(exact)
                || tensors.containsKey(exact)
                || values.keySet().stream().anyMatch(key -> key.startsWith(inside))
                || tensors.keySet().stream().anyMatch(key -> key.startsWith(inside));
    }

    public long number(String name) {
        return value(name, Long.class);
    }

    /** A number that may have a fraction, also one that is no number. */
    public double real(String name) {
        // JSON, in which a state may have been kept, has no other way to write a number that is none.
        return values.get(prefix + name) instanceof String text && NO_NUMBERS.contains(text)
                ? Double.parseDouble(text)
                : value(name, Double.class);
    }

    public boolean flag(String name) {
        return value(name, Boolean.class);
    }

    public String text(String name) {
        return value(name, String.class);
    }

    /** A text that need not be there. */
    public Optional<String> optionalText(String name) {
        return values.containsKey(prefix + name) ? Optional.of(text(name)) : Optional.empty();
    }

    /**
     * Copies a tensor of this state into one that is there, whatever its strides.
     *
     * @throws StateException when there is none of that name, or it is of another shape
     */
    public void copyInto(String name, Tensor target) {
        Tensor saved = tensors.get(prefix + name);
        if (saved == null) {
            throw new StateException("the state has no tensor " + prefix + name);
        }
        if (!Arrays.equals(saved.shape(), target.shape()) || saved.dtype() != target.dtype()) {
            throw new StateException(
                    "the state's " + prefix + name + " is " + saved + " where " + target + " is needed");
        }
        try (GradMode _ = GradMode.disabled()) {
            target.copy_(saved);
        }
    }

    /** The shape of a tensor; empty where there is none of that name. */
    public Optional<long[]> shape(String name) {
        return Optional.ofNullable(tensors.get(prefix + name)).map(Tensor::shape);
    }

    /** The tensors of this part, by their names in it. */
    public Map<String, Tensor> tensors() {
        return inside(tensors);
    }

    /** The plain values of this part, by their names in it: {@code Long}, {@code Double}, {@code Boolean}, {@code String}. */
    public Map<String, Object> values() {
        return inside(values);
    }

    private <T> Map<String, T> inside(Map<String, T> all) {
        Map<String, T> mine = new LinkedHashMap<>();
        all.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                mine.put(name.substring(prefix.length()), value);
            }
        });
        return Collections.unmodifiableMap(mine);
    }

    private State putValue(String name, Object value) {
        values.put(prefix + name, value);
        return this;
    }

    private <T> T value(String name, Class<T> type) {
        Object value = values.get(prefix + name);
        if (!type.isInstance(value)) {
            throw new StateException(
                    "the state has no " + type.getSimpleName().toLowerCase(Locale.ROOT) + " " + prefix + name);
        }
        return type.cast(value);
    }
}

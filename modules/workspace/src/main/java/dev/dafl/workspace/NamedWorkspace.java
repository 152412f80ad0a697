package dev.dafl.workspace;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Workspace;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.OptimizerOptions;
import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.Stateful;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A workspace whose parts have names. Its state is that of all its parts; a part that is asked for only after the state was loaded
 * takes its share of it then.
 */
public final class NamedWorkspace implements Workspace, Stateful, AutoCloseable {

    private final Surroundings around;
    private final RandomStream random;
    private final String name;
    private final TensorScope scope = TensorScope.detached();
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final Map<Network, Built> built = new IdentityHashMap<>();
    /** Parts that a plugin may still hold, and that are no part of the state any more. */
    private final List<Part> forgotten = new ArrayList<>();

    private @Nullable State loaded;

    /** How a network came to be. */
    private record Built(String name, LongFunction<Network> anew) {}

    /** @param name of the plugin's part in the run, by which its random numbers and files are told from those of others */
    public NamedWorkspace(Surroundings around, String name) {
        this.around = around;
        this.name = name;
        this.random = around.random().child(name);
    }

    @Override
    public ImageShape shape() {
        return around.shape();
    }

    @Override
    public int classes() {
        return around.classes();
    }

    @Override
    public Normalization normalization() {
        return around.normalization();
    }

    @Override
    public Device device() {
        return around.device();
    }

    @Override
    public RandomStream random() {
        return random;
    }

    @Override
    public Network network(String called, Function<ParameterPath, Layer> build) {
        return made(
                called,
                number -> Network.build(
                        new Parameters(
                                around.device(),
                                around.format(),
                                new RandomStream(
                                        random.at("network " + called, number).nextLong())),
                        build));
    }

    /**
     * A network that the engine knows how to make.
     *
     * @param anew makes one with first values of that number; 0 is the first
     */
    public Network made(String called, LongFunction<Network> anew) {
        return part("network " + called, NetworkPart.class, () -> {
                    Network network = anew.apply(0);
                    built.put(network, new Built(called, anew));
                    return new NetworkPart(network);
                })
                .network();
    }

    @Override
    public void renew(Network network, long number) {
        Built how = built.get(network);
        if (how == null) {
            throw new IllegalArgumentException("only a network that this workspace has made can be renewed");
        }
        if (number < 1) {
            throw new IllegalArgumentException("the number of new first values begins at 1, not at " + number);
        }
        try (Network fresh = how.anew().apply(number)) {
            network.parameters().load(fresh.parameters().stateDict());
        }
    }

    @Override
    public Learner learner(String called, List<Tensor> parameters, OptimizerOptions options, LearningRate rate) {
        return part("learner " + called, TensorLearner.class, () -> new TensorLearner(parameters, options, rate));
    }

    @Override
    public Tensor tensor(String called, Supplier<Tensor> initial) {
        return part("tensor " + called, TensorPart.class, () -> {
                    try (TensorScope _ = TensorScope.open();
                            GradMode _ = GradMode.disabled()) {
                        return new TensorPart(
                                initial.get().to(around.device()).copy().moveTo(scope));
                    }
                })
                .tensor();
    }

    @Override
    public Counter counter(String called) {
        return part("counter " + called, NumberPart.class, NumberPart::new);
    }

    @Override
    public Rows rows(String called, long capacity, long... row) {
        return part("rows " + called, NewestRows.class, () -> {
            try (TensorScope _ = TensorScope.open()) {
                return NewestRows.of(around.device(), capacity, row, scope);
            }
        });
    }

    @Override
    public Bank bank(String called, long capacity) {
        return part(
                "bank " + called,
                ImageBankFile.class,
                () -> new ImageBankFile(() -> around.bankFile().apply(name + " " + called), around, capacity));
    }

    /** How many images were ever added to its banks, those included that have left. */
    public long imagesAdded() {
        return parts.values().stream()
                .filter(ImageBankFile.class::isInstance)
                .mapToLong(part -> ((ImageBankFile) part).added())
                .sum();
    }

    private <P extends Part> P part(String key, Class<P> type, Supplier<P> make) {
        if (key.contains(".")) {
            throw new IllegalArgumentException("a name in a workspace has no dots, unlike '" + key + "'");
        }
        Part there = parts.get(key);
        if (there == null) {
            there = make.get();
            parts.put(key, there);
            State kept = loaded;
            if (kept != null && kept.has(key)) {
                kept.load(key, there);
            }
        }
        return type.cast(there);
    }

    @Override
    public void save(State state) {
        parts.forEach(state::put);
        // What nobody has asked for again since it was loaded is still part of the state.
        State kept = loaded;
        if (kept != null) {
            kept.tensors().forEach((key, tensor) -> {
                if (isLeft(key)) {
                    state.put(key, tensor);
                }
            });
        }
    }

    private boolean isLeft(String key) {
        return parts.keySet().stream().noneMatch(part -> key.startsWith(part + "."));
    }

    @Override
    public void load(State state) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try (TensorScope _ = TensorScope.open()) {
            state.tensors()
                    .forEach((key, tensor) ->
                            tensors.put(key, isLeft(key) ? tensor.copy().moveTo(scope) : tensor));
        }
        loaded = State.of(tensors, state.values());
        // What was made after the state was saved is none of it.
        parts.entrySet().removeIf(entry -> {
            boolean later = !state.has(entry.getKey());
            if (later) {
                forgotten.add(entry.getValue());
            }
            return later;
        });
        parts.forEach(state::load);
    }

    @Override
    public void close() {
        parts.values().forEach(Part::close);
        forgotten.forEach(Part::close);
        scope.close();
    }

    private record NetworkPart(Network network) implements Part {

        @Override
        public void save(State state) {
            state.putAll(network.parameters().stateDict());
        }

        @Override
        public void load(State state) {
            network.parameters().stateDict().forEach(state::copyInto);
        }

        @Override
        public void close() {
            network.close();
        }
    }

    private record TensorPart(Tensor tensor) implements Part {

        @Override
        public void save(State state) {
            state.put("value", tensor.detach());
        }

        @Override
        public void load(State state) {
            state.copyInto("value", tensor);
        }

        @Override
        public void close() {
            // With the workspace's scope.
        }
    }

    private static final class NumberPart implements Part, Counter {

        private long value;

        @Override
        public long get() {
            return value;
        }

        @Override
        public void set(long now) {
            value = now;
        }

        @Override
        public void save(State state) {
            state.put("value", value);
        }

        @Override
        public void load(State state) {
            value = state.number("value");
        }

        @Override
        public void close() {
            // A number.
        }
    }
}

package dev.dafl.tensor.trace;

import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.OperatorLog.Argument;
import dev.dafl.tensor.OperatorLog.Call;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a network computes in evaluation, as a graph of libtorch's operators that holds for batches of any size. It is found by
 * running the network with a few batches of different sizes and comparing: what is the same in all is fixed, numbers that
 * grow with the batch are {@linkplain Size sizes} that say how, and anything else is no graph.
 */
public final class Trace implements AutoCloseable {

    /** The third shows whether what the first two suggest is true. None is 1, which operators treat as nothing there. */
    private static final long[] BATCHES = {2, 3, 5};

    private static final double ROUNDING = 1e-5;

    private final List<LoggedRun> runs;
    private final TensorScope scope;
    private final List<Map<Tensor, Value>> values = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Value.Stored> stored = new ArrayList<>();
    private final Value.Input input;
    private final Value output;

    /** @param scope gets the tensors that it makes, also where it fails */
    private Trace(List<LoggedRun> runs, TensorScope scope) {
        this.runs = runs;
        this.scope = scope;
        runs.forEach(_ -> values.add(new IdentityHashMap<>()));
        List<Tensor> inputs = runs.stream().map(LoggedRun::input).toList();
        input = new Value.Input(inputs.getFirst().dtype(), shape(inputs));
        note(inputs, input);
        List<Call> first = runs.getFirst().steps();
        if (runs.stream().anyMatch(run -> run.steps().size() != first.size())) {
            throw otherWays();
        }
        for (int i = 0; i < first.size(); i++) {
            int step = i;
            steps.add(step(runs.stream().map(run -> run.steps().get(step)).toList()));
        }
        output = value(runs.stream().map(LoggedRun::output).toList());
        if (output instanceof Value.Stored) {
            throw new UntraceableException("what it gives does not depend on what it gets");
        }
    }

    /**
     * Traces a network, in float32 whatever it trains in.
     *
     * @param network on the CPU
     * @param example the shape of one example, such as {@code [c, h, w]}
     * @throws UntraceableException when it is no graph: when it looks at elements of what it computes, changes its own memory,
     *     or does different things for different batches
     */
    public static Trace of(Network network, long... example) {
        if (network.parameters().device().type() != Device.Type.CPU) {
            throw new IllegalArgumentException("a network is traced on the CPU");
        }
        List<LoggedRun> runs = new ArrayList<>();
        TensorScope scope = TensorScope.detached();
        try {
            for (long batch : BATCHES) {
                runs.add(LoggedRun.of(network, example, batch));
            }
            return new Trace(runs, scope);
        } catch (Throwable e) {
            scope.close();
            runs.forEach(LoggedRun::close);
            throw e;
        }
    }

    /** What the network is given, {@code [n, ...]}. */
    public Value.Input input() {
        return input;
    }

    public Value output() {
        return output;
    }

    /** The operators in order, those that the output follows from alone; each argument is there before. */
    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** What its operators take that does not depend on the input, in the order of first use. */
    public List<Value.Stored> stored() {
        return List.copyOf(stored);
    }

    /** Frees what its values hold. */
    @Override
    public void close() {
        scope.close();
        runs.forEach(LoggedRun::close);
    }

    private Step step(List<Call> calls) {
        Call first = calls.getFirst();
        if (calls.stream()
                .anyMatch(call -> !call.operator().equals(first.operator())
                        || call.arguments().size() != first.arguments().size()
                        || call.results().size() != first.results().size())) {
            throw otherWays();
        }
        List<Resolved> arguments = new ArrayList<>();
        for (int i = 0; i < first.arguments().size(); i++) {
            int place = i;
            arguments.add(argument(
                    first.operator(),
                    place,
                    calls.stream().map(call -> call.arguments().get(place)).toList()));
        }
        List<Value> results = new ArrayList<>();
        for (int i = 0; i < first.results().size(); i++) {
            int place = i;
            List<Tensor> tensors =
                    calls.stream().map(call -> call.results().get(place)).toList();
            Optional<Value> known = known(tensors);
            // An operator that had nothing to do gives the very tensor that it got.
            results.add(known.isPresent() ? known.get() : note(tensors, computed(tensors)));
        }
        return new Step(first.operator(), arguments, results);
    }

    private Resolved argument(String operator, int place, List<Argument> given) {
        Argument first = given.getFirst();
        if (given.stream().anyMatch(argument -> argument.getClass() != first.getClass())) {
            throw otherWays();
        }
        return switch (first) {
            case Argument.One _ ->
                new Resolved.One(value(given.stream()
                        .map(argument -> ((Argument.One) argument).tensor())
                        .toList()));
            case Argument.Several(List<Tensor> tensors) -> {
                List<List<Tensor>> lists = given.stream()
                        .map(argument -> ((Argument.Several) argument).tensors())
                        .toList();
                requireLength(tensors.size(), lists);
                yield new Resolved.Several(IntStream.range(0, tensors.size())
                        .mapToObj(i ->
                                value(lists.stream().map(list -> list.get(i)).toList()))
                        .toList());
            }
            case Argument.Whole _ ->
                new Resolved.Number(size(
                        operator + ", argument " + place,
                        given.stream()
                                .map(argument -> ((Argument.Whole) argument).value())
                                .toList()));
            case Argument.Wholes(List<Long> wholes) -> {
                List<List<Long>> lists = given.stream()
                        .map(argument -> ((Argument.Wholes) argument).values())
                        .toList();
                requireLength(wholes.size(), lists);
                yield new Resolved.Numbers(IntStream.range(0, wholes.size())
                        .mapToObj(i -> size(
                                operator + ", argument " + place,
                                lists.stream().map(list -> list.get(i)).toList()))
                        .toList());
            }
            default -> {
                if (given.stream().anyMatch(argument -> !argument.equals(first))) {
                    throw new UntraceableException(
                            operator + ", argument " + place + ", changes from pass to pass: " + given);
                }
                yield new Resolved.Plain(first);
            }
        };
    }

    /** The value that these tensors are, one in each run. */
    private Value value(List<Tensor> tensors) {
        return known(tensors).orElseGet(() -> {
            for (int run = 0; run < tensors.size(); run++) {
                if (runs.get(run).computed().contains(tensors.get(run))) {
                    throw otherWays();
                }
            }
            Value.Stored value = stored(tensors);
            stored.add(value);
            return note(tensors, value);
        });
    }

    /** Empty where no run has met its tensor before. */
    private Optional<Value> known(List<Tensor> tensors) {
        List<Optional<Value>> known = IntStream.range(0, tensors.size())
                .mapToObj(run -> Optional.ofNullable(values.get(run).get(tensors.get(run))))
                .toList();
        Optional<Value> first = known.getFirst();
        // By identity: two values of the same shape may be equal.
        if (known.stream()
                .anyMatch(value ->
                        value.isPresent() != first.isPresent() || value.orElse(input) != first.orElse(input))) {
            throw otherWays();
        }
        return first;
    }

    private Value note(List<Tensor> tensors, Value value) {
        for (int run = 0; run < tensors.size(); run++) {
            values.get(run).put(tensors.get(run), value);
        }
        return value;
    }

    private Value.Computed computed(List<Tensor> tensors) {
        return new Value.Computed(dtype(tensors).dtype(), shape(tensors));
    }

    private Value.Stored stored(List<Tensor> tensors) {
        Tensor first = dtype(tensors);
        List<Size> shape = shape(tensors);
        Optional<String> name = name(tensors);
        Tensor content = name.isPresent() ? first : content(tensors, shape);
        return new Value.Stored(first.dtype(), shape, name, content);
    }

    /** What all runs have, with one element along each dimension that grows with the batch. */
    private Tensor content(List<Tensor> tensors, List<Size> shape) {
        List<Tensor> contents =
                tensors.stream().map(tensor -> once(tensor, shape)).toList();
        Tensor first = contents.getFirst();
        if (contents.stream().anyMatch(content -> !isSame(first, content))) {
            throw new UntraceableException("a tensor of " + tensors.getFirst()
                    + " does not follow from the images and yet changes from pass to pass: it is random, or was computed on"
                    + " another thread");
        }
        return first;
    }

    /** Whether they are equal, but for rounding, which may depend on how threads share the work. */
    private static boolean isSame(Tensor one, Tensor other) {
        if (one == other || Arrays.equals(one.toBytes(), other.toBytes())) {
            return true;
        }
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            return one.dtype().isFloating()
                    && one.sub(other).abs().max().item()
                            <= ROUNDING * one.abs().max().item();
        }
    }

    private Tensor once(Tensor tensor, List<Size> shape) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Tensor part = tensor;
            for (int dim = 0; dim < shape.size(); dim++) {
                if (!shape.get(dim).isFixed()) {
                    part = part.narrow(dim, 0, 1);
                }
            }
            if (part != tensor && !Arrays.equals(part.expand(tensor.shape()).toBytes(), tensor.toBytes())) {
                throw new UntraceableException("a tensor of " + tensor
                        + " grows with the number of images and differs along it, so that the images of a batch are not"
                        + " treated alike");
            }
            return part == tensor ? tensor : part.moveTo(scope);
        }
    }

    private Optional<String> name(List<Tensor> tensors) {
        return runs.getFirst().stored().keySet().stream()
                .filter(name -> IntStream.range(0, tensors.size())
                        .allMatch(run -> runs.get(run).stored().get(name) == tensors.get(run)))
                .findFirst();
    }

    private static Tensor dtype(List<Tensor> tensors) {
        Tensor first = tensors.getFirst();
        if (tensors.stream().anyMatch(tensor -> tensor.dtype() != first.dtype() || tensor.dim() != first.dim())) {
            throw otherWays();
        }
        return first;
    }

    private List<Size> shape(List<Tensor> tensors) {
        Tensor first = dtype(tensors);
        return IntStream.range(0, first.dim())
                .mapToObj(dim -> size(
                        "a shape such as " + first,
                        tensors.stream().map(tensor -> tensor.size(dim)).toList()))
                .toList();
    }

    private static Size size(String where, List<Long> numbers) {
        return Size.through(BATCHES, numbers.stream().mapToLong(Long::longValue).toArray())
                .orElseThrow(() -> new UntraceableException(where + ", is " + numbers + " for batches of "
                        + Arrays.toString(BATCHES) + ", which does not grow evenly"));
    }

    private static void requireLength(int length, List<? extends List<?>> lists) {
        if (lists.stream().anyMatch(list -> list.size() != length)) {
            throw otherWays();
        }
    }

    private static UntraceableException otherWays() {
        return new UntraceableException("it does other things with a batch of other images");
    }
}

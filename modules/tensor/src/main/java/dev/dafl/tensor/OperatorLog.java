package dev.dafl.tensor;

import dev.dafl.libtorch.CallListener;
import dev.dafl.libtorch.OperatorCall;
import dev.dafl.libtorch.TensorHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that a thread asks libtorch to compute, from when the log is opened until it is {@linkplain #stop stopped}:
 * operators with their arguments and results, whichever way they reach libtorch, and where Java looked at elements.
 *
 * <p>The log has a {@link Tensor} of its own for each tensor that it saw, the same one wherever the same tensor is meant. An
 * operator whose name ends in an underscore changes its first argument: from then on the log has another one for it. All
 * of them live until the log is closed, so that no memory is used twice and values can be read afterwards.
 */
public final class OperatorLog implements AutoCloseable {

    /** What happened, in order. */
    public sealed interface Entry {}

    /**
     * An operator that was called.
     *
     * @param operator {@code namespace::name} or {@code namespace::name.overload}
     * @param arguments in the order of its schema
     * @param results the tensors that it gave and that somebody took
     */
    public record Call(String operator, List<Argument> arguments, List<Tensor> results) implements Entry {

        /** Whether it changes its first argument, as names that end in an underscore say. */
        public boolean inPlace() {
            int dot = operator.indexOf('.');
            return operator.startsWith("_", (dot < 0 ? operator.length() : dot) - 1);
        }

        /** The tensors among the arguments. */
        public List<Tensor> tensors() {
            List<Tensor> tensors = new ArrayList<>();
            for (Argument argument : arguments) {
                switch (argument) {
                    case Argument.One(Tensor tensor) -> tensors.add(tensor);
                    case Argument.Several(List<Tensor> several) -> tensors.addAll(several);
                    default -> {}
                }
            }
            return tensors;
        }
    }

    /** Elements of a tensor went to Java. */
    public record Look(Tensor tensor) implements Entry {}

    /** An argument of an operator. */
    public sealed interface Argument {

        record One(Tensor tensor) implements Argument {}

        record Several(List<Tensor> tensors) implements Argument {}

        record Whole(long value) implements Argument {}

        record Wholes(List<Long> values) implements Argument {}

        record Real(double value) implements Argument {}

        record Reals(List<Double> values) implements Argument {}

        record Truth(boolean value) implements Argument {}

        record Text(String value) implements Argument {}

        record Place(int deviceType, int index) implements Argument {}

        /** An optional argument that was left out. */
        record Nothing() implements Argument {}
    }

    private final TensorScope scope = TensorScope.detached();
    private final Map<Long, Tensor> known = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Thread thread = Thread.currentThread();
    private boolean listening = true;

    private OperatorLog() {}

    /**
     * Begins to log the calls of this thread.
     *
     * @throws IllegalStateException when they are logged already
     */
    public static OperatorLog open() {
        OperatorLog log = new OperatorLog();
        OperatorCall.listen(log.new Listener());
        return log;
    }

    /**
     * Logs no more; what was logged stays.
     *
     * @throws IllegalStateException on another thread than that which opened it
     */
    public void stop() {
        if (!listening) {
            return;
        }
        if (thread != Thread.currentThread()) {
            throw new IllegalStateException("the log of thread " + thread.getName() + " cannot be stopped by "
                    + Thread.currentThread().getName());
        }
        OperatorCall.stopListening();
        listening = false;
    }

    /** What was logged, in order. */
    public List<Entry> entries() {
        return Collections.unmodifiableList(entries);
    }

    /** The log's own tensor for this one, as it is now. */
    public Tensor own(Tensor tensor) {
        return own(tensor.handle());
    }

    /** Whether two CPU tensors may have elements in common: whether the stretches of memory that hold them overlap. */
    public static boolean overlap(Tensor one, Tensor other) {
        long start = TensorHandles.address(one.handle());
        long otherStart = TensorHandles.address(other.handle());
        return start < otherStart + stretch(other) && otherStart < start + stretch(one);
    }

    /** Stops it and frees its tensors. */
    @Override
    public void close() {
        stop();
        scope.close();
    }

    /** Bytes from the first element in memory to the end of the last. */
    private static long stretch(Tensor tensor) {
        long last = 0;
        for (int dim = 0; dim < tensor.dim(); dim++) {
            if (tensor.size(dim) == 0) {
                return 0;
            }
            last += (tensor.size(dim) - 1) * tensor.strides()[dim];
        }
        return (last + 1) * tensor.dtype().bytes();
    }

    private Tensor own(long handle) {
        Tensor tensor = known.get(TensorHandles.identity(handle));
        return tensor == null ? ownAnew(handle) : tensor;
    }

    private Tensor ownAnew(long handle) {
        Tensor tensor = Tensor.owned(TensorHandles.duplicate(handle), scope);
        known.put(TensorHandles.identity(handle), tensor);
        return tensor;
    }

    private final class Listener implements CallListener {

        private List<Argument> arguments = new ArrayList<>();
        private List<Tensor> results = new ArrayList<>();
        private boolean inPlace;

        @Override
        public void called(String operator) {
            arguments = new ArrayList<>();
            results = new ArrayList<>();
            Call call =
                    new Call(operator, Collections.unmodifiableList(arguments), Collections.unmodifiableList(results));
            inPlace = call.inPlace();
            entries.add(call);
        }

        @Override
        public void tensor(long handle) {
            arguments.add(new Argument.One(own(handle)));
        }

        @Override
        public void tensors(long... handles) {
            arguments.add(new Argument.Several(
                    Arrays.stream(handles).mapToObj(OperatorLog.this::own).toList()));
        }

        @Override
        public void integer(long value) {
            arguments.add(new Argument.Whole(value));
        }

        @Override
        public void integers(long... values) {
            arguments.add(new Argument.Wholes(Arrays.stream(values).boxed().toList()));
        }

        @Override
        public void floating(double value) {
            arguments.add(new Argument.Real(value));
        }

        @Override
        public void floatings(double... values) {
            arguments.add(new Argument.Reals(Arrays.stream(values).boxed().toList()));
        }

        @Override
        public void bool(boolean value) {
            arguments.add(new Argument.Truth(value));
        }

        @Override
        public void string(String value) {
            arguments.add(new Argument.Text(value));
        }

        @Override
        public void device(int type, int index) {
            arguments.add(new Argument.Place(type, index));
        }

        @Override
        public void none() {
            arguments.add(new Argument.Nothing());
        }

        @Override
        public void result(long handle) {
            results.add(inPlace ? ownAnew(handle) : own(handle));
        }

        @Override
        public void seen(long handle) {
            entries.add(new Look(own(handle)));
        }
    }
}

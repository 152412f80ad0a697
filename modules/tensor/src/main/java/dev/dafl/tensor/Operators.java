package dev.dafl.tensor;

import dev.dafl.libtorch.Operator;
import dev.dafl.libtorch.OperatorCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * Any operator that libtorch has registered, by its name, for those that have no method of their own.
 *
 * <pre>{@code
 * Tensor pooled = Operators.call("aten::adaptive_max_pool2d").tensor(x).integers(1, 1).results(2).getFirst();
 * }</pre>
 *
 * <p>Every argument of the operator's schema is given, in its order and by the method of its type; one that is optional may
 * be left out by {@link Call#none()}. Gradients and autocast apply as for all operators. A schema with a {@code Scalar} that
 * is not optional cannot be called (libtorch 2.13): look for an overload with a {@code Tensor}.
 */
public final class Operators {

    private static final Map<String, Operator> BY_NAME = new ConcurrentHashMap<>();

    private Operators() {}

    /**
     * Begins a call. Nothing happens before it is asked for its result, so that others may be made to get its arguments.
     *
     * @param name {@code namespace::name} or {@code namespace::name.overload}
     */
    public static Call call(String name) {
        return new Call(BY_NAME.computeIfAbsent(name, Operator::of));
    }

    /** The arguments of a call. Arguments and results are as those of {@link Tensor}'s methods: see there who owns them. */
    public static final class Call {

        private final Operator operator;
        private final List<UnaryOperator<OperatorCall>> arguments = new ArrayList<>(10);

        private Call(Operator operator) {
            this.operator = operator;
        }

        private Call add(UnaryOperator<OperatorCall> argument) {
            arguments.add(argument);
            return this;
        }

        private OperatorCall prepared() {
            OperatorCall call = OperatorCall.of(operator);
            for (UnaryOperator<OperatorCall> argument : arguments) {
                call = argument.apply(call);
            }
            return call;
        }

        /** {@code Tensor}. */
        public Call tensor(Tensor value) {
            return add(call -> call.tensor(value.handle()));
        }

        /** {@code Tensor?}. */
        public Call tensor(Optional<Tensor> value) {
            return add(call -> call.optionalTensor(value.map(Tensor::handle).orElse(0L)));
        }

        /** {@code Tensor[]}. */
        public Call tensors(List<Tensor> values) {
            return add(call -> call.tensors(Tensor.handles(values)));
        }

        /** {@code int}, or {@code SymInt}. */
        public Call integer(long value) {
            return add(call -> call.integer(value));
        }

        /** {@code int?}, or {@code SymInt?}. */
        public Call optionalInteger(long value) {
            return add(call -> call.optionalInteger(value));
        }

        /** {@code int[]}, or {@code SymInt[]}. */
        public Call integers(long... values) {
            return add(call -> call.integers(values));
        }

        /** {@code int[]?}, or {@code SymInt[]?}. */
        public Call optionalIntegers(long... values) {
            return add(call -> call.optionalIntegers(values));
        }

        /** {@code float}. */
        public Call floating(double value) {
            return add(call -> call.floating(value));
        }

        /** {@code float?}. */
        public Call optionalFloating(double value) {
            return add(call -> call.optionalFloating(value));
        }

        /** {@code bool}. */
        public Call bool(boolean value) {
            return add(call -> call.bool(value));
        }

        /** {@code bool[]}, or of a number that the schema fixes. */
        public Call bools(boolean... values) {
            long[] words = new long[values.length];
            for (int i = 0; i < values.length; i++) {
                words[i] = values[i] ? 1 : 0;
            }
            return add(call -> call.integers(words));
        }

        /** {@code str}. */
        public Call text(String value) {
            return add(call -> call.string(value));
        }

        /** An argument with a question mark in the schema, left out. */
        public Call none() {
            return add(OperatorCall::none);
        }

        /**
         * Runs an operator of one result.
         *
         * @throws dev.dafl.libtorch.LibtorchException when libtorch refuses, with the operator and the shapes
         */
        public Tensor result() {
            return Tensor.result(prepared());
        }

        /** Runs an operator of several results. */
        public List<Tensor> results(int count) {
            OperatorCall done = prepared().call();
            long[] handles = new long[count];
            Arrays.setAll(handles, done::tensorResult);
            return owned(handles);
        }

        /** Runs an operator whose one result is a list of tensors. */
        public List<Tensor> listResult() {
            return owned(prepared().call().tensorsResult(0));
        }

        private static List<Tensor> owned(long... handles) {
            return Arrays.stream(handles).mapToObj(Tensor::owned).toList();
        }
    }
}

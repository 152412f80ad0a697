package dev.dafl.tensor.trace;

import dev.dafl.tensor.OperatorLog.Argument;
import dev.dafl.tensor.trace.Resolved.Number;
import dev.dafl.tensor.trace.Resolved.Numbers;
import dev.dafl.tensor.trace.Resolved.One;
import dev.dafl.tensor.trace.Resolved.Plain;
import dev.dafl.tensor.trace.Resolved.Several;
import java.util.List;

/**
 * One operator of a graph. Its arguments are asked for by their places in the operator's schema, from 0, as what they are;
 * whole numbers may grow with the batch. One that is something else than was asked for throws
 * {@link UntraceableException}.
 */
public final class Step {

    private final String operator;
    private final List<Resolved> arguments;
    private final List<Value> results;

    Step(String operator, List<Resolved> arguments, List<Value> results) {
        this.operator = operator;
        this.arguments = List.copyOf(arguments);
        this.results = List.copyOf(results);
    }

    /** {@code namespace::name} or {@code namespace::name.overload}. */
    public String operator() {
        return operator;
    }

    /** All that it is given, by their places in its schema: for those who treat every operator alike. */
    public List<Resolved> arguments() {
        return arguments;
    }

    /** The tensors that it gives. */
    public List<Value> results() {
        return results;
    }

    /** The one tensor that it gives. */
    public Value result() {
        if (results.size() != 1) {
            throw new UntraceableException(operator + " gives " + results.size() + " tensors where one is known");
        }
        return results.getFirst();
    }

    /** Whether an optional argument is there. */
    public boolean has(int place) {
        return place < arguments.size()
                && !(arguments.get(place) instanceof Plain(Argument argument) && argument instanceof Argument.Nothing);
    }

    public Value value(int place) {
        if (arguments.get(place) instanceof One(Value value)) {
            return value;
        }
        throw other(place, "a tensor");
    }

    public List<Value> values(int place) {
        if (arguments.get(place) instanceof Several(List<Value> values)) {
            return values;
        }
        throw other(place, "tensors");
    }

    public Size size(int place) {
        if (arguments.get(place) instanceof Number(Size size)) {
            return size;
        }
        throw other(place, "a whole number");
    }

    public List<Size> sizes(int place) {
        if (arguments.get(place) instanceof Numbers(List<Size> sizes)) {
            return sizes;
        }
        throw other(place, "whole numbers");
    }

    /** A whole number that does not grow with the batch. */
    public long whole(int place) {
        return fixed(place, size(place));
    }

    /** Whole numbers that do not grow with the batch. */
    public long[] wholes(int place) {
        return sizes(place).stream().mapToLong(size -> fixed(place, size)).toArray();
    }

    public double real(int place) {
        if (plain(place) instanceof Argument.Real(double value)) {
            return value;
        }
        throw other(place, "a number");
    }

    public List<Double> reals(int place) {
        if (plain(place) instanceof Argument.Reals(List<Double> values)) {
            return values;
        }
        throw other(place, "numbers");
    }

    public boolean truth(int place) {
        if (plain(place) instanceof Argument.Truth(boolean value)) {
            return value;
        }
        throw other(place, "true or false");
    }

    public String text(int place) {
        if (plain(place) instanceof Argument.Text(String value)) {
            return value;
        }
        throw other(place, "a text");
    }

    private Argument plain(int place) {
        return arguments.get(place) instanceof Plain(Argument argument) ? argument : new Argument.Nothing();
    }

    private long fixed(int place, Size size) {
        if (!size.isFixed()) {
            throw new UntraceableException(
                    "argument " + place + " of " + operator + " grows with the number of images (" + size + ")");
        }
        return size.fixed();
    }

    private UntraceableException other(int place, String wanted) {
        return new UntraceableException(
                "argument " + place + " of " + operator + " is " + arguments.get(place) + ", not " + wanted);
    }
}

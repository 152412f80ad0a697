package dev.dafl.engine.tools;

import static java.util.Map.entry;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.OperatorLog.Argument;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.trace.Resolved;
import dev.dafl.tensor.trace.Size;
import dev.dafl.tensor.trace.Step;
import dev.dafl.tensor.trace.Trace;
import dev.dafl.tensor.trace.UntraceableException;
import dev.dafl.tensor.trace.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a network computes as calls of PyTorch's operators in Python, which have the names and the arguments of libtorch's. The
 * network's images are {@code images} there, and its tensors are {@code self[NAME]}.
 */
final class PythonCalls {

    /** What is asked for by its name alone in Python, from the first such argument on. */
    private static final Map<String, List<String>> NAMED = Map.ofEntries(
            entry("aten::add.Tensor", after(2, "alpha")),
            entry("aten::sub.Tensor", after(2, "alpha")),
            entry("aten::gelu", after(1, "approximate")),
            entry("aten::mean", after(1, "dtype")),
            entry("aten::sum", after(1, "dtype")),
            entry("aten::mean.dim", after(3, "dtype")),
            entry("aten::sum.dim_IntList", after(3, "dtype")),
            entry("aten::cumsum", after(2, "dtype")),
            entry("aten::expand", after(2, "implicit")),
            entry("aten::gather", after(3, "sparse_grad")),
            entry("aten::clone", after(1, "memory_format")),
            entry("aten::contiguous", after(1, "memory_format")),
            entry("aten::scaled_dot_product_attention", after(6, "scale", "enable_gqa")));

    /** One for each channel. What is larger may follow from the weights, and would be wrong with others. */
    private static final int MOST_NUMBERS = 4;

    private final Trace trace;
    private final Map<Value, String> names = new IdentityHashMap<>();
    private final List<String> calls = new ArrayList<>();
    private boolean counts;

    /** @throws UntraceableException when it is made of something that no call in Python says */
    PythonCalls(Trace trace) {
        this.trace = trace;
        names.put(trace.input(), "images");
        for (Step step : trace.steps()) {
            // One that had nothing to do gives a tensor that is there already.
            if (!step.results().stream().allMatch(names::containsKey)) {
                String name = "x" + (calls.size() + 1);
                calls.add(name + " = " + call(step));
                names.put(step.result(), name);
            }
        }
    }

    /** The body of a function. */
    Stream<String> lines() {
        String result = "return " + of(trace.output());
        return Stream.of(
                        counts ? Stream.of("n = images.shape[0]") : Stream.<String>empty(),
                        calls.stream(),
                        Stream.of(result))
                .flatMap(Function.identity());
    }

    static String quoted(String text) {
        return JsonNodeFactory.instance.stringNode(text).toString();
    }

    static String dtype(DType dtype) {
        return "torch." + dtype.name().toLowerCase(Locale.ROOT);
    }

    private static List<String> after(int places, String... names) {
        return Stream.concat(
                        IntStream.range(0, places).mapToObj(_ -> ""),
                        Arrays.stream(names).map(name -> name + "="))
                .toList();
    }

    private String call(Step step) {
        List<Resolved> arguments = new ArrayList<>(step.arguments());
        while (arguments.getLast() instanceof Resolved.Plain(Argument.Nothing _)) {
            arguments.removeLast();
        }
        List<String> prefixes = NAMED.getOrDefault(step.operator(), List.of());
        return function(step.operator())
                + IntStream.range(0, arguments.size())
                        .mapToObj(i -> (i < prefixes.size() ? prefixes.get(i) : "") + argument(arguments.get(i)))
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    /** What changes its first argument in place is written as what does not: nobody asks for the other one afterwards. */
    private static String function(String operator) {
        String name = operator.replaceFirst("_(?=\\.|$)", "");
        return name.startsWith("aten::")
                ? "aten." + name.substring("aten::".length())
                : "torch.ops." + name.replace("::", ".");
    }

    private String argument(Resolved argument) {
        return switch (argument) {
            case Resolved.One(Value value) -> of(value);
            case Resolved.Several(List<Value> values) -> list(values, this::of);
            case Resolved.Number(Size size) -> size(size);
            case Resolved.Numbers(List<Size> sizes) -> list(sizes, this::size);
            case Resolved.Plain(Argument plain) -> plain(plain);
        };
    }

    private static String plain(Argument argument) {
        return switch (argument) {
            case Argument.Real(double value) -> number(value);
            case Argument.Reals(List<Double> values) -> list(values, PythonCalls::number);
            case Argument.Truth(boolean value) -> value ? "True" : "False";
            case Argument.Text(String value) -> quoted(value);
            // A network is traced where its images are.
            case Argument.Place _ -> "images.device";
            case Argument.Nothing _ -> "None";
            case Argument.One _, Argument.Several _, Argument.Whole _, Argument.Wholes _ ->
                throw new IllegalStateException("a trace tells these apart from plain ones: " + argument);
        };
    }

    private String of(Value value) {
        String name = names.get(value);
        if (name != null) {
            return name;
        }
        if (value instanceof Value.Stored stored) {
            return stored.name()
                    .map(parameter -> "self[" + quoted(parameter) + "]")
                    .orElseGet(() -> constant(stored));
        }
        throw new IllegalStateException("a value that no call before gives");
    }

    private String constant(Value.Stored stored) {
        Tensor content = stored.content();
        if (content.numel() > MOST_NUMBERS) {
            throw new UntraceableException("it computes with " + content
                    + " that is not in its state dict, but fixed or made of parts of it; write it with --onnx");
        }
        double[] numbers = content.toDoubles();
        String elements = content.dim() == 0
                ? element(numbers[0], stored.dtype())
                : Arrays.stream(numbers)
                        .mapToObj(number -> element(number, stored.dtype()))
                        .collect(Collectors.joining(", ", "[", "]"));
        String tensor = "torch.tensor(" + elements + ", dtype=" + dtype(stored.dtype()) + ", device=images.device)";
        String shaped = content.dim() < 2 ? tensor : tensor + ".reshape(" + Arrays.toString(content.shape()) + ")";
        return stored.shape().stream().allMatch(Size::isFixed)
                ? shaped
                : shaped + ".expand(" + list(stored.shape(), this::size) + ")";
    }

    private static String element(double number, DType dtype) {
        return dtype.isFloating() ? number(number) : Long.toString((long) number);
    }

    private static String number(double value) {
        return Double.isFinite(value) ? Double.toString(value) : "float(\"" + value + "\")";
    }

    private String size(Size size) {
        counts |= !size.isFixed();
        return size.isFixed() || size.perExample() == 1
                ? size.toString()
                : size.perExample() + " * n + " + size.fixed();
    }

    private static <T> String list(List<T> elements, Function<T, String> written) {
        return elements.stream().map(written).collect(Collectors.joining(", ", "[", "]"));
    }
}

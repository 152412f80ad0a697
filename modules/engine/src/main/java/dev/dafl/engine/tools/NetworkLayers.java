package dev.dafl.engine.tools;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.trace.Resolved;
import dev.dafl.tensor.trace.Size;
import dev.dafl.tensor.trace.Step;
import dev.dafl.tensor.trace.Trace;
import dev.dafl.tensor.trace.UntraceableException;
import dev.dafl.tensor.trace.Value;
import dev.dafl.tensor.trace.Value.Stored;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a network computes, operator by operator, as it is found by running it in evaluation.
 *
 * @param model the plugin, with its options as they were written
 * @param image the shape of the images that it takes, or makes
 * @param layers in their order
 */
public record NetworkLayers(String model, String image, List<Row> layers) {

    /**
     * An operator.
     *
     * @param name of the layer whose tensors it takes, as in the state dict; empty where it takes none
     * @param operator libtorch's name, such as {@code conv2d}
     * @param output the shape of what it gives; n is the batch
     * @param parameters numbers that no operator before it has taken, those included that are not trained
     * @param multiplyAdds products that it adds up for one image, of convolutions and matrix products
     */
    public record Row(String name, String operator, String output, long parameters, long multiplyAdds) {}

    /**
     * Looks at one network.
     *
     * @param written a plugin's name, or {@code {name: wide-resnet, depth: 16}} with options
     * @throws ConfigException when there is no such plugin, its options do not fit, or it is not for such images
     */
    public static NetworkLayers of(String written, ImageShape image, int classes, Extensions extensions) {
        Component component = Component.parse(written);
        try {
            return NamedNetworks.look(component, image, classes, extensions, (network, input) -> {
                try (Trace trace = Trace.of(network, input)) {
                    return new NetworkLayers(component.toString(), image.toString(), rows(trace));
                }
            });
        } catch (UntraceableException | IllegalArgumentException e) {
            throw new ConfigException(
                    component + " cannot be shown layer by layer: " + Objects.requireNonNullElse(e.getMessage(), ""),
                    e);
        }
    }

    private static List<Row> rows(Trace trace) {
        Set<String> counted = new HashSet<>();
        List<Row> rows = new ArrayList<>();
        for (Step step : trace.steps()) {
            List<Stored> stored = step.arguments().stream()
                    .flatMap(NetworkLayers::values)
                    .filter(Stored.class::isInstance)
                    .map(Stored.class::cast)
                    .filter(value -> value.name().isPresent())
                    .toList();
            long parameters = stored.stream()
                    .filter(value -> counted.add(value.name().orElseThrow()))
                    .mapToLong(value -> value.content().numel())
                    .sum();
            Value output = step.results().getFirst();
            rows.add(new Row(
                    stored.stream()
                            .findFirst()
                            .map(value -> owner(value.name().orElseThrow()))
                            .orElse(""),
                    step.operator().replaceFirst("^.*::", "").replaceFirst("\\..*$", ""),
                    output.shape().toString().replace(" ", ""),
                    parameters,
                    multiplyAdds(step, output)));
        }
        return rows;
    }

    private static Stream<Value> values(Resolved argument) {
        return switch (argument) {
            case Resolved.One(Value value) -> Stream.of(value);
            case Resolved.Several(List<Value> values) -> values.stream();
            default -> Stream.empty();
        };
    }

    private static String owner(String tensor) {
        int dot = tensor.lastIndexOf('.');
        return dot < 0 ? tensor : tensor.substring(0, dot);
    }

    /** Each number of a convolution or of a matrix product is the sum of as many products as one row of its weights has. */
    private static long multiplyAdds(Step step, Value output) {
        long numbers = output.shape().stream()
                .mapToLong(size -> size.isFixed() ? size.fixed() : size.perExample())
                .reduce(1, (a, b) -> a * b);
        return switch (step.operator()) {
            case "aten::conv2d", "aten::linear" -> numbers * inRow(step.value(1), 0);
            case "aten::convolution" -> numbers * inRow(step.value(1), 0);
            case "aten::addmm" -> numbers * fixed(step.value(2).shape().getFirst());
            case "aten::matmul", "aten::mm", "aten::bmm" ->
                numbers * fixed(step.value(0).shape().getLast());
            default -> 0;
        };
    }

    private static long inRow(Value weight, int dimension) {
        long all = weight.shape().stream().mapToLong(NetworkLayers::fixed).reduce(1, (a, b) -> a * b);
        return all / fixed(weight.shape().get(dimension));
    }

    private static long fixed(Size size) {
        return size.isFixed() ? size.fixed() : size.perExample();
    }
}

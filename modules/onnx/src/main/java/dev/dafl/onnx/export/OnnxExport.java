package dev.dafl.onnx.export;

import dev.dafl.onnx.proto.ModelProto;
import dev.dafl.onnx.proto.OperatorSetIdProto;
import dev.dafl.onnx.proto.StringStringEntryProto;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.trace.Step;
import dev.dafl.tensor.trace.Trace;
import dev.dafl.tensor.trace.UntraceableException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Writes networks as ONNX. A network is {@linkplain Trace traced}, and each operator of libtorch that it was found to compute
 * becomes one of ONNX's or a few: so any network can be written whose operators have a translation, whatever its layers are.
 * Parameters keep their names; what follows from them alone is computed once and stored.
 */
public final class OnnxExport {

    /** The version of ONNX's operators. */
    public static final int OPSET = 17;

    /** That of the file format which came with them. */
    private static final int IR_VERSION = 8;

    /** protobuf's 2 GiB, less some room for all that is not weights. */
    private static final long LARGEST = Integer.MAX_VALUE - (32L << 20);

    private OnnxExport() {}

    /**
     * What may differ from the defaults: {@code OnnxExport.of("lenet5", network, shape, o -> o.batch(1))}.
     *
     * @param input the name of what the graph takes
     * @param output the name of what it gives
     * @param pixels how the network's images come from those that the graph takes; they are the same where empty
     * @param batch how many images it takes at once; any number where empty
     * @param metadata what else is kept in the file, by names
     * @param version of the program that writes it
     */
    public record Options(
            String input,
            String output,
            Optional<Pixels> pixels,
            OptionalLong batch,
            Map<String, String> metadata,
            String version) {

        public static final Options DEFAULTS =
                new Options("images", "logits", Optional.empty(), OptionalLong.empty(), Map.of(), "");

        public Options {
            metadata = Map.copyOf(metadata);
            if (batch.isPresent() && batch.getAsLong() < 1) {
                throw new IllegalArgumentException("batch must be at least 1, not " + batch.getAsLong());
            }
        }

        public Options names(String input, String output) {
            return new Options(input, output, pixels, batch, metadata, version);
        }

        public Options pixels(Pixels value) {
            return new Options(input, output, Optional.of(value), batch, metadata, version);
        }

        public Options batch(long value) {
            return new Options(input, output, pixels, OptionalLong.of(value), metadata, version);
        }

        public Options metadata(Map<String, String> value) {
            return new Options(input, output, pixels, batch, value, version);
        }

        public Options version(String value) {
            return new Options(input, output, pixels, batch, metadata, value);
        }
    }

    /**
     * A network as it evaluates.
     *
     * @param name of the network, for the graph and for messages
     * @param network on the CPU
     * @param example the shape of one example that it takes, such as {@code [c, h, w]}
     * @throws ExportException when it calls operators that have no translation, which are all named, when what it does is
     *     no graph, or when its weights are too large for a file
     */
    public static OnnxModel of(String name, Network network, long[] example, UnaryOperator<Options> change) {
        return of(name, network, example, change.apply(Options.DEFAULTS), LARGEST);
    }

    static OnnxModel of(String name, Network network, long[] example, Options options, long largest) {
        try (TensorScope _ = TensorScope.open();
                Trace trace = Trace.of(network, example)) {
            List<String> unknown = trace.steps().stream()
                    .map(Step::operator)
                    .filter(operator -> Translations.of(operator).isEmpty())
                    .distinct()
                    .toList();
            if (!unknown.isEmpty()) {
                throw new UntranslatedException(
                        "it calls " + String.join(", ", unknown) + ", of which dafl has no translation");
            }
            return model(graph(name, trace, options, largest), options);
        } catch (UntraceableException | UntranslatedException e) {
            throw new ExportException(name + " cannot be written as ONNX: " + e.getMessage(), e);
        }
    }

    private static Graph graph(String name, Trace trace, Options options, long largest) {
        Graph graph = new Graph(name, options.batch(), largest);
        graph.reserve(options.output());
        String given = graph.input(
                options.input(),
                options.pixels().map(PixelNodes::type).orElse(trace.input().dtype()),
                trace.input().shape());
        trace.stored().forEach(stored -> stored.name().ifPresent(parameter -> graph.reserve(stored, parameter)));
        graph.put(
                trace.input(),
                options.pixels()
                        .map(pixels -> PixelNodes.normalised(pixels, given, graph))
                        .orElse(given));
        for (Step step : trace.steps()) {
            // One that had nothing to do gives a tensor that is there already.
            if (!step.results().stream().allMatch(graph::has)) {
                graph.put(
                        step.result(),
                        Translations.of(step.operator()).orElseThrow().of(step, graph));
            }
        }
        graph.output(options.output(), trace.output());
        return graph;
    }

    private static OnnxModel model(Graph graph, Options options) {
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setProducerName("dafl")
                .setProducerVersion(options.version())
                .setGraph(graph.build());
        // Sorted: the same content is the same file.
        new TreeMap<>(options.metadata())
                .forEach((key, value) -> model.addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return new OnnxModel(model.build());
    }
}

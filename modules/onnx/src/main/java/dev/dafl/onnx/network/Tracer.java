package dev.dafl.onnx.network;

import dev.dafl.libtorch.LibtorchException;
import dev.dafl.onnx.graph.Graph;
import dev.dafl.onnx.graph.Node;
import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import dev.dafl.onnx.graph.TensorData;
import dev.dafl.onnx.operators.Arg;
import dev.dafl.onnx.operators.Frame;
import dev.dafl.onnx.operators.Known;
import dev.dafl.onnx.operators.Operator;
import dev.dafl.onnx.operators.OperatorTable;
import dev.dafl.onnx.operators.Step;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Pass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs a graph on a batch, node by node, and notes on the way what is to be done with further batches of that shape. What
 * follows from shapes and constants alone is computed on the way and not noted.
 */
final class Tracer {

    private final Weights weights;
    private final Batches batches;
    private final Map<String, Source> fixed;
    private final Map<String, Value> values = new HashMap<>();
    private final Frame frame;
    private final String result;
    /** How many nodes are still to read each value. */
    private final Map<String, Integer> uses = new HashMap<>();
    /** Under how many names that are still to be read each slot is known. */
    private final Map<Integer, Integer> names = new HashMap<>();

    private final long images;
    private final List<Plan.Done> steps = new ArrayList<>();
    private final List<Tensor> constants = new ArrayList<>();
    private int used = 1;
    private long multiplyAdds;
    private Optional<Plan.Features> features = Optional.empty();

    /**
     * @param fixed what is fixed, by its name: initialisers, and what earlier runs have found to follow from them
     * @param input the name of the graph's input
     */
    Tracer(Weights weights, Map<String, Source> fixed, Batches batches, Graph graph, String input, Tensor images) {
        this.weights = weights;
        this.fixed = fixed;
        this.batches = batches;
        this.images = images.size(0);
        frame = new Frame(countValues(graph) + 1, Pass.evaluate());
        result = graph.outputs().getFirst().name();
        uses.merge(result, 1, Integer::sum);
        graph.nodes().forEach(node -> node.reads().forEach(name -> uses.merge(name, 1, Integer::sum)));
        frame.set(Plan.IMAGES, images);
        // One name more than there is: the images are the caller's.
        names.put(Plan.IMAGES, 1);
        put(input, Value.Made.of(Plan.IMAGES, images, false));
    }

    Weights weights() {
        return weights;
    }

    Batches batches() {
        return batches;
    }

    /** How many images there are. */
    long images() {
        return images;
    }

    Value value(String name) {
        Value value = values.get(name);
        if (value != null) {
            return value;
        }
        Source source = fixed.get(name);
        if (source == null) {
            throw new OnnxException("it reads " + Shown.quoted(name) + ", an output that is not computed here");
        }
        return new Value.Fixed(source);
    }

    void put(String name, Value value) {
        values.put(name, value);
        if (value instanceof Value.Made made) {
            names.merge(made.slot(), 1, Integer::sum);
        }
    }

    /** Computes a node of the graph, and frees what no later one reads. */
    void visit(Node node) {
        inside(node);
        node.outputs().stream().filter(name -> !uses.containsKey(name)).forEach(this::release);
        for (String name : node.reads()) {
            if (uses.merge(name, -1, Integer::sum) == 0) {
                release(name);
            }
        }
    }

    private void release(String name) {
        if (values.get(name) instanceof Value.Made made && names.merge(made.slot(), -1, Integer::sum) == 0) {
            frame.free(made.slot());
        }
    }

    /** Computes a node of the graph or of a branch in it. */
    private void inside(Node node) {
        try {
            if (node.is("If")) {
                branch(node);
            } else if (node.outputs().stream().allMatch(name -> name.isEmpty() || fixed.containsKey(name))) {
                return; // An earlier run has found all its outputs to be fixed.
            } else {
                compute(node);
            }
        } catch (OnnxException e) {
            throw e.in(node);
        } catch (LibtorchException e) {
            throw new OnnxException(
                            "libtorch refuses it: " + Shown.shortened(firstLine(String.valueOf(e.getMessage()))))
                    .in(node);
        }
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    private void compute(Node node) {
        Optional<TensorData> constant = node.is("Constant") ? node.attributes().tensor("value") : Optional.empty();
        if (constant.isPresent()) {
            fixed.put(node.output(), Source.of(node.output(), constant.get(), false));
            return;
        }
        Operator operator = OperatorTable.find(node)
                .orElseThrow(() -> new OnnxException("the operator " + node.operatorName() + " is not computed here"));
        List<@Nullable Value> inputs = new ArrayList<>();
        for (String name : node.inputs()) {
            inputs.add(name.isEmpty() ? null : value(name));
        }
        boolean allFixed = inputs.stream().allMatch(value -> value == null || value instanceof Value.Fixed);
        boolean known = inputs.stream().noneMatch(Value.Made.class::isInstance);
        // A weight that is spread over a batch, say, is still one: it gets a gradient.
        boolean spread = known && !allFixed && inputs.stream().anyMatch(Tracer::isWeight);
        if (known && !spread) {
            evaluate(node, operator, inputs, allFixed);
        } else {
            operator.prepare(new Recording(this, node, inputs));
        }
    }

    private static boolean isWeight(@Nullable Value value) {
        return value instanceof Value.Fixed constant && constant.isWeight();
    }

    private void evaluate(Node node, Operator operator, List<@Nullable Value> inputs, boolean allFixed) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            List<Tensor> outputs = Evaluation.of(node, operator, inputs);
            for (int i = 0; i < Math.min(outputs.size(), node.outputs().size()); i++) {
                String name = node.outputs().get(i);
                Tensor output = outputs.get(i);
                boolean small = output.numel() <= NodeCall.SMALL;
                if (!allFixed) {
                    values.put(name, new Value.OfShape(Known.of(output)));
                    continue;
                }
                Optional<Source> origin = inputs.stream()
                        .filter(Tracer::isWeight)
                        .map(value -> ((Value.Fixed) value).source())
                        .findFirst();
                boolean learned = origin.isPresent() && output.dtype().isFloating();
                // Exporters store equal weights once, under names of their own.
                String named = learned && !node.is("Identity")
                        ? origin.map(Source::name).orElse(name)
                        : name;
                int index = i;
                fixed.put(
                        name,
                        small
                                ? Source.of(named, learned, Known.of(output))
                                : new Source(
                                        named,
                                        learned,
                                        Value.Made.of(0, output, false).type(),
                                        output.shape(),
                                        () -> Evaluation.of(node, operator, inputs)
                                                .get(index)));
            }
        }
    }

    /** Takes the branch whose condition holds, where that is known. */
    private void branch(Node node) {
        Known condition = switch (value(node.input(0))) {
            case Value.OfShape shape -> shape.known();
            case Value.Fixed constant -> constant.source().known();
            case Value.Made _ ->
                throw new OnnxException("which branch it takes depends on the images, which is not computed here");
        };
        String name = condition.single() != 0 ? "then_branch" : "else_branch";
        Graph branch = node.attributes().graph(name).orElseThrow(() -> new OnnxException("it has no " + name));
        branch.initializers().forEach((key, data) -> fixed.putIfAbsent(key, Source.of(key, data, true)));
        branch.nodes().forEach(this::inside);
        for (int i = 0; i < Math.min(node.outputs().size(), branch.outputs().size()); i++) {
            put(node.outputs().get(i), value(branch.outputs().get(i).name()));
        }
    }

    // ---- for the nodes that are noted

    /** Runs a step and notes it, with its outputs under the node's names for them. */
    void run(Node node, Step step, int[] reads, boolean recorded, boolean learned) {
        List<Tensor> made = step.run(frame);
        int[] outputs = new int[made.size()];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = used++;
            frame.set(outputs[i], made.get(i));
            if (i < node.outputs().size()) {
                put(node.outputs().get(i), Value.Made.of(outputs[i], made.get(i), learned));
            }
        }
        steps.add(new Plan.Done(step, outputs, reads, recorded, new int[0], new int[0]));
    }

    /** A tensor that stays as long as the plan does. */
    Tensor constant(Known known) {
        Tensor constant = weights.constant(known);
        constants.add(constant);
        return constant;
    }

    void multiplyAdds(long count) {
        multiplyAdds += count;
    }

    /** What the next step takes enters a layer of weights, perhaps the last. Layers of whole images go before those of places. */
    void features(Arg taken, boolean places) {
        if (!places || features.map(Plan.Features::places).orElse(true)) {
            features = Optional.of(new Plan.Features(steps.size(), taken, places));
        }
    }

    // ---- what came of it

    /** What the graph gives. */
    Tensor result() {
        return frame.get(made().slot());
    }

    private Value.Made made() {
        if (value(result) instanceof Value.Made made) {
            return made;
        }
        throw new OnnxException("its output " + Shown.quoted(result) + " does not depend on its input");
    }

    Plan plan() {
        return Plan.of(steps, used, made().slot(), features, multiplyAdds, constants);
    }

    /** No more than so many values are made; those in branches count. */
    private static int countValues(Graph graph) {
        int count = 0;
        for (Node node : graph.nodes()) {
            count += Math.max(1, node.outputs().size());
            for (Graph inner : node.attributes().graphs().values()) {
                count += countValues(inner);
            }
        }
        return count;
    }
}

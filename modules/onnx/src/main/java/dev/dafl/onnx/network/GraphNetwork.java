package dev.dafl.onnx.network;

import dev.dafl.onnx.graph.Graph;
import dev.dafl.onnx.graph.Node;
import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/**
 * A graph as a layer, {@code [n, c, h, w]} to {@code [n, classes]}. The first batch of a shape is run twice, once node by
 * node to note what is to be done with it and with the batches after it.
 */
public final class GraphNetwork implements Layer {

    /** Batches of a run have a few sizes: that of training, that of evaluation, and what is left at the end. */
    private static final int PLANS_KEPT = 8;

    private static final double ROUNDING = 1e-3;

    private final Graph graph;
    private final Input input;
    private final int classes;
    private final Weights weights;
    private final Batches batches;
    private final Map<String, Source> fixed = new HashMap<>();
    private final SequencedMap<List<Long>, Plan> plans = new LinkedHashMap<>();

    private GraphNetwork(Graph graph, Input input, long exportedFor, int classes, Weights weights) {
        this.graph = graph;
        this.input = input;
        this.classes = classes;
        this.weights = weights;
        this.batches = new Batches(exportedFor);
        graph.initializers().forEach((name, data) -> fixed.put(name, Source.of(name, data, true)));
    }

    /**
     * Makes the network's parameters and runs it once, so that what it cannot compute is told now.
     *
     * @param graph of one output, {@code [n, classes]}
     * @param exportedFor the one size of batches that the graph was exported for; 0 where it takes any
     * @param image {@code [c, h, w]}
     * @param fromFile whether the parameters begin with the file's values
     * @throws OnnxException when it cannot be computed, or does not give that many classes
     */
    public static GraphNetwork of(
            Graph graph,
            Input input,
            long exportedFor,
            long[] image,
            int classes,
            ParameterPath path,
            boolean fromFile) {
        GraphNetwork network = new GraphNetwork(graph, input, exportedFor, classes, new Weights(path, fromFile));
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Tensor two = batch(2, image, path.device());
            if (exportedFor == 0) {
                network.traced(network.tracer(two, network.batches));
            } else {
                network.compare(two, batch(3, image, path.device()));
            }
        }
        network.weights.close();
        return network;
    }

    private static Tensor batch(long images, long[] image, Device device) {
        long[] shape =
                LongStream.concat(LongStream.of(images), LongStream.of(image)).toArray();
        RandomGenerator random = new RandomStream(0).at("images to try an ONNX network with", images);
        return Initializer.normal(0, 1).values(shape, random).to(device);
    }

    private Tracer tracer(Tensor images, Batches ofWhichSize) {
        return new Tracer(weights, fixed, ofWhichSize, graph, input.name(), input.of(images));
    }

    private Tensor traced(Tracer tracer) {
        graph.nodes().forEach(tracer::visit);
        return logits(tracer);
    }

    private Tensor logits(Tracer tracer) {
        Tensor result = tracer.result();
        long[] shape = result.shape();
        long rest = Arrays.stream(shape).skip(2).reduce(1, (a, b) -> a * b);
        if (shape.length < 2 || shape[0] != tracer.images() || shape[1] * rest != classes) {
            throw new OnnxException("it gives " + Shown.shape(shape) + " for a batch of " + tracer.images() + " where ["
                    + tracer.images() + ", " + classes + "] is due, a number for each of " + classes + " classes");
        }
        return flat(result);
    }

    private static Tensor flat(Tensor logits) {
        return logits.dim() == 2 ? logits : logits.flatten(1);
    }

    /**
     * Runs a graph that was exported for batches of one size with batches of two and of three side by side, so that shapes
     * show where the images are, and holds what comes out against the same images in batches of the exported size.
     */
    private void compare(Tensor two, Tensor three) {
        Tracer one = tracer(two, batches);
        Tracer other = tracer(three, batches);
        for (Node node : graph.nodes()) {
            for (String read : node.reads()) {
                if (one.value(read) instanceof Value.Made made) {
                    batches.compare(read, made.shape(), other.value(read).shape());
                }
            }
            one.visit(node);
            other.visit(node);
        }
        Tensor logits = logits(one);
        logits(other);
        int exported = Math.toIntExact(batches.exported());
        long[] places = new long[exported * Math.ceilDiv(2, exported)];
        Arrays.setAll(places, i -> i % 2);
        List<Tensor> parts = new ArrayList<>();
        Tensor all = two.indexSelect(0, Tensor.of(places, places.length).to(two.device()));
        for (int i = 0; i < places.length; i += exported) {
            parts.add(traced(tracer(all.narrow(0, i, exported), new Batches(0))));
        }
        Tensor expected = Functional.cat(parts, 0).narrow(0, 0, 2);
        double largest = expected.abs().max().item();
        if (!(logits.sub(expected).abs().max().item() <= ROUNDING * largest)) {
            throw batches.cannot();
        }
    }

    @Override
    public Tensor forward(Tensor images, Pass pass) {
        List<Long> shape = Arrays.stream(images.shape()).boxed().toList();
        Plan plan = plans.get(shape);
        return flat((plan != null ? plan : newPlan(images, shape)).run(input.of(images), pass));
    }

    /** The plan for a shape that is seen for the first time; the oldest makes room. */
    private Plan newPlan(Tensor images, List<Long> shape) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Tracer tracer = tracer(images, batches);
            traced(tracer);
            if (plans.size() == PLANS_KEPT) {
                plans.pollFirstEntry().getValue().close();
            }
            Plan plan = tracer.plan();
            plans.put(shape, plan);
            return plan;
        }
    }
}

package dev.dafl.onnx.network;

import dev.dafl.onnx.graph.Node;
import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import dev.dafl.onnx.operators.Arg;
import dev.dafl.onnx.operators.Known;
import dev.dafl.onnx.operators.Layout;
import dev.dafl.onnx.operators.Sizes;
import dev.dafl.onnx.operators.Step;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Initializer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A node that depends on the images: its step is run on those at hand and noted for further ones. */
final class Recording extends NodeCall {

    /** Elements of one value for one image: 128 MiB, 20 times what large classifiers have on large images. */
    private static final long MOST = 1 << 25;

    private final Tracer tracer;
    private final List<Integer> reads = new ArrayList<>();
    private final boolean afterWeights;
    private boolean learned;
    private boolean recorded;
    private long outer;

    Recording(Tracer tracer, Node node, List<@Nullable Value> inputs) {
        super(node, inputs);
        this.tracer = tracer;
        List<Value.Made> made = values().stream()
                .filter(Value.Made.class::isInstance)
                .map(Value.Made.class::cast)
                .toList();
        learned = made.stream().anyMatch(Value.Made::learned);
        afterWeights = learned || made.isEmpty();
        outer = node.inputs().stream().mapToLong(tracer.batches()::outer).max().orElse(1);
    }

    // ---- inputs

    @Override
    public long[] exported(int input) {
        return tracer.batches().exported(node().input(input), shape(input), tracer.images());
    }

    @Override
    public boolean exportedForOne() {
        return tracer.batches().exported() == 1;
    }

    @Override
    public long[] forBatch(int input, long... exported) {
        Batches.Grown grown =
                tracer.batches().forImages(node().input(input), exported(input), exported, tracer.images());
        outer = grown.outer();
        return grown.shape();
    }

    @Override
    public Arg arg(int input) {
        return switch (value(input)) {
            case Value.Made made -> {
                reads.add(made.slot());
                yield Arg.slot(made.slot());
            }
            case Value.OfShape shape -> constant(shape.known());
            case Value.Fixed fixed
            when fixed.isWeight() && afterWeights -> weight(input, Layout.AS_IS, elementwise(fixed.shape()));
            case Value.Fixed fixed -> Arg.fixed(tracer.weights().constant(fixed.source()));
        };
    }

    /**
     * How weights begin that are neither of a layer nor of a normalisation. Factors begin with 1 and what is added to each
     * channel with 0; what has several dimensions, such as the embedding of places, as PyTorch's vision transformers do.
     */
    private Initializer elementwise(long... shape) {
        boolean vector = Arrays.stream(shape).filter(size -> size > 1).count() == 1;
        if (vector && (node().is("Mul") || node().is("Div"))) {
            return Initializer.constant(1);
        }
        return vector && (node().is("Add") || node().is("Sub")) ? Initializer.constant(0) : Initializer.normal(0, 0.02);
    }

    @Override
    public Arg weight(int input, Layout layout, Initializer fresh) {
        if (value(input) instanceof Value.Fixed fixed && fixed.type().isFloating()) {
            learned = true;
            return Arg.fixed(tracer.weights().parameter(fixed.source(), layout, fresh));
        }
        return arg(input);
    }

    @Override
    public Optional<BatchNorm2d> batchNorm(double eps, double momentum) {
        Source[] sources = new Source[4];
        for (int i = 0; i < sources.length; i++) {
            if (!(value(i + 1) instanceof Value.Fixed fixed) || !fixed.type().isFloating()) {
                return Optional.empty();
            }
            sources[i] = fixed.source();
        }
        learned = true;
        // Passes record images, [n, c, h, w].
        recorded = rank(0) == 4;
        return Optional.of(tracer.weights()
                .batchNorm(
                        sources[0],
                        sources[1],
                        sources[2],
                        sources[3],
                        BatchNorm2d.Options.DEFAULTS.eps(eps).momentum(momentum)));
    }

    @Override
    public Arg number(double value) {
        return Arg.fixed(tracer.weights().number(value));
    }

    @Override
    public Arg constant(Known value) {
        return Arg.fixed(tracer.constant(value));
    }

    // ---- results

    @Override
    public void result(Step.Single step) {
        results(frame -> List.of(step.run(frame)));
    }

    @Override
    public void results(Step step) {
        node().outputs().forEach(name -> tracer.batches().put(name, outer));
        tracer.run(
                node(),
                step,
                reads.stream().distinct().mapToInt(Integer::intValue).toArray(),
                recorded,
                learned);
    }

    @Override
    public void same(int input) {
        tracer.batches().put(node().output(), outer);
        tracer.put(node().output(), value(input));
    }

    @Override
    public void known(Known value) {
        tracer.put(node().output(), new Value.OfShape(value));
    }

    @Override
    public void multiplyAdds(long count) {
        tracer.multiplyAdds(count);
    }

    @Override
    public void features(int input, boolean places) {
        if (value(input) instanceof Value.Made made) {
            tracer.features(Arg.slot(made.slot()), places);
        }
    }

    @Override
    public void allow(long... shape) {
        if (Sizes.count(shape) / Math.max(1, tracer.images()) > MOST) {
            throw new OnnxException("it makes a value of the shape " + Shown.shape(shape)
                    + ", far larger than any of a classifier; that is a mistake, or the images are too large");
        }
    }
}

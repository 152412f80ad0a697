package dev.dafl.onnx.network;

import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import dev.dafl.onnx.operators.Known;
import dev.dafl.onnx.operators.Layout;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.ParameterPath;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/** The tensors of a network that stay: parameters, buffers and constants, each made when a node first asks for it. */
final class Weights {

    private static final String COUNTER = "num_batches_tracked";

    private final ParameterPath path;
    private final boolean fromFile;
    private final WeightNames names = new WeightNames();
    private final Map<Source, Map<Layout, Tensor>> parameters = new IdentityHashMap<>();
    private final Map<Source, Tensor> buffers = new IdentityHashMap<>();
    private final Map<Source, Tensor> constants = new IdentityHashMap<>();
    private final Map<Source, Tensor> counters = new IdentityHashMap<>();
    private final Map<Double, Tensor> numbers = new HashMap<>();
    private boolean closed;

    /** @param fromFile whether parameters begin with what the file has, or as those of a network that has learned nothing */
    Weights(ParameterPath path, boolean fromFile) {
        this.path = path;
        this.fromFile = fromFile;
    }

    /** From now on no parameter is added: an optimizer may have taken them. */
    void close() {
        closed = true;
    }

    Tensor parameter(Source source, Layout layout, Initializer fresh) {
        return parameters.computeIfAbsent(source, _ -> new HashMap<>()).computeIfAbsent(layout, _ -> {
            requireOpen(source);
            return path.parameter(names.of(source.name()), first(source, layout, fresh), shape(source, layout));
        });
    }

    BatchNorm2d batchNorm(Source scale, Source bias, Source mean, Source variance, BatchNorm2d.Options options) {
        return new BatchNorm2d(
                Optional.of(parameter(scale, Layout.FLAT, Initializer.constant(1))),
                Optional.of(parameter(bias, Layout.FLAT, Initializer.constant(0))),
                buffer(mean, 0),
                buffer(variance, 1),
                counters.computeIfAbsent(mean, _ -> {
                    requireOpen(mean);
                    return path.counter(names.of(counter(mean.name())));
                }),
                options);
    }

    /** Beside the running mean, where PyTorch has it. */
    private static String counter(String mean) {
        int end = Math.max(mean.lastIndexOf('.'), mean.lastIndexOf('/'));
        return mean.substring(0, end + 1) + COUNTER;
    }

    private Tensor buffer(Source source, double fresh) {
        return buffers.computeIfAbsent(source, _ -> {
            requireOpen(source);
            return path.buffer(
                    names.of(source.name()),
                    first(source, Layout.FLAT, Initializer.constant(fresh)),
                    shape(source, Layout.FLAT));
        });
    }

    /** A source that is no parameter, where the network is. */
    Tensor constant(Source source) {
        return constants.computeIfAbsent(source, _ -> {
            try (TensorScope _ = TensorScope.open()) {
                return path.constant(source.read());
            }
        });
    }

    /** A number without dimensions. */
    Tensor number(double value) {
        return numbers.computeIfAbsent(value, _ -> {
            try (TensorScope _ = TensorScope.open()) {
                return path.constant(Tensor.scalar(value, DType.FLOAT64));
            }
        });
    }

    /** A new constant, which the caller may close before the network is. */
    Tensor constant(Known known) {
        try (TensorScope _ = TensorScope.open()) {
            return path.constant(known.tensor());
        }
    }

    private Initializer first(Source source, Layout layout, Initializer fresh) {
        return fromFile ? (_, _) -> finite(source, layout.of(source.read())) : fresh;
    }

    private static Tensor finite(Source source, Tensor values) {
        if (values.isfinite().all().item() == 0) {
            throw new OnnxException("its weight " + Shown.quoted(source.name())
                    + " has numbers that are infinite or not numbers; the network was not trained or saved well");
        }
        return values;
    }

    private static long[] shape(Source source, Layout layout) {
        long[] shape = source.shape();
        return switch (layout) {
            case AS_IS -> shape;
            case TRANSPOSED -> new long[] {shape[1], shape[0]};
            case FLAT -> {
                long count = 1;
                for (long size : shape) {
                    count *= size;
                }
                yield new long[] {count};
            }
        };
    }

    private void requireOpen(Source source) {
        if (closed) {
            throw new OnnxException("its weight " + Shown.quoted(source.name())
                    + " is used for batches of some sizes alone, so that it is no parameter of the whole network");
        }
    }
}

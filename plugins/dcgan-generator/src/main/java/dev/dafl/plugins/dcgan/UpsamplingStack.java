package dev.dafl.plugins.dcgan;

import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.NarrowConv2d;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.UpsampleConv2d;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code [n, input]} to {@code [n, c, h, w]}: linear to width x h/2^s x w/2^s, batch norm; s stages of upsampling, conv, batch
 * norm and leaky ReLU; conv; tanh and batch norm without affine, or sigmoid. Parameter names are those of the authors' code, which has two stages.
 *
 * @param norm after tanh; with none it is a sigmoid instead of both
 * @param height of the images
 * @param width of the images
 */
record UpsamplingStack(
        Linear linear,
        BatchNorm2d norm0,
        List<Stage> stages,
        NarrowConv2d conv,
        Optional<BatchNorm2d> norm,
        ImageShape first,
        int height,
        int width)
        implements Layer {

    /** What the authors pass as batch norm's second argument; it was hardly meant as eps, but results come from it. */
    private static final double EPS = 0.8;

    private static final double SLOPE = 0.2;

    /** Fewer channels than this are not worth a stage. */
    private static final int NARROWEST = 16;

    /** @param input length of the vectors that images are made of */
    static UpsamplingStack create(ParameterPath path, long input, ImageShape output, DcganGenerator.Options options) {
        boolean sigmoid = options.output() == DcganGenerator.Output.SIGMOID;
        int scale = 1 << options.stages();
        ImageShape first = new ImageShape(
                options.width(), Math.ceilDiv(output.height(), scale), Math.ceilDiv(output.width(), scale));
        Linear linear =
                Linear.of(path.sub("l1").sub(0), input, (long) first.channels() * first.height() * first.width());
        BatchNorm2d norm0 = BatchNorm2d.of(path.sub("conv_blocks0").sub(0), first.channels());
        List<Stage> stages = new ArrayList<>();
        int channels = first.channels();
        ParameterPath blocks = path.sub("conv_blocks0");
        for (int stage = 1; stage <= options.stages(); stage++) {
            blocks = path.sub("conv_blocks" + stage);
            int out = channels(options, stage);
            stages.add(Stage.of(blocks, channels, out, sigmoid ? BatchNorm2d.Options.DEFAULTS.eps() : EPS));
            channels = out;
        }
        return new UpsamplingStack(
                linear,
                norm0,
                List.copyOf(stages),
                NarrowConv2d.of(blocks.sub(3), channels, output.channels()),
                sigmoid
                        ? Optional.empty()
                        : Optional.of(BatchNorm2d.of(blocks.sub(5), output.channels(), o -> o.withoutAffine())),
                first,
                output.height(),
                output.width());
    }

    private static int channels(DcganGenerator.Options options, int stage) {
        return Math.max(Math.min(NARROWEST, options.width() / 2), options.width() >> (stage - 1));
    }

    @Override
    public Tensor forward(Tensor latent, Pass pass) {
        Tensor x = linear.forward(latent, pass).view(-1, first.channels(), first.height(), first.width());
        // With weights that are channels-last, everything is from here on.
        x = norm0.forward(stages.getFirst().isContiguous() ? x : x.contiguous(MemoryFormat.CHANNELS_LAST), pass);
        for (Stage stage : stages) {
            x = stage.forward(x, pass);
        }
        Tensor last = conv.forward(cut(x), pass);
        return norm.isPresent() ? norm.get().forward(last.tanh(), pass) : last.sigmoid();
    }

    private Tensor cut(Tensor x) {
        long below = x.size(2) - height;
        long right = x.size(3) - width;
        return below == 0 && right == 0 ? x : Functional.pad2d(x, 0, -right, 0, -below);
    }

    /** {@code [n, in, h, w]} to {@code [n, out, 2h, 2w]}. */
    record Stage(UpsampleConv2d conv, BatchNorm2d norm) implements Layer {

        static Stage of(ParameterPath path, int in, int out, double eps) {
            return new Stage(
                    UpsampleConv2d.of(path.sub(0), in, out), BatchNorm2d.of(path.sub(1), out, o -> o.eps(eps)));
        }

        boolean isContiguous() {
            return conv.weight().isContiguous();
        }

        @Override
        public Tensor forward(Tensor input, Pass pass) {
            return norm.forwardLeakyRelu(
                    conv.withoutBias(input, pass), conv.bias().orElseThrow(), SLOPE, pass);
        }
    }
}

package dev.dafl.plugins.layers;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The layers that can be written, each with its options; those that PyTorch has too have PyTorch's names and defaults. */
enum Kind {
    CONV(
            "{conv: 32}",
            Convolutions::convolution,
            true,
            "out",
            "kernel",
            "stride",
            "padding",
            "dilation",
            "groups",
            "bias"),
    DEPTHWISE_CONV(
            "{depthwise-conv: 3}", Convolutions::depthwise, true, "kernel", "stride", "padding", "dilation", "bias"),
    LINEAR("{linear: 128}", Others::linear, true, "out", "bias"),
    BATCH_NORM("batch-norm", Normalisations::batchNorm, false, "eps", "momentum", "affine"),
    GROUP_NORM("{group-norm: 8}", Normalisations::groupNorm, true, "groups", "eps"),
    LAYER_NORM("layer-norm", Normalisations::layerNorm, false, "eps"),
    RELU("relu", _ -> Others.pointwise(dev.dafl.tensor.nn.Layers.relu()), false),
    RELU6("relu6", _ -> Others.pointwise(dev.dafl.tensor.nn.Layers.relu6()), false),
    LEAKY_RELU("{leaky-relu: 0.01}", Others::leakyRelu, true, "slope"),
    GELU("gelu", _ -> Others.pointwise(dev.dafl.tensor.nn.Layers.gelu()), false),
    SILU("silu", _ -> Others.pointwise(dev.dafl.tensor.nn.Layers.silu()), false),
    HARDSWISH("hardswish", _ -> Others.pointwise(dev.dafl.tensor.nn.Layers.hardswish()), false),
    TANH("tanh", _ -> Others.pointwise(dev.dafl.tensor.nn.Layers.tanh()), false),
    SIGMOID("sigmoid", _ -> Others.pointwise(dev.dafl.tensor.nn.Layers.sigmoid()), false),
    DROPOUT("{dropout: 0.5}", Others::dropout, true, "probability"),
    MAX_POOL("{max-pool: 2}", Poolings::max, true, "kernel", "stride", "padding", "dilation", "ceil-mode"),
    AVG_POOL("{avg-pool: 2}", Poolings::average, true, "kernel", "stride", "padding", "ceil-mode", "count-include-pad"),
    ADAPTIVE_AVG_POOL("{adaptive-avg-pool: 4}", Poolings::adaptive, true, "size"),
    GLOBAL_AVG_POOL("global-avg-pool", Poolings::global, false),
    TOKENS("tokens", Sequences::tokens, false),
    POSITION_EMBEDDING("position-embedding", Sequences::positions, false),
    ATTENTION("{attention: 4}", Sequences::attention, true, "heads", "dropout", "bias"),
    TOKEN_MEAN("token-mean", Sequences::mean, false),
    FLATTEN("flatten", Others::flatten, false),
    RESIDUAL("{residual: [{conv: {out: 32, padding: 1}}, relu]}", Residual::read, true, "layers", "shortcut");

    private final String example;
    private final Function<Entry, Spec> reader;
    private final boolean value;
    private final List<String> keys;

    Kind(String example, Function<Entry, Spec> reader, boolean value, String... keys) {
        this.example = example;
        this.reader = reader;
        this.value = value;
        this.keys = List.of(keys);
    }

    static Optional<Kind> named(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.toString().equals(word))
                .findFirst();
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Kind::toString).toList();
    }

    /** As it is written, such as one that works. */
    String example() {
        return example;
    }

    /** The option that a value alone is; empty where the layer takes none. */
    Optional<String> main() {
        return value ? Optional.of(keys.getFirst()) : Optional.empty();
    }

    List<String> keys() {
        return keys;
    }

    /** @throws dev.dafl.spi.OptionException where an option is missing or not what it should be */
    Spec read(Entry entry) {
        return reader.apply(entry);
    }

    /** As it is written. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

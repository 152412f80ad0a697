package dev.dafl.plugins.layers;

import dev.dafl.plugins.layers.Shape.Picture;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Sequential;
import java.util.Optional;

/**
 * Layers whose input is added to what they make of it: He, Zhang, Ren and Sun, <i>Deep Residual Learning for Image
 * Recognition</i> (2015). Where they change the shape, the input goes through a 1x1 convolution without bias and a batch norm
 * (the paper's option B), or through what {@code shortcut} says. Their parameters are named {@code body.0} and so on, those of
 * the way round {@code shortcut.0} and so on.
 *
 * @param shortcut the way round; empty where the input is added as it came
 */
record Residual(Layer body, Optional<Layer> shortcut) implements Layer {

    static Spec read(Entry entry) {
        LayerList body = LayerList.read(entry, "layers", "body");
        Optional<LayerList> shortcut = entry.given("shortcut").map(_ -> LayerList.read(entry, "shortcut", "shortcut"));
        return (path, input) -> {
            Spec.Built built = body.build(path.sub("body"), input);
            Optional<Layer> round = shortcut.isPresent()
                    ? Optional.of(written(shortcut.get(), path.sub("shortcut"), entry, input, built.output()))
                    : projection(path.sub("shortcut"), entry, input, built.output());
            return new Spec.Built(new Residual(built.layer(), round), built.output());
        };
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        Tensor x = body.forward(input, pass);
        return x.add(shortcut.isPresent() ? shortcut.get().forward(input, pass) : input);
    }

    private static Layer written(LayerList shortcut, ParameterPath path, Entry entry, Shape input, Shape output) {
        Spec.Built built = shortcut.build(path, input);
        if (!built.output().equals(output)) {
            throw entry.mistake("its layers make " + output + ", and its shortcut makes " + built.output());
        }
        return built.layer();
    }

    private static Optional<Layer> projection(ParameterPath path, Entry entry, Shape input, Shape output) {
        if (input.equals(output)) {
            return Optional.empty();
        }
        if (!(input instanceof Picture from && output instanceof Picture to)) {
            throw unlike(entry, input, output);
        }
        long stride = Math.max(1, Math.ceilDiv(from.height(), to.height()));
        if (Math.ceilDiv(from.height(), stride) != to.height() || Math.ceilDiv(from.width(), stride) != to.width()) {
            throw unlike(entry, input, output);
        }
        Weights.check(entry::mistake, from.channels(), to.channels());
        return Optional.of(Sequential.of(
                Conv2d.of(
                        path.sub(0),
                        from.channels(),
                        to.channels(),
                        1,
                        o -> o.stride(stride).withoutBias()),
                BatchNorm2d.of(path.sub(1), to.channels())));
    }

    private static RuntimeException unlike(Entry entry, Shape input, Shape output) {
        return entry.mistake("its layers make " + output + " of " + input
                + ", which cannot be added; padding keeps a picture's size, and shortcut: [...] names layers for the way"
                + " round");
    }
}

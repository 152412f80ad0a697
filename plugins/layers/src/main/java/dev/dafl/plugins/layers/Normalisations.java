package dev.dafl.plugins.layers;

import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.GroupNorm;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.LayerNorm;

/** {@code batch-norm}, {@code group-norm} and {@code layer-norm}. */
final class Normalisations {

    private Normalisations() {}

    static Spec batchNorm(Entry entry) {
        BatchNorm2d.Options defaults = BatchNorm2d.Options.DEFAULTS;
        BatchNorm2d.Options options = new BatchNorm2d.Options(
                eps(entry), entry.number("momentum", defaults.momentum(), 0, 1), entry.flag("affine", true));
        return (path, input) -> {
            BatchNorm2d norm = BatchNorm2d.of(path, input.channels(entry), _ -> options);
            // A vector as a picture of one pixel, so that losses that look into batch norms find what they know.
            Layer layer = input instanceof Shape.Picture
                    ? norm
                    : (x, pass) -> norm.forward(x.view(x.size(0), x.size(1), 1, 1), pass)
                            .flatten(1);
            return new Spec.Built(layer, input);
        };
    }

    static Spec groupNorm(Entry entry) {
        long groups = entry.count("groups");
        double eps = eps(entry);
        return (path, input) -> {
            long channels = input.channels(entry);
            if (channels % groups != 0) {
                throw entry.mistake(
                        "groups", "is " + groups + ", which must divide the " + channels + " channels there");
            }
            return new Spec.Built(GroupNorm.of(path, groups, channels, eps), input);
        };
    }

    static Spec layerNorm(Entry entry) {
        double eps = eps(entry);
        return (path, input) -> {
            Weights.check(entry::mistake, input.count());
            LayerNorm norm = switch (input) {
                case Shape.Sequence sequence -> LayerNorm.of(path, eps, sequence.size());
                case Shape.Picture picture ->
                    LayerNorm.of(path, eps, picture.channels(), picture.height(), picture.width());
                case Shape.Vector vector -> LayerNorm.of(path, eps, vector.count());
            };
            return new Spec.Built(norm, input);
        };
    }

    private static double eps(Entry entry) {
        return entry.number("eps", 1e-5, 0, Double.MAX_VALUE);
    }
}

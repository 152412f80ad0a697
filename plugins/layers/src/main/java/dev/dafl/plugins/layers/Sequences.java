package dev.dafl.plugins.layers;

import dev.dafl.plugins.layers.Shape.Picture;
import dev.dafl.plugins.layers.Shape.Sequence;
import dev.dafl.tensor.nn.Embedding;
import dev.dafl.tensor.nn.MultiheadAttention;

/**
 * Layers for sequences, of which a vision transformer is made: Dosovitskiy et al., <i>An Image is Worth 16x16 Words</i> (2021).
 */
final class Sequences {

    private Sequences() {}

    /** {@code [n, c, h, w]} to {@code [n, h w, c]}: the pixels row by row, such as those that a convolution made of patches. */
    static Spec tokens(Entry entry) {
        return (_, input) -> {
            Picture picture = input.picture(entry);
            return new Spec.Built(
                    (x, _) -> x.flatten(2).transpose(1, 2),
                    new Sequence(Math.multiplyExact(picture.height(), picture.width()), picture.channels()));
        };
    }

    /** Adds to each place a vector of its own, the row of a table that is learned. */
    static Spec positions(Entry entry) {
        return (path, input) -> {
            Sequence sequence = input.sequence(entry);
            Weights.check(entry::mistake, sequence.length(), sequence.size());
            Embedding rows = Embedding.of(path, sequence.length(), sequence.size());
            return new Spec.Built((x, _) -> x.add(rows.weight()), sequence);
        };
    }

    /** Each place looks at all. */
    static Spec attention(Entry entry) {
        long heads = entry.count("heads");
        double dropout = entry.number("dropout", 0, 0, 1);
        boolean bias = entry.flag("bias", true);
        return (path, input) -> {
            Sequence sequence = input.sequence(entry);
            if (sequence.size() % heads != 0) {
                throw entry.mistake(
                        "heads",
                        "is " + heads + ", which must divide the " + sequence.size() + " numbers of each place");
            }
            Weights.check(entry::mistake, 3 * sequence.size(), sequence.size());
            MultiheadAttention attention = MultiheadAttention.of(path, sequence.size(), heads, o -> {
                MultiheadAttention.Options options = o.withBatchFirst().dropout(dropout);
                return bias ? options : options.withoutBias();
            });
            return new Spec.Built(attention, sequence);
        };
    }

    /** {@code [n, l, d]} to {@code [n, d]}: the mean of all places. */
    static Spec mean(Entry entry) {
        return (_, input) -> new Spec.Built(
                (x, _) -> x.mean(false, 1),
                new Shape.Vector(input.sequence(entry).size()));
    }
}

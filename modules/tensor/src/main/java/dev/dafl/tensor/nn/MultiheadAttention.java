package dev.dafl.tensor.nn;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * {@code torch.nn.MultiheadAttention}: each place of a sequence looks at all places of a sequence, its own or another, with
 * several heads, each of which sees its share of the numbers. {@code [l, n, size]} to {@code [l, n, size]}, or with
 * {@linkplain Options#batchFirst() the batch first} {@code [n, l, size]} to {@code [n, l, size]}. As a {@link Layer} it looks
 * at its own input. Initial values are PyTorch's: uniform within sqrt(6 / (4 size)) into the heads (Xavier's), within
 * 1/sqrt(size) out of them, and no biases.
 *
 * <p>Vaswani et al., <i>Attention Is All You Need</i> (2017), section 3.2.2.
 *
 * @param heads that the numbers are split into
 * @param inWeight {@code in_proj_weight}, {@code [3 size, size]}: of the queries, the keys and the values
 * @param inBias {@code in_proj_bias}, {@code [3 size]}
 * @param out {@code out_proj}, from {@code size} to {@code size}
 */
public record MultiheadAttention(long heads, Tensor inWeight, Optional<Tensor> inBias, Linear out, Options options)
        implements Layer {

    /**
     * What may differ from the defaults: {@code MultiheadAttention.of(path, 64, 4, o -> o.withBatchFirst().dropout(0.1))}.
     *
     * @param dropout with which {@linkplain Dropout probability} a query does not see a place while training, from 0 to below 1
     * @param batchFirst whether the batch is the first dimension and the length the second
     */
    public record Options(double dropout, boolean bias, boolean batchFirst) {

        public static final Options DEFAULTS = new Options(0, true, false);

        public Options {
            Dropout.requireProbability(dropout);
        }

        public Options dropout(double value) {
            return new Options(value, bias, batchFirst);
        }

        public Options withoutBias() {
            return new Options(dropout, false, batchFirst);
        }

        public Options withBatchFirst() {
            return new Options(dropout, bias, true);
        }
    }

    public static MultiheadAttention of(ParameterPath path, long size, long heads) {
        return of(path, size, heads, o -> o);
    }

    /** @throws IllegalArgumentException where the numbers cannot be split into the heads */
    public static MultiheadAttention of(ParameterPath path, long size, long heads, UnaryOperator<Options> change) {
        if (heads < 1 || size % heads != 0) {
            throw new IllegalArgumentException("attention cannot split " + size + " numbers into " + heads + " heads");
        }
        Options options = change.apply(Options.DEFAULTS);
        Initializer nothing = Initializer.constant(0);
        Tensor inWeight =
                path.parameter("in_proj_weight", Initializer.uniform(Math.sqrt(6.0 / (4 * size))), 3 * size, size);
        Optional<Tensor> inBias =
                options.bias() ? Optional.of(path.parameter("in_proj_bias", nothing, 3 * size)) : Optional.empty();
        ParameterPath out = path.sub("out_proj");
        Linear last = new Linear(
                out.parameter("weight", Initializer.uniform(1 / Math.sqrt(size)), size, size),
                options.bias() ? Optional.of(out.parameter("bias", nothing, size)) : Optional.empty());
        return new MultiheadAttention(heads, inWeight, inBias, last, options);
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        Tensor all = projected(input, 0, 3, pass);
        long size = size();
        return attended(all.narrow(2, 0, size), all.narrow(2, size, size), all.narrow(2, 2 * size, size), pass);
    }

    /**
     * A sequence looks at another.
     *
     * @param query {@code [l, n, size]}, or {@code [n, l, size]}
     * @param key {@code [s, n, size]}, or {@code [n, s, size]}: by what a place is found
     * @param value of the shape of {@code key}: what is seen there
     * @return of the shape of {@code query}, a new tensor of the innermost scope
     */
    public Tensor forward(Tensor query, Tensor key, Tensor value, Pass pass) {
        return attended(projected(query, 0, 1, pass), projected(key, 1, 1, pass), projected(value, 2, 1, pass), pass);
    }

    /** @param first of queries, keys and values, with 0 for the queries, and how many */
    private Tensor projected(Tensor x, long first, long count, Pass pass) {
        long size = size();
        return new Linear(
                        inWeight.narrow(0, first * size, count * size),
                        inBias.map(bias -> bias.narrow(0, first * size, count * size)))
                .forward(x, pass);
    }

    private Tensor attended(Tensor query, Tensor key, Tensor value, Pass pass) {
        Tensor q = split(query);
        Tensor k = split(key);
        Tensor v = split(value);
        Tensor seen = options.dropout() > 0 && pass.numbers().isPresent()
                ? new Dropout(options.dropout())
                        .forward(
                                q.matmul(k.transpose(2, 3))
                                        .div(Math.sqrt(q.size(3)))
                                        .softmax(-1),
                                pass)
                        .matmul(v)
                : Functional.scaledDotProductAttention(q, k, v, Optional.empty(), false);
        pass.multiplyAdds(q.size(0) * q.size(2) * k.size(2) * size() * 2);
        Tensor joined = options.batchFirst() ? seen.transpose(1, 2) : seen.permute(2, 0, 1, 3);
        return out.forward(joined.flatten(2), pass);
    }

    /** {@code [n, heads, length, size / heads]}. */
    private Tensor split(Tensor x) {
        Tensor parts = x.view(x.size(0), x.size(1), heads, size() / heads);
        return options.batchFirst() ? parts.transpose(1, 2) : parts.permute(1, 2, 0, 3);
    }

    private long size() {
        return inWeight.size(1);
    }
}

package dev.dafl.tensor.nn;

import dev.dafl.tensor.Layout;
import dev.dafl.tensor.Tensor;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * {@code torch.nn.Dropout}: while training each element becomes 0 with a probability, and the others are made larger so that
 * the mean stays. Which ones follows from the numbers of the {@linkplain Pass#train(RandomGenerator) pass}; in evaluation, and
 * in a training pass without numbers, the input passes unchanged.
 *
 * <p>Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, <i>Dropout: A Simple Way to Prevent Neural Networks from
 * Overfitting</i> (2014).
 *
 * @param probability of becoming 0, from 0 to below 1
 */
public record Dropout(double probability) implements Layer {

    public Dropout {
        requireProbability(probability);
    }

    static void requireProbability(double probability) {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException("dropout is a probability from 0 to below 1, not " + probability);
        }
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        Optional<RandomGenerator> numbers = pass.numbers();
        if (numbers.isEmpty() || probability == 0) {
            return input.alias();
        }
        // 0 and 1 are exact in every type; the factor is applied after them, as bfloat16 would round it.
        return input.mul(kept(input, numbers.get(), pass.share())).mul(1 / (1 - probability));
    }

    private Tensor kept(Tensor input, RandomGenerator numbers, Optional<Share> share) {
        Tensor kept = share.map(rows -> rows.drawn(kept(rows.wholeShape(input.shape()), numbers)))
                .orElseGet(() -> kept(input.shape(), numbers));
        return kept.to(input.device()).to(input.dtype());
    }

    private Tensor kept(long[] shape, RandomGenerator numbers) {
        float[] kept = new float[Math.toIntExact(new Layout(shape, new long[shape.length]).numel())];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = numbers.nextFloat() < probability ? 0 : 1;
        }
        return Tensor.of(kept, shape);
    }
}

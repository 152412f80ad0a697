package dev.dafl.tensor.nn;

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
        return input.mul(kept(input, numbers.get())).mul(1 / (1 - probability));
    }

    private Tensor kept(Tensor input, RandomGenerator numbers) {
        float[] kept = new float[Math.toIntExact(input.numel())];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = numbers.nextFloat() < probability ? 0 : 1;
        }
        return Tensor.of(kept, input.shape()).to(input.device()).to(input.dtype());
    }
}

package dev.dafl.plugins.batchnorm;

import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Workspace;
import dev.dafl.spi.Workspace.Counter;
import dev.dafl.tensor.Tensor;

/** The term with a momentum. All that it remembers lies in the workspace. */
final class SmoothedStatistics implements LossTerm.Started {

    private final Workspace workspace;
    private final double momentum;
    /** The round of the batch before, counted from 1; 0 before the first batch. */
    private final Counter round;
    /** How many rounds are over. */
    private final Counter rounds;

    SmoothedStatistics(Workspace workspace, double momentum) {
        this.workspace = workspace;
        this.momentum = momentum;
        round = workspace.counter("round");
        rounds = workspace.counter("rounds");
    }

    @Override
    public Tensor compute(GeneratedBatch batch) {
        LayerStatistics layers = LayerStatistics.of(batch.batchNormInputs());
        Tensor earlier = kept("earlier", layers);
        Tensor last = kept("last", layers);
        Tensor statistics = layers.ofBatch();
        if (round.get() > 0 && batch.round() + 1 > round.get()) {
            earlier.copy_(last);
            rounds.set(rounds.get() + 1);
        }
        round.set(batch.round() + 1);
        if (rounds.get() > 0) {
            statistics = statistics.mul(1 - momentum).add(earlier.mul(momentum));
        }
        last.copy_(statistics.detach());
        return layers.distance(statistics);
    }

    /** Statistics that stay, zeros at first. */
    private Tensor kept(String name, LayerStatistics layers) {
        return workspace.tensor(
                name,
                () -> Tensor.zeros(
                        layers.ofTraining().dtype(),
                        layers.ofTraining().device(),
                        layers.ofTraining().shape()));
    }
}

package dev.dafl.tensor.nn;

import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;

/**
 * A network whose batches several ranks compute together. A batch of fewer rows than ranks is computed by all of them alike; its
 * gradients then count once, not once for each.
 */
record Together(Network network) {

    /** @return as {@link Network#forward}, the same in all ranks */
    Tensor forward(Tensor input, Pass pass) {
        Ranks ranks = network.parameters().ranks();
        if (GradMode.isEnabled()) {
            network.parameters().sumGradients();
        }
        try (TensorScope _ = TensorScope.open()) {
            long count = input.size(0);
            return (count < ranks.size() ? alike(input, pass, ranks) : divided(input, pass, new Share(ranks, count)))
                    .toOuter();
        }
    }

    private Tensor divided(Tensor input, Pass pass, Share share) {
        Pass part = pass.of(share);
        Tensor own = network.alone(share.own(input), part);
        long products = pass.records(Pass.Recorded.MULTIPLY_ADDS) ? share.sum(part.multiplyAdds()) : 0;
        pass.take(part, recorded -> share.whole(recorded).toOuter(), products);
        return share.whole(own);
    }

    private Tensor alike(Tensor input, Pass pass, Ranks ranks) {
        int size = ranks.size();
        Pass part = pass.again();
        Tensor result = network.alone(scaled(input, size), part);
        pass.take(part, recorded -> scaled(recorded, 1.0 / size).toOuter(), part.multiplyAdds());
        return scaled(result, 1.0 / size);
    }

    /** The same, whose gradient is multiplied on its way. */
    private static Tensor scaled(Tensor tensor, double factor) {
        if (!GradMode.isEnabled() || !tensor.requiresGrad()) {
            return tensor.alias();
        }
        Tensor seen = Share.apart(tensor);
        seen.onGradient(gradient -> gradient.mul(factor));
        return seen;
    }
}

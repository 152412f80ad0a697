package dev.dafl.tensor.optim;

/** Which optimizer and with what; the learning rate is given at each step. */
public sealed interface OptimizerOptions {

    private static void require(boolean holds, String name, String range, double value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " must be " + range + ", not " + value);
        }
    }

    /** {@code torch.optim.Adam} (L2 penalty added to the gradient). */
    record Adam(double beta1, double beta2, double eps, double weightDecay) implements OptimizerOptions {

        public static final Adam DEFAULTS = new Adam(0.9, 0.999, 1e-8, 0);

        public Adam {
            requireAdam(beta1, beta2, eps, weightDecay);
        }
    }

    /** {@code torch.optim.AdamW} (weights shrink apart from the gradient). */
    record AdamW(double beta1, double beta2, double eps, double weightDecay) implements OptimizerOptions {

        public static final AdamW DEFAULTS = new AdamW(0.9, 0.999, 1e-8, 0.01);

        public AdamW {
            requireAdam(beta1, beta2, eps, weightDecay);
        }
    }

    /** {@code torch.optim.SGD}. */
    record Sgd(double momentum, double weightDecay, boolean nesterov) implements OptimizerOptions {

        public static final Sgd DEFAULTS = new Sgd(0, 0, false);

        public Sgd {
            require(momentum >= 0 && momentum < 1, "momentum", "from 0 to below 1", momentum);
            require(weightDecay >= 0, "weight-decay", "0 or more", weightDecay);
            if (nesterov && momentum == 0) {
                throw new IllegalArgumentException("nesterov needs a momentum above 0");
            }
        }
    }

    private static void requireAdam(double beta1, double beta2, double eps, double weightDecay) {
        require(beta1 >= 0 && beta1 < 1, "beta1", "from 0 to below 1", beta1);
        require(beta2 >= 0 && beta2 < 1, "beta2", "from 0 to below 1", beta2);
        require(eps >= 0, "eps", "0 or more", eps);
        require(weightDecay >= 0, "weight-decay", "0 or more", weightDecay);
    }
}

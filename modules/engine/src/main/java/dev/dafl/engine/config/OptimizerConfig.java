package dev.dafl.engine.config;

import dev.dafl.spi.Range;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.OptimizerOptions;
import java.util.List;
import java.util.Optional;

/**
 * An optimizer with its learning rate over time.
 *
 * @param name {@code adam}, {@code adamw} or {@code sgd}
 * @param learningRate above 0
 * @param schedule how the rate changes; {@code constant}
 * @param gamma factor of {@code step} and {@code multi-step}; 0.1
 * @param every steps between changes of {@code step}
 * @param milestones steps of the changes of {@code multi-step}
 * @param betas of Adam; 0.9 and 0.999
 * @param eps of Adam; 1e-8
 * @param momentum of SGD; 0
 * @param nesterov of SGD; false
 * @param weightDecay 0, for AdamW 0.01
 * @param clipNorm gradients are shortened to this length where they are longer; off where it is left out
 */
public record OptimizerConfig(
        Kind name,
        @Needed("0.001") @Range(above = 0) Double learningRate,
        ScheduleKind schedule,
        @Range(above = 0) Double gamma,
        @Range(min = 0) Long every,
        @Range(min = 0) List<Long> milestones,
        @Range(min = 0, below = 1) List<Double> betas,
        @Range(min = 0) Double eps,
        @Range(min = 0, below = 1) Double momentum,
        Boolean nesterov,
        @Range(min = 0) Double weightDecay,
        @Range(above = 0) Optional<Double> clipNorm) {

    /** The optimizers there are. */
    public enum Kind {
        ADAM,
        ADAMW,
        SGD
    }

    /** How the learning rate changes. */
    public enum ScheduleKind {
        CONSTANT,
        /** Times gamma after every so many steps. */
        STEP,
        /** Times gamma at the milestones. */
        MULTI_STEP,
        /** Half a cosine from the rate to 0 over the steps of the run. */
        COSINE
    }

    public OptimizerConfig {
        name = name == null ? Kind.ADAM : name;
        schedule = schedule == null ? ScheduleKind.CONSTANT : schedule;
        gamma = gamma == null ? 0.1 : gamma;
        every = every == null ? 0 : every;
        milestones = milestones == null ? List.of() : List.copyOf(milestones);
        if (schedule == ScheduleKind.STEP && every < 1) {
            throw new IllegalArgumentException("every (of schedule: step) must be at least 1, not " + every);
        }
        if (schedule == ScheduleKind.MULTI_STEP && milestones.isEmpty()) {
            throw new IllegalArgumentException(
                    "schedule: multi-step needs milestones, such as milestones: [800, 1600]");
        }
        betas = betas == null ? List.of(0.9, 0.999) : List.copyOf(betas);
        if (betas.size() != 2) {
            throw new IllegalArgumentException("betas are two numbers, such as [0.9, 0.999]");
        }
        eps = eps == null ? 1e-8 : eps;
        momentum = momentum == null ? 0 : momentum;
        nesterov = nesterov != null && nesterov;
        weightDecay = weightDecay == null ? (name == Kind.ADAMW ? 0.01 : 0) : weightDecay;
        clipNorm = clipNorm == null ? Optional.empty() : clipNorm;
        options(name, betas, eps, momentum, nesterov, weightDecay);
    }

    // As if all other keys were left out.
    @SuppressWarnings("NullAway")
    static OptimizerConfig adam(double learningRate) {
        return new OptimizerConfig(Kind.ADAM, learningRate, null, null, null, null, null, null, null, null, null, null);
    }

    public OptimizerOptions options() {
        return options(name, betas, eps, momentum, nesterov, weightDecay);
    }

    /** @param steps of the whole run, which a cosine is laid over */
    public LearningRate rate(long steps) {
        return switch (schedule) {
            case CONSTANT -> LearningRate.constant(learningRate);
            case STEP -> LearningRate.step(learningRate, every, gamma);
            case MULTI_STEP -> LearningRate.multiStep(learningRate, milestones, gamma);
            case COSINE -> LearningRate.cosine(learningRate, steps, 0);
        };
    }

    private static OptimizerOptions options(
            Kind name, List<Double> betas, double eps, double momentum, boolean nesterov, double weightDecay) {
        return switch (name) {
            case ADAM -> new OptimizerOptions.Adam(betas.get(0), betas.get(1), eps, weightDecay);
            case ADAMW -> new OptimizerOptions.AdamW(betas.get(0), betas.get(1), eps, weightDecay);
            case SGD -> new OptimizerOptions.Sgd(momentum, weightDecay, nesterov);
        };
    }
}

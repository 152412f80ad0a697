package dev.dafl.tensor.optim;

import java.util.List;

/** The learning rate as a function of the step, counted from 0. */
@FunctionalInterface
public interface LearningRate {

    double at(long step);

    static LearningRate constant(double rate) {
        return _ -> rate;
    }

    /** {@code StepLR}: times {@code gamma} after every {@code every} steps. */
    static LearningRate step(double rate, long every, double gamma) {
        return step -> rate * Math.pow(gamma, step / every);
    }

    /** {@code MultiStepLR}: times {@code gamma} at each of the milestones. */
    static LearningRate multiStep(double rate, List<Long> milestones, double gamma) {
        return step -> rate
                * Math.pow(gamma, milestones.stream().filter(m -> step >= m).count());
    }

    /** {@code CosineAnnealingLR} from {@code rate} to {@code last} over {@code steps}, constant after that. */
    static LearningRate cosine(double rate, long steps, double last) {
        return step -> last + (rate - last) * (1 + Math.cos(Math.PI * Math.min(step, steps) / steps)) / 2;
    }

    /** Times a factor. */
    default LearningRate times(double factor) {
        return step -> factor * at(step);
    }
}

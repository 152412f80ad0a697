package dev.dafl.engine;

import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.Schedule;
import dev.dafl.engine.config.TransferConfig;

/**
 * How often a student is measured on the test images where nobody has said it: ten times, or less often where that would cost more
 * than a fortieth of the training. It follows from sizes alone, not from how long anything takes, so that the same experiment is
 * measured at the same steps everywhere.
 *
 * @param steps of the run
 * @param studentSteps the last ones, in which the student learns
 * @param step multiply-adds of one
 * @param measurement multiply-adds of one
 */
record MeasuringPlan(long steps, long studentSteps, double step, double measurement) {

    private static final int MOST = 10;
    private static final double SHARE = 1 / 40.0;
    /** A pass backwards takes about twice what the one forwards does. */
    private static final double TRAINED = 3;

    /**
     * What the networks of a run take for one image.
     *
     * @param generator 0 where there is none
     */
    record Cost(long teacher, long student, long generator) {}

    /** @param testImages that a measurement looks at */
    static MeasuringPlan of(ExperimentConfig config, Cost cost, long testImages) {
        Schedule schedule = config.distillation().schedule();
        long steps = config.transfer().map(TransferConfig::steps).orElseGet(schedule::length);
        return new MeasuringPlan(
                steps,
                config.transfer().isEmpty() && schedule instanceof Schedule.TwoStage stages
                        ? stages.studentSteps()
                        : steps,
                config.distillation().batch() * (TRAINED * (cost.student() + cost.generator()) + cost.teacher()),
                (double) testImages * cost.student());
    }

    /** Steps between two measurements; 0 where none is worth its cost. */
    int every() {
        double affordable = steps * step * SHARE / Math.max(1, measurement);
        long times = Math.min(MOST, (long) affordable);
        return times == 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(studentSteps, times));
    }
}

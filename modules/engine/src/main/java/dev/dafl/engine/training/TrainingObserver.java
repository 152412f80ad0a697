package dev.dafl.engine.training;

import java.util.Map;

/** Watches training. Called by the training thread. */
public interface TrainingObserver {

    /** @throws InterruptedRunException when training is to end */
    void checkInterrupted();

    /** @param step done so far, of {@code steps} */
    void teacherProgress(long step, long steps, Map<String, Double> metrics);

    /** @param step done so far, of {@code steps} */
    void distillationProgress(long step, long steps, Map<String, Double> metrics);

    /** The generator died and the last good one was put back. */
    void recovered(Recovery recovery);

    /** The student is the best so far. */
    void selected(long step, double agreement);

    /** It is time to measure the student on the test data. */
    void evaluate(long step);

    /**
     * A dead generator that was replaced.
     *
     * @param step at which it was noticed
     * @param backTo the step whose generator was put back
     * @param reason what was seen
     * @param rateFactor of the generator's learning rate from now on
     */
    record Recovery(long step, long backTo, String reason, double rateFactor) {}
}

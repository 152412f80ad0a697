package dev.dafl.engine.config;

import dev.dafl.spi.DistillationLoss;
import dev.dafl.spi.Range;
import java.util.Optional;

/**
 * How generator and student are trained.
 *
 * @param loss the plugin that compares student and teacher; {@code knowledge-distillation}
 * @param schedule who steps when
 * @param batch generated images a step; 256
 * @param microBatch images that go through the networks at once, where a whole batch does not fit into the memory; the gradients
 *     of its parts are added up. Losses and batch norms then see a part of the batch. The whole batch where it is left out
 * @param replay more student steps on earlier images; none where it is left out
 * @param augment random changes of the images that a method gives the student; none where it is left out
 * @param logEvery steps between two lines of metrics, at which losses are read and the generator is looked at; 20
 * @param selectEvery steps between two looks at whether the student is the best so far; 200
 * @param evaluateEvery steps between two measurements on the test data, which decide nothing; 0 is only at the end. Where it is
 *     left out, ten times in the run, or less often where that would cost more than a fortieth of it
 */
public record DistillationConfig(
        @PluginOf(DistillationLoss.class) Component loss,
        Schedule schedule,
        @Range(min = 2) Integer batch,
        @Range(min = 2) Optional<Integer> microBatch,
        Optional<ReplayConfig> replay,
        Optional<AugmentConfig> augment,
        @Range(min = 1) Integer logEvery,
        @Range(min = 1) Integer selectEvery,
        @Range(min = 0) Optional<Integer> evaluateEvery) {

    // As if all keys were left out.
    @SuppressWarnings("NullAway")
    static final DistillationConfig DEFAULTS =
            new DistillationConfig(null, null, null, null, null, null, null, null, null);

    public DistillationConfig {
        loss = loss == null ? Component.named("knowledge-distillation") : loss;
        schedule = schedule == null ? new Schedule.Joint(Schedule.Joint.DEFAULT) : schedule;
        batch = batch == null ? 256 : batch;
        microBatch = microBatch == null ? Optional.empty() : microBatch;
        replay = replay == null ? Optional.empty() : replay;
        augment = augment == null ? Optional.empty() : augment;
        logEvery = logEvery == null ? 20 : logEvery;
        selectEvery = selectEvery == null ? 200 : selectEvery;
        evaluateEvery = evaluateEvery == null ? Optional.empty() : evaluateEvery;
    }

    DistillationConfig inPartsOf(int images) {
        return new DistillationConfig(
                loss, schedule, batch, Optional.of(images), replay, augment, logEvery, selectEvery, evaluateEvery);
    }

    DistillationConfig following(Schedule other) {
        return new DistillationConfig(
                loss, other, batch, microBatch, replay, augment, logEvery, selectEvery, evaluateEvery);
    }

    /** The steps alone, in another schedule: nothing is looked at or measured between them. */
    public DistillationConfig stepsOf(Schedule other) {
        int never = Integer.MAX_VALUE;
        return new DistillationConfig(loss, other, batch, microBatch, replay, augment, never, never, Optional.empty());
    }

    DistillationConfig evaluatedEvery(int steps) {
        return new DistillationConfig(
                loss, schedule, batch, microBatch, replay, augment, logEvery, selectEvery, Optional.of(steps));
    }

    /** Whether the student is measured after so many steps of a training that has more of them: the end measures the last. */
    public boolean evaluatesAfter(long steps, long length) {
        return steps < length
                && evaluateEvery
                        .filter(every -> every > 0 && steps % every == 0)
                        .isPresent();
    }

    /** Images that go through the networks at once. */
    public int atOnce() {
        return microBatch.isPresent() ? Math.min(batch, microBatch.get()) : batch;
    }
}

package dev.dafl.engine.training;

import dev.dafl.engine.config.Schedule;
import dev.dafl.engine.config.Schedule.Alternating;
import dev.dafl.engine.config.Schedule.Joint;
import dev.dafl.engine.config.Schedule.Rounds;
import dev.dafl.engine.config.Schedule.Step;
import dev.dafl.engine.config.Schedule.TwoStage;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How fast the steps of a schedule go here.
 *
 * @param seconds of a step of each kind that was seen
 */
public record Pace(Map<Step, Double> seconds) {

    /** What is left for looks, measurements and checkpoints between the steps. */
    private static final double STEPS_SHARE = 0.95;

    private static final long MOST = 100_000_000;

    public Pace {
        seconds = Map.copyOf(seconds);
    }

    /** How long all steps of a schedule take, in seconds. */
    public double of(Schedule schedule) {
        return switch (schedule) {
            case Joint joint -> joint.steps() * of(Step.BOTH);
            case TwoStage stages ->
                stages.generatorSteps() * of(Step.GENERATOR) + stages.studentSteps() * of(Step.STUDENT);
            case Alternating rounds ->
                rounds.generatorSteps() * of(Step.GENERATOR) + rounds.studentSteps() * of(Step.STUDENT);
            case Rounds rounds ->
                // Each round makes its images with its first step, those of the warm-up with their only one.
                rounds.rounds() * making() + rounds.studentSteps() * of(Step.STUDENT);
        };
    }

    /** Seconds that the images of a method's round take. */
    private double making() {
        return Math.max(0, of(Step.BOTH) - of(Step.STUDENT));
    }

    private double of(Step kind) {
        Double known = seconds.get(kind);
        if (known == null) {
            throw new IllegalStateException("no step was seen that trains " + kind);
        }
        return known;
    }

    /**
     * How long a schedule may be.
     *
     * @return rounds, or steps where there are none; empty where not even the shortest fits
     */
    public OptionalLong fitting(Schedule schedule, Duration budget) {
        double most = STEPS_SHARE * budget.toMillis() / 1000;
        long fits = 0;
        long tooMany = MOST;
        while (tooMany - fits > 1) {
            long middle = (fits + tooMany) / 2;
            if (of(schedule.lasting(middle)) <= most) {
                fits = middle;
            } else {
                tooMany = middle;
            }
        }
        return fits == 0 ? OptionalLong.empty() : OptionalLong.of(fits);
    }

    /** In words, such as {@code the images of a round take 1.20 s and a step of the student 0.210 s}. */
    public String text(Schedule schedule) {
        return switch (schedule) {
            case Joint _ -> String.format(Locale.ROOT, "a step takes %.3g s", of(Step.BOTH));
            case TwoStage _, Alternating _ ->
                String.format(
                        Locale.ROOT,
                        "a step of the generator takes %.3g s and one of the student %.3g s",
                        of(Step.GENERATOR),
                        of(Step.STUDENT));
            case Rounds _ ->
                String.format(
                        Locale.ROOT,
                        "the images of a round take %.3g s and a step of the student %.3g s",
                        making(),
                        of(Step.STUDENT));
        };
    }
}

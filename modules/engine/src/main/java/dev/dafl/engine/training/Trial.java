package dev.dafl.engine.training;

import dev.dafl.engine.config.Schedule;
import dev.dafl.engine.config.Schedule.Alternating;
import dev.dafl.engine.config.Schedule.Joint;
import dev.dafl.engine.config.Schedule.Rounds;
import dev.dafl.engine.config.Schedule.Step;
import dev.dafl.engine.config.Schedule.TwoStage;
import dev.dafl.engine.run.Cancellation;
import dev.dafl.engine.run.InterruptedRunException;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.state.Stateful;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Watches the first steps of a training to learn how long its steps take. Short ones are watched for a while, since Java is slow at
 * first, and of each kind of step only the later half counts.
 */
public final class Trial implements StepLoop.Checkpoints {

    /** In a round that is tried, and of the whole trial twice as many. */
    private static final int STEPS = 3;

    private static final long ROUNDS = 3;
    /** In a round of a method, whose images take long beside them. */
    private static final long ROUND_STEPS = 10;
    /** A step that takes this share of the budget is not repeated to be measured better. */
    private static final double DEAR = 0.02;
    /** The steps are watched for this share of the budget, and no longer than {@link #LONGEST_NANOS}, where they take less. */
    private static final double WATCHED = 0.02;

    private static final long LONGEST_NANOS = 10_000_000_000L;

    private final Schedule schedule;
    private final long budgetNanos;
    private final Cancellation cancellation;
    private final Ranks ranks;
    private final Map<Step, List<Double>> seconds = new EnumMap<>(Step.class);
    private final long begin = System.nanoTime();
    private long last = begin;
    private long done;

    private Trial(Schedule schedule, Duration budget, Cancellation cancellation, Ranks ranks) {
        this.schedule = schedule;
        this.budgetNanos = budget.toNanos();
        this.cancellation = cancellation;
        this.ranks = ranks;
    }

    /** The same kinds of steps, close together: what is tried of a schedule. */
    public static Schedule of(Schedule schedule) {
        return switch (schedule) {
            case Joint joint -> new Joint(Math.max(joint.steps(), 2L * STEPS + 1));
            case TwoStage(long generator, long student) ->
                new TwoStage(Math.min(generator, STEPS), Math.min(student, STEPS));
            case Alternating(Long rounds, long generator, long student) ->
                new Alternating(Math.max(rounds, ROUNDS), Math.min(generator, STEPS), Math.min(student, STEPS));
            case Rounds rounds -> new Rounds(Math.max(rounds.rounds(), ROUNDS), ROUND_STEPS, 0L);
        };
    }

    /** A training that steps through a loop. */
    @FunctionalInterface
    public interface Training {

        void run(StepLoop loop);
    }

    /**
     * Runs a training until enough was seen.
     *
     * @param tried of which {@link #of} made what the training does
     * @param cancellation of the run, agreed upon by all ranks
     * @param ranks that train together, and stop after the same step
     * @return empty where not even the first steps fit into the budget
     * @throws InterruptedRunException when the run is to end
     */
    public static Optional<Pace> run(
            Training training, Schedule tried, Duration budget, Cancellation cancellation, Ranks ranks) {
        Trial trial = new Trial(tried, budget, cancellation, ranks);
        try {
            training.run(new StepLoop(trial::over, trial));
        } catch (InterruptedRunException e) {
            if (cancellation.requested()) {
                throw e;
            }
        }
        return trial.pace();
    }

    private boolean over() {
        return cancellation.requested() || ranks.any(System.nanoTime() - begin > budgetNanos || enough());
    }

    private boolean enough() {
        return System.nanoTime() - begin > Math.min(LONGEST_NANOS, WATCHED * budgetNanos)
                && kinds().stream().allMatch(kind -> seen(kind) >= (isDear(kind) ? 1 : 2))
                && done >= (kinds().stream().anyMatch(this::isDear) ? STEPS : 2 * STEPS);
    }

    private boolean isDear(Step kind) {
        return seen(kind) > 0 && seconds.getOrDefault(kind, List.of()).getFirst() * 1e9 > DEAR * budgetNanos;
    }

    private int seen(Step kind) {
        return seconds.getOrDefault(kind, List.of()).size();
    }

    private List<Step> kinds() {
        return switch (schedule) {
            case Joint _ -> List.of(Step.BOTH);
            case TwoStage _, Alternating _ -> List.of(Step.GENERATOR, Step.STUDENT);
            case Rounds _ -> List.of(Step.BOTH, Step.STUDENT);
        };
    }

    @Override
    public void stepDone(Stateful training, long steps) {
        long now = System.nanoTime();
        seconds.computeIfAbsent(schedule.at(done), _ -> new ArrayList<>()).add((now - last) / 1e9);
        last = now;
        done = steps;
    }

    @Override
    public void interrupted(Stateful training, long steps) {}

    private Optional<Pace> pace() {
        if (kinds().stream().anyMatch(kind -> seen(kind) == 0)) {
            return Optional.empty();
        }
        Map<Step, Double> each = new EnumMap<>(Step.class);
        seconds.forEach((kind, all) -> each.put(
                kind,
                all.stream()
                        .skip(all.size() / 2)
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElseThrow()));
        return Optional.of(new Pace(each));
    }
}

package dev.dafl.engine.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import java.util.Locale;
import java.util.Set;

/**
 * Who steps when. A round is some generator steps and then some student steps; {@code two-stage} is one round (the
 * paper), {@code alternating} many, and in {@code joint} one batch serves a step of both (the authors' code).
 * Without a kind it is joint. With a {@code method} it is {@code rounds}: in each the method makes images, then the student
 * learns.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Schedule.Joint.class, name = "joint"),
    @JsonSubTypes.Type(value = Schedule.TwoStage.class, name = "two-stage"),
    @JsonSubTypes.Type(value = Schedule.Alternating.class, name = "alternating"),
    @JsonSubTypes.Type(value = Schedule.Rounds.class, name = "rounds")
})
public sealed interface Schedule {

    /** Which networks a step trains. */
    enum Step {
        GENERATOR,
        STUDENT,
        BOTH;

        public boolean generator() {
            return this != STUDENT;
        }

        public boolean student() {
            return this != GENERATOR;
        }
    }

    /** Steps of the whole run. */
    long length();

    /** @param step from 0 to below {@link #length} */
    Step at(long step);

    /** Generator steps of the whole run. */
    long generatorSteps();

    /** The last step that trains the generator. */
    long lastGeneratorStep();

    /** Student steps of the whole run. */
    long studentSteps();

    /**
     * The same schedule in another length, for a budget of time.
     *
     * @param count rounds, or steps where there are no rounds; at least 1
     * @throws IllegalArgumentException where it is two stages, whose lengths stand in no proportion that is known
     */
    Schedule lasting(long count);

    /** The keys whose values {@link #lasting} chooses. */
    Set<String> chosenByBudget();

    /** In words, such as {@code 412 rounds of 97 steps}. */
    default String text() {
        return switch (this) {
            case Joint(Long steps) -> String.format(Locale.ROOT, "%,d steps", steps);
            case TwoStage(long generator, long student) ->
                String.format(Locale.ROOT, "%,d steps of the generator, then %,d of the student", generator, student);
            case Alternating(Long rounds, long generator, long student) ->
                String.format(
                        Locale.ROOT, "%,d rounds of %,d generator and %,d student steps", rounds, generator, student);
            case Rounds(Long rounds, Long student, Long warmUp) ->
                String.format(
                        Locale.ROOT,
                        "%,d rounds of %,d student steps%s",
                        rounds,
                        student,
                        warmUp > 0 ? String.format(Locale.ROOT, ", the first %,d without (warm-up)", warmUp) : "");
        };
    }

    /** @param steps each trains both networks on one batch; 3000 */
    record Joint(@Range(min = 1) Long steps) implements Schedule {

        static final long DEFAULT = 3000;

        public Joint {
            steps = steps == null ? DEFAULT : steps;
            Ranges.require(Joint.class, steps);
        }

        @Override
        public long length() {
            return steps;
        }

        @Override
        public Step at(long step) {
            return Step.BOTH;
        }

        @Override
        public long generatorSteps() {
            return steps;
        }

        @Override
        public long lastGeneratorStep() {
            return steps - 1;
        }

        @Override
        public long studentSteps() {
            return steps;
        }

        @Override
        public Schedule lasting(long count) {
            return new Joint(count);
        }

        @Override
        public Set<String> chosenByBudget() {
            return Set.of("steps");
        }
    }

    /**
     * @param generatorSteps of the first stage
     * @param studentSteps of the second, in which the generator is frozen
     */
    record TwoStage(
            @Range(min = 1) long generatorSteps,
            @Range(min = 1) long studentSteps) implements Schedule {

        public TwoStage {
            Ranges.require(TwoStage.class, generatorSteps, studentSteps);
        }

        @Override
        public long length() {
            return generatorSteps + studentSteps;
        }

        @Override
        public Step at(long step) {
            return step < generatorSteps ? Step.GENERATOR : Step.STUDENT;
        }

        @Override
        public long lastGeneratorStep() {
            return generatorSteps - 1;
        }

        @Override
        public Schedule lasting(long count) {
            throw new IllegalArgumentException("budget has no say over the lengths of two stages; take kind: joint or"
                    + " alternating, or take budget out");
        }

        @Override
        public Set<String> chosenByBudget() {
            return Set.of();
        }
    }

    /**
     * @param rounds how often the two stages follow each other; 100
     * @param roundGeneratorSteps of each round
     * @param roundStudentSteps of each round
     */
    record Alternating(
            @Range(min = 1) Long rounds,
            @Range(min = 1) long roundGeneratorSteps,
            @Range(min = 1) long roundStudentSteps)
            implements Schedule {

        private static final long DEFAULT = 100;

        public Alternating {
            rounds = rounds == null ? DEFAULT : rounds;
            Ranges.require(Alternating.class, rounds, roundGeneratorSteps, roundStudentSteps);
        }

        @Override
        public long length() {
            return rounds * (roundGeneratorSteps + roundStudentSteps);
        }

        @Override
        public Step at(long step) {
            return step % (roundGeneratorSteps + roundStudentSteps) < roundGeneratorSteps
                    ? Step.GENERATOR
                    : Step.STUDENT;
        }

        @Override
        public long generatorSteps() {
            return rounds * roundGeneratorSteps;
        }

        @Override
        public long lastGeneratorStep() {
            return length() - roundStudentSteps - 1;
        }

        @Override
        public long studentSteps() {
            return rounds * roundStudentSteps;
        }

        @Override
        public Schedule lasting(long count) {
            return new Alternating(count, roundGeneratorSteps, roundStudentSteps);
        }

        /** The number of rounds alone: how the stages alternate is part of the method. */
        @Override
        public Set<String> chosenByBudget() {
            return Set.of("rounds");
        }
    }

    /**
     * The rounds of a method. A step is one of the student's; before the first of each round the method makes images. In a round
     * of warm-up the method makes images, and that is the step.
     *
     * @param rounds how often the method makes images; 100
     * @param roundStudentSteps of each round but those of the warm-up; 100
     * @param warmUp rounds at the beginning in which the student does not learn; 0
     */
    record Rounds(
            @Range(min = 1) Long rounds,
            @Range(min = 1) Long roundStudentSteps,
            @Range(min = 0) Long warmUp) implements Schedule {

        private static final long DEFAULT = 100;
        private static final long SHORTEST = 10;

        public Rounds {
            rounds = rounds == null ? DEFAULT : rounds;
            roundStudentSteps = roundStudentSteps == null ? DEFAULT : roundStudentSteps;
            warmUp = warmUp == null ? 0 : warmUp;
            Ranges.require(Rounds.class, rounds, roundStudentSteps, warmUp);
            if (warmUp >= rounds) {
                throw new IllegalArgumentException(
                        "warm-up is a part of the rounds, of which there are " + rounds + ", not " + warmUp);
            }
        }

        /** The round of a step. */
        public long round(long step) {
            return step < warmUp ? step : warmUp + (step - warmUp) / roundStudentSteps;
        }

        @Override
        public long length() {
            return warmUp + studentSteps();
        }

        @Override
        public Step at(long step) {
            if (step < warmUp) {
                return Step.GENERATOR;
            }
            return (step - warmUp) % roundStudentSteps == 0 ? Step.BOTH : Step.STUDENT;
        }

        @Override
        public long generatorSteps() {
            return rounds;
        }

        @Override
        public long lastGeneratorStep() {
            return length() - roundStudentSteps;
        }

        @Override
        public long studentSteps() {
            return (rounds - warmUp) * roundStudentSteps;
        }

        /**
         * Fewer rounds are shorter too, down to {@value #SHORTEST} steps: else a small budget would be a few long rounds, in
         * which the student sees a few images again and again.
         */
        @Override
        public Schedule lasting(long count) {
            double part = Math.min(1, (double) count / rounds);
            return new Rounds(
                    count,
                    Math.max(Math.min(SHORTEST, roundStudentSteps), Math.round(part * roundStudentSteps)),
                    Math.min(count - 1, Math.round(warmUp * (double) count / rounds)));
        }

        @Override
        public Set<String> chosenByBudget() {
            return Set.of("rounds", "round-student-steps", "warm-up");
        }
    }
}

package dev.dafl.server.api;

import java.util.Optional;

/** A run that is being changed: what nothing is said of stays. Of one thread. */
public final class RunChange {

    private final Job.Run run;
    private JobState state;
    private int attempt;
    private Optional<String> phase;
    private long step;
    private long steps;
    private Optional<Double> secondsLeft;
    private Optional<Double> teacher;
    private Optional<Double> student;
    private Optional<Double> agreement;
    private Optional<String> message;

    RunChange(Job.Run run) {
        this.run = run;
        state = run.state();
        attempt = run.attempt();
        phase = run.phase();
        step = run.step();
        steps = run.steps();
        secondsLeft = run.secondsLeft();
        teacher = run.teacher();
        student = run.student();
        agreement = run.agreement();
        message = run.message();
    }

    public RunChange state(JobState other, Optional<String> why) {
        state = other;
        message = why;
        return this;
    }

    public RunChange attempt(int number) {
        attempt = number;
        return this;
    }

    /** @param all that the phase has */
    public RunChange progress(String inPhase, long done, long all) {
        phase = Optional.of(inPhase);
        step = done;
        steps = all;
        return this;
    }

    public RunChange secondsLeft(Optional<Double> estimate) {
        secondsLeft = estimate;
        return this;
    }

    public RunChange teacher(Optional<Double> accuracy) {
        teacher = accuracy;
        return this;
    }

    public RunChange student(Optional<Double> accuracy) {
        student = accuracy;
        return this;
    }

    public RunChange agreement(Optional<Double> share) {
        agreement = share;
        return this;
    }

    public Job.Run done() {
        return new Job.Run(
                run.name(),
                run.folder(),
                run.labels(),
                run.gpus(),
                state,
                attempt,
                phase,
                step,
                steps,
                secondsLeft,
                teacher,
                student,
                agreement,
                message);
    }
}

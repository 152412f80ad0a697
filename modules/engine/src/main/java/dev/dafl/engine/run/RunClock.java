package dev.dafl.engine.run;

import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.Stateful;

/** How long a run and its parts have taken, over all processes that it needed. */
public final class RunClock implements Stateful {

    private final long start = System.nanoTime();
    private double before;
    private double teacher;
    private double student;
    private double checkpoints;
    private long partStart = start;
    private RunEvent.Phase part = RunEvent.Phase.TEACHER;
    private boolean running;

    /** Seconds since the run began, with three decimals. */
    public double total() {
        return rounded(before + since(start));
    }

    /** A part of the run begins. */
    public void begin(RunEvent.Phase phase) {
        part = phase;
        partStart = System.nanoTime();
        running = true;
    }

    /** The part that has begun is over. */
    public void end() {
        teacher = teacher();
        student = student();
        running = false;
    }

    /** A checkpoint was written. */
    public void checkpointed(double seconds) {
        checkpoints += seconds;
    }

    /** What there is to tell in a result. */
    public RunResult.Seconds seconds() {
        return new RunResult.Seconds(total(), rounded(teacher()), rounded(student()), rounded(checkpoints));
    }

    /** Seconds with three decimals. */
    public static double since(long begin) {
        return rounded((System.nanoTime() - begin) / 1e9);
    }

    private double teacher() {
        return teacher + running(RunEvent.Phase.TEACHER);
    }

    private double student() {
        return student + running(RunEvent.Phase.DISTILLATION);
    }

    private double running(RunEvent.Phase phase) {
        return running && part == phase ? since(partStart) : 0;
    }

    private static double rounded(double seconds) {
        return Math.round(seconds * 1e3) / 1e3;
    }

    @Override
    public void save(State state) {
        state.put("total", total())
                .put("teacher", teacher())
                .put("student", student())
                .put("checkpoints", checkpoints);
    }

    @Override
    public void load(State state) {
        before = state.real("total");
        teacher = state.real("teacher");
        student = state.real("student");
        checkpoints = state.real("checkpoints");
    }
}

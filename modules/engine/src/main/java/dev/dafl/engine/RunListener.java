package dev.dafl.engine;

/** Hears what happens in a run, on the run's thread, and may ask it to end. */
public interface RunListener {

    void on(RunEvent event);

    /** Asked before each step; once it says yes, the run saves what it has and ends as interrupted. */
    default boolean interrupted() {
        return false;
    }
}

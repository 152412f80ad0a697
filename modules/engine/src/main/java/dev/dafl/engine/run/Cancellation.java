package dev.dafl.engine.run;

/** Whether somebody wants a run to end. Asked before each step, on the run's thread. */
@FunctionalInterface
public interface Cancellation {

    /** Nobody does. */
    Cancellation NEVER = () -> false;

    boolean requested();

    /** @throws InterruptedRunException when the run is to end */
    default void check() {
        if (requested()) {
            throw new InterruptedRunException();
        }
    }
}

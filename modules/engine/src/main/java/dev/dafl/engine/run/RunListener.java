package dev.dafl.engine.run;

/** Hears what happens in a run, on the run's thread. It never acts on the run. */
@FunctionalInterface
public interface RunListener {

    void on(RunEvent event);
}

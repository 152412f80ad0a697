package dev.dafl.engine.run;

import dev.dafl.engine.run.RunResult.Status;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A run, seen by whoever started it: asks it to end, or writes down that it ends at once, for instance because a plugin ends
 * the whole program. May be used by any thread.
 */
public final class RunControl implements Cancellation {

    private final Optional<String> command;
    private volatile boolean requested;
    private volatile BiConsumer<Status, String> lastWords = (_, _) -> {};

    /** Of a run that no command began. */
    public RunControl() {
        this.command = Optional.empty();
    }

    /** @param command by which somebody began it, for its result */
    public RunControl(String command) {
        this.command = Optional.of(command);
    }

    /** By which somebody began it, where there was one. */
    public Optional<String> command() {
        return command;
    }

    /** The run is to save what it has before its next step, and end as interrupted. */
    public void cancel() {
        requested = true;
    }

    @Override
    public boolean requested() {
        return requested;
    }

    /**
     * The process is about to end in the middle of the run: its folder says so, if it has one and no result yet. The run's
     * thread must not go on after that.
     *
     * @param reason in a sentence
     */
    public void abandon(Status status, String reason) {
        lastWords.accept(status, reason);
    }

    public void onAbandon(BiConsumer<Status, String> words) {
        lastWords = words;
    }
}

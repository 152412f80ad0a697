package dev.dafl.cli;

import dev.dafl.engine.config.OneLine;
import dev.dafl.engine.run.EventLines;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobState;
import dev.dafl.server.client.EventStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Shows what a server tells of a job on standard error, as if it ran here. What happened before one began to follow comes all at once:
 * how long the rest takes is reckoned from when the server says that things happened.
 */
final class JobProgress {

    private final Job job;
    private final PrintWriter err;
    private final ConsoleProgress alone;
    private final MatrixProgress matrix;
    private final List<String> names;
    private final Map<String, RunListener> runs = new HashMap<>();
    private final Set<String> failed = new HashSet<>();
    private Optional<RunResult> result = Optional.empty();
    /** Of the event that is being told of. */
    private Instant time = Instant.EPOCH;

    JobProgress(Job job, PrintWriter err) {
        this(job, err, System::nanoTime);
    }

    /** @param clock when it is now, in nanoseconds */
    JobProgress(Job job, PrintWriter err, LongSupplier clock) {
        this.job = job;
        this.err = err;
        this.alone = new ConsoleProgress(err, this::happened, clock);
        this.matrix = new MatrixProgress(err, true, this::happened);
        this.names = job.runs().stream().map(Job.Run::name).toList();
    }

    private long happened() {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }

    void on(EventStream.Event event) {
        time = event.told().time();
        Optional<String> run = event.told().run().map(OneLine::of);
        if (event.state().isPresent()) {
            state(run, event.state().get(), event.reason().map(OneLine::of));
        } else if (run.isPresent()) {
            ofRun(event).ifPresent(told -> on(run.get(), told));
        }
    }

    /** Empty of an event that only a later version knows. */
    private static Optional<RunEvent> ofRun(EventStream.Event event) {
        try {
            return Optional.of(EventLines.read(event.told().event().toString()));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private void on(String run, RunEvent event) {
        if (event instanceof RunEvent.Finished finished) {
            result = Optional.of(finished.result());
        }
        if (job.kind() == Job.Kind.EXPERIMENT) {
            alone.on(event);
        } else if (event instanceof RunEvent.Failed told) {
            failed(run, told.reason());
        } else {
            runs.computeIfAbsent(run, this::begins).on(event);
        }
    }

    private RunListener begins(String run) {
        return matrix.begins(run, names.indexOf(run) + 1, names.size());
    }

    private void state(Optional<String> run, JobState state, Optional<String> reason) {
        if (run.isEmpty()) {
            note("job " + job.id() + " is " + JobView.words(state)
                    + reason.map(why -> ": " + why).orElse(""));
        } else if (job.kind() == Job.Kind.MATRIX) {
            switch (state) {
                case FAILED -> failed(run.get(), reason.orElse("for no reason that was told"));
                // It may fail again, for another reason.
                case QUEUED, STARTING, RUNNING -> failed.remove(run.get());
                case STOPPING, PAUSED, SUCCEEDED, STOPPED, INTERRUPTED -> {}
            }
        }
    }

    /** A run tells of its failure, and so does the server: once is enough. */
    private void failed(String run, String reason) {
        if (failed.add(run)) {
            matrix.failed(run, reason);
        }
    }

    /** A line of its own. */
    void note(String text) {
        alone.end();
        err.print(String.format(Locale.ROOT, "%s%n", text));
        err.flush();
    }

    void end() {
        alone.end();
    }

    /** Of an experiment that came to an end. */
    Optional<RunResult> result() {
        return job.kind() == Job.Kind.EXPERIMENT ? result : Optional.empty();
    }
}

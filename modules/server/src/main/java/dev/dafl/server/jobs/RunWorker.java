package dev.dafl.server.jobs;

import dev.dafl.engine.run.EventLines;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunResult;
import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobEvent;
import dev.dafl.server.api.JobState;
import dev.dafl.server.store.JobTable;
import dev.dafl.server.store.StoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Follows a run's process from its start to its end, and puts down how far it is. */
final class RunWorker {

    private static final Logger LOG = LoggerFactory.getLogger(RunWorker.class);
    private static final JsonMapper JSON = new JsonMapper();
    /** A process that says more is cut off: no job fills the disk with messages. */
    private static final long MOST_LOG = 64L << 20;

    private static final int BY_SIGNAL = 128;
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    private final JobBook book;
    private final long job;
    private final String run;
    private final ProcessBuilder builder;
    private final long graceMillis;
    // Set by the thread of the worker, asked by others.
    private volatile @Nullable Process process;
    private volatile boolean asked;
    private Optional<RunResult> result = Optional.empty();
    private Optional<String> failure = Optional.empty();
    private @Nullable Pace pace;

    /** How fast a phase goes. */
    private record Pace(RunEvent.Phase phase, long step, long nanos) {

        Optional<Double> secondsLeft(RunEvent.Progress progress) {
            long done = progress.step() - step;
            return done <= 0
                    ? Optional.empty()
                    : Optional.of((System.nanoTime() - nanos) / 1e9 / done * (progress.steps() - progress.step()));
        }
    }

    /** How a run's process ended. */
    sealed interface Ending {

        record Done() implements Ending {}

        /** It says why. */
        record Failed(String reason) implements Ending {}

        /**
         * It ended, or was ended, before it had said how.
         *
         * @param fromOutside whether somebody else has ended it, as one who makes room for other programs does
         */
        record Broken(String reason, boolean fromOutside) implements Ending {}
    }

    RunWorker(JobBook book, long job, String run, ProcessBuilder builder, long graceMillis) {
        this.book = book;
        this.job = job;
        this.run = run;
        this.builder = builder;
        this.graceMillis = graceMillis;
    }

    /** Runs it to its end. */
    Ending work() {
        Process started;
        try {
            started = builder.start();
        } catch (IOException e) {
            return new Ending.Failed("its process cannot be started: " + e.getMessage());
        }
        process = started;
        if (asked) {
            started.destroy();
        }
        Instant began = started.info().startInstant().orElseGet(Instant::now);
        try {
            book.table().began(new JobTable.RunProcess(job, run, started.pid(), began));
        } catch (StoreException e) {
            // What nobody knows of must not run.
            started.destroyForcibly();
            return new Ending.Broken(String.valueOf(e.getMessage()), true);
        }
        try {
            Thread messages = Thread.ofVirtual().start(() -> keep(started.errorReader()));
            lines(started.inputReader());
            messages.join();
            return ending(started.waitFor());
        } catch (InterruptedException e) {
            started.destroyForcibly();
            Thread.currentThread().interrupt();
            return new Ending.Broken("the server ended", true);
        } finally {
            ended();
        }
    }

    /** Where that cannot be kept, the next server finds that there is no such process. */
    private void ended() {
        try {
            book.table().ended(job, run);
        } catch (StoreException e) {
            LOG.warn("{}", e.getMessage());
        }
    }

    private Ending ending(int code) {
        if (result.isPresent()) {
            RunResult done = result.get();
            return switch (done.status()) {
                case COMPLETED -> new Ending.Done();
                case INTERRUPTED -> new Ending.Broken("its process was asked to end", true);
                case FAILED -> new Ending.Failed(done.message().orElse("it failed"));
            };
        }
        if (code == 0 && !asked) {
            // What was complete before says nothing more.
            return new Ending.Done();
        }
        if (code < BY_SIGNAL && failure.isPresent()) {
            return new Ending.Failed(failure.get());
        }
        if (code == 2 || code == 1) {
            return new Ending.Failed(lastMessage().orElse("its process ended with exit code " + code));
        }
        return new Ending.Broken(
                "its process ended with exit code " + code
                        + (code > BY_SIGNAL ? " (killed by signal " + (code - BY_SIGNAL) + ")" : ""),
                code == BY_SIGNAL + SIGKILL || code == BY_SIGNAL + SIGTERM);
    }

    /** The last sentence that it said. */
    private Optional<String> lastMessage() {
        try {
            return Files.readString(book.folder(job).log())
                    .lines()
                    .filter(line -> line.startsWith("dafl: "))
                    .reduce((_, last) -> last)
                    .map(line -> line.substring("dafl: ".length()));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** Asks it to save what it has and to end; ends it where that takes longer than the grace. */
    synchronized void stop() {
        if (asked) {
            // A second signal would end it before it has saved anything.
            return;
        }
        asked = true;
        Process running = process;
        if (running == null) {
            return;
        }
        running.destroy();
        Thread.ofVirtual().start(() -> {
            try {
                if (!running.waitFor(graceMillis, TimeUnit.MILLISECONDS)) {
                    running.destroyForcibly();
                }
            } catch (InterruptedException e) {
                running.destroyForcibly();
            }
        });
    }

    private void lines(BufferedReader reader) {
        try (reader) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                take(line);
            }
        } catch (IOException e) {
            LOG.warn("what run {} of job {} says cannot be read: {}", run, job, e.getMessage());
        }
    }

    private void take(String line) {
        JsonNode raw;
        RunEvent event;
        try {
            event = EventLines.read(line);
            raw = JSON.readTree(line);
        } catch (IOException | JacksonException e) {
            LOG.debug("not an event of run {} of job {}: {}", run, job, line);
            return;
        }
        book.tell(job, new JobEvent(Instant.now(), Optional.of(run), raw));
        switch (event) {
            case RunEvent.Progress progress -> {
                if (pace == null || pace.phase() != progress.phase()) {
                    pace = new Pace(progress.phase(), progress.step(), System.nanoTime());
                }
                Optional<Double> left = pace.secondsLeft(progress);
                String phase = progress.phase().name().toLowerCase(Locale.ROOT);
                change(now -> JobChanges.at(now, phase, progress.step(), progress.steps(), left));
            }
            case RunEvent.Doing _ -> pace = null;
            case RunEvent.Evaluated measured -> {
                Optional<Double> accuracy = Optional.of(measured.accuracy());
                boolean teacher = measured.network().equals("teacher");
                change(now -> JobChanges.measured(
                        now,
                        teacher ? accuracy : Optional.empty(),
                        teacher ? Optional.empty() : accuracy,
                        Optional.empty()));
            }
            case RunEvent.Selected selected ->
                change(now -> JobChanges.measured(
                        now, Optional.empty(), Optional.empty(), Optional.of(selected.agreement())));
            case RunEvent.Failed failed -> failure = Optional.of(failed.reason());
            case RunEvent.Finished finished -> {
                result = Optional.of(finished.result());
                change(now -> JobChanges.measured(
                        now,
                        finished.result().teacher().flatMap(RunResult.Teacher::accuracy),
                        finished.result().student().flatMap(RunResult.Student::accuracy),
                        finished.result().student().flatMap(RunResult.Student::freshAgreement)));
            }
            default -> change(now -> now);
        }
    }

    /** The first sign of life makes it a running one. What cannot be kept now is kept with the next. */
    private void change(UnaryOperator<Job.Run> change) {
        try {
            changed(change);
        } catch (StoreException e) {
            LOG.warn("{}", e.getMessage());
        }
    }

    private void changed(UnaryOperator<Job.Run> change) {
        book.change(
                job,
                now -> JobChanges.settled(JobChanges.withRun(
                        now,
                        run,
                        one -> change.apply(
                                one.state() == JobState.STARTING
                                        ? JobChanges.inState(one, JobState.RUNNING, Optional.empty())
                                        : one))));
    }

    private void keep(BufferedReader reader) {
        Path log = book.folder(job).log();
        try (reader;
                OutputStream out = Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            long kept = Files.size(log);
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
                kept += bytes.length;
                if (kept <= MOST_LOG) {
                    out.write(bytes);
                }
            }
        } catch (IOException e) {
            LOG.warn("what run {} of job {} says is not kept: {}", run, job, e.getMessage());
        }
    }
}

package dev.dafl.host.slurm;

import dev.dafl.engine.launch.Launch;
import dev.dafl.engine.launch.Row;
import dev.dafl.engine.launch.RunState;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jobs that were submitted. One thread asks Slurm for all of them; who follows a run reads its events. */
final class SlurmLaunch implements Launch {

    private static final Logger LOG = LoggerFactory.getLogger(SlurmLaunch.class);
    private static final Duration LOOK = Duration.ofMillis(300);
    /** Slurm is asked soon after something has happened, and seldom else: it has other users too. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final Duration SELDOM = Duration.ofSeconds(10);
    private static final Duration LIVELY = Duration.ofSeconds(30);
    /** File systems of several machines show late what another machine has written. */
    private static final Duration LATE_FILES = Duration.ofSeconds(20);
    /** A job that nobody knows any more, and whose run has left no result. */
    private static final int MOST_UNKNOWN = 3;
    /** A job that is broken down is submitted again so often. */
    private static final int MOST_AGAIN = 3;

    private final SlurmLauncher launcher;
    private final Path home;
    private final Set<String> takenUp;
    private final Map<String, Watched> runs = new LinkedHashMap<>();
    private final Thread thread;
    private long lastChange = System.nanoTime();
    private boolean cancelled;

    /** A run and its job. */
    private static final class Watched {

        private final Row row;
        private JobBook.Job job;
        private RunState state = new RunState.Waiting("");
        private int unknown;
        private int again;
        private boolean brokenDown;

        Watched(Row row, JobBook.Job job) {
            this.row = row;
            this.job = job;
        }
    }

    private SlurmLaunch(SlurmLauncher launcher, Path home, Set<String> takenUp) {
        this.launcher = launcher;
        this.home = home;
        this.takenUp = Set.copyOf(takenUp);
        this.thread = Thread.ofVirtual().name("dafl-slurm").unstarted(this::watch);
    }

    /** @param takenUp runs whose jobs were there before */
    static SlurmLaunch of(SlurmLauncher launcher, Path home, JobBook book, List<Row> rows, Set<String> takenUp) {
        SlurmLaunch launch = new SlurmLaunch(launcher, home, takenUp);
        rows.forEach(row ->
                launch.runs.put(row.name(), new Watched(row, book.of(row.name()).orElseThrow())));
        launch.thread.start();
        return launch;
    }

    @Override
    public int sideBySide() {
        return runs.size();
    }

    @Override
    public void follow(Row row, RunListener listener) throws IOException {
        try {
            followed(row, listener);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void followed(Row row, RunListener listener) throws IOException, InterruptedException {
        JobBook.Job job = job(row);
        EventTail tail = new EventTail(job.events(home), !takenUp.contains(row.name()));
        long over = 0;
        while (true) {
            RunState state = state(row);
            if (tail.read(listener) && tail.ended()) {
                happened();
            }
            if (!job(row).equals(job)) {
                job = job(row);
                tail = new EventTail(job.events(home), true);
            } else if (state.over()) {
                over = over == 0 ? System.nanoTime() : over;
                boolean late = System.nanoTime() - over > LATE_FILES.toNanos();
                boolean done = state instanceof RunState.Done && completed(row);
                boolean said =
                        state instanceof RunState.Cancelled || (state instanceof RunState.Failed && !brokenDown(row));
                if (said || tail.ended() || done || late) {
                    if (again(row, state, tail)) {
                        over = 0;
                        continue;
                    }
                    end(row, job, state, tail, late);
                    return;
                }
            }
            Thread.sleep(LOOK);
        }
    }

    /** Submits the job again where it was ended by something that the run has no part in. */
    private synchronized boolean again(Row row, RunState state, EventTail tail) throws IOException {
        Watched run = runs.get(row.name());
        if (!(state instanceof RunState.Failed)
                || run == null
                || cancelled
                || tail.ended()
                || !run.brokenDown
                || run.again == MOST_AGAIN) {
            return false;
        }
        run.again++;
        run.job = launcher.again(home, run.job);
        run.unknown = 0;
        change(run, new RunState.Waiting("it is submitted again"));
        return true;
    }

    /** Says how a run ended. */
    private void end(Row row, JobBook.Job job, RunState state, EventTail tail, boolean late) throws IOException {
        boolean hasResult = RunResult.read(row.folder()).isPresent();
        switch (state) {
            case RunState.Cancelled _ when wasCancelled() || hasResult -> {}
            case RunState.Cancelled _ ->
                throw new IOException("its job " + job.id()
                        + " was cancelled before it had begun; the same command submits it again");
            case RunState.Failed(String reason) ->
                throw new IOException(
                        tail.failure().orElse(reason) + " (job " + job.id() + ", log " + job.log(home) + ")");
            default -> {
                if (tail.failure().isPresent()) {
                    throw new IOException(tail.failure().get() + " (job " + job.id() + ", log " + job.log(home) + ")");
                }
                if (late && !hasResult) {
                    throw new IOException("its job " + job.id() + " is over, and " + row.folder()
                            + " holds no result: do its nodes see that folder? Its log is " + job.log(home));
                }
            }
        }
    }

    private static boolean completed(Row row) throws IOException {
        return RunResult.read(row.folder())
                .filter(result -> result.status() == RunResult.Status.COMPLETED)
                .isPresent();
    }

    private synchronized boolean wasCancelled() {
        return cancelled;
    }

    private synchronized boolean brokenDown(Row row) {
        return watched(row).brokenDown;
    }

    private synchronized JobBook.Job job(Row row) {
        return watched(row).job;
    }

    private synchronized RunState state(Row row) {
        return watched(row).state;
    }

    private Watched watched(Row row) {
        Watched run = runs.get(row.name());
        if (run == null) {
            throw new IllegalArgumentException(row.name() + " was not launched");
        }
        return run;
    }

    private synchronized void happened() {
        lastChange = System.nanoTime();
    }

    @Override
    public synchronized Map<String, RunState> states() {
        Map<String, RunState> states = new LinkedHashMap<>();
        runs.forEach((name, run) -> states.put(name, run.state));
        return states;
    }

    @Override
    public void cancel() {
        List<String> ids;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            ids = runs.values().stream()
                    .filter(run -> !run.state.over())
                    .map(run -> run.job.id())
                    .toList();
        }
        try {
            new SlurmCommands().cancel(ids);
        } catch (IOException e) {
            ids.forEach(id -> launcher.say().accept("", "job " + id + " could not be cancelled: " + e.getMessage()));
        }
        happened();
    }

    private void watch() {
        try {
            boolean told = false;
            while (true) {
                try {
                    look();
                    told = false;
                } catch (IOException e) {
                    // The jobs go on without this program: it asks until it is answered.
                    if (!told) {
                        launcher.say().accept("", e.getMessage() + "; asking on");
                        told = true;
                    }
                }
                await();
            }
        } catch (InterruptedException e) {
            LOG.debug("nobody follows the jobs of {} any more", home);
        } catch (RuntimeException e) {
            LOG.error("the jobs of {} cannot be followed", home, e);
        }
    }

    private void await() throws InterruptedException {
        long asked = System.nanoTime();
        do {
            Thread.sleep(LOOK);
        } while (System.nanoTime() - asked < (lively() ? SOON : SELDOM).toNanos());
    }

    private synchronized boolean lively() {
        return System.nanoTime() - lastChange < LIVELY.toNanos();
    }

    private void look() throws IOException {
        Set<String> arrays;
        synchronized (this) {
            arrays = runs.values().stream()
                    .filter(run -> !run.state.over())
                    .map(run -> run.job.array())
                    .collect(Collectors.toCollection(LinkedHashSet::new));
        }
        SlurmCommands slurm = new SlurmCommands();
        Map<String, SlurmJob> known = slurm.jobs(arrays);
        List<String> hopeless = new ArrayList<>();
        synchronized (this) {
            for (Watched run : runs.values()) {
                if (!run.state.over() && arrays.contains(run.job.array())) {
                    heard(run, Optional.ofNullable(known.get(run.job.id()))).ifPresent(hopeless::add);
                }
            }
        }
        slurm.cancel(hopeless);
    }

    /** Gives the id of a job that is to be cancelled, since it can never begin. */
    private Optional<String> heard(Watched run, Optional<SlurmJob> job) throws IOException {
        if (job.isEmpty()) {
            unknown(run);
            return Optional.empty();
        }
        run.unknown = 0;
        run.brokenDown = job.get().brokenDown();
        Optional<String> never = job.get().hopeless();
        change(run, never.<RunState>map(RunState.Failed::new).orElseGet(job.get()::runState));
        return never.map(_ -> run.job.id());
    }

    /** Slurm knows it no more, or not yet: what its run has left tells. */
    private void unknown(Watched run) throws IOException {
        run.unknown++;
        if (completed(run.row)) {
            change(run, new RunState.Done());
        } else if (run.unknown >= MOST_UNKNOWN) {
            run.brokenDown = true;
            change(run, new RunState.Failed("Slurm does not know its job " + run.job.id() + " any more"));
        }
    }

    private void change(Watched run, RunState state) {
        if (!state.equals(run.state)) {
            run.state = state;
            lastChange = System.nanoTime();
            if (!(state instanceof RunState.Failed) && !(state instanceof RunState.Done)) {
                launcher.tell(run.row.name(), state, run.job);
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}

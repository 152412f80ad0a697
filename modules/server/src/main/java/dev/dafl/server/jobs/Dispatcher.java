package dev.dafl.server.jobs;

import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobState;
import dev.dafl.server.store.JobTable;
import dev.dafl.server.store.StoreException;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which run is next, starts it, and says what becomes of its job when it is over. Jobs of higher priority go first, then
 * older ones; nothing overtakes, so that a large job is not kept waiting by small ones.
 */
final class Dispatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    /** A run that breaks down so often without coming on does it again. */
    private static final int MOST_BREAKDOWNS = 3;
    /** One that somebody else ends so often before it has come on is not wanted. */
    private static final int MOST_FROM_OUTSIDE = 20;
    /** Processes that a server has left end by themselves, soon after it. */
    private static final long LEFT_BEHIND_SECONDS = 20;

    private static final long RETRY_SECONDS = 5;

    private final JobBook book;
    private final Programs programs;
    private final Capacity capacity;
    private final long graceMillis;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Key, Running> running = new HashMap<>();
    private final Map<Key, Breakdowns> breakdowns = new HashMap<>();
    private final Map<Key, ProcessHandle> leftBehind = new HashMap<>();
    private final Thread thread = Thread.ofPlatform().name("dafl-queue").unstarted(this::loop);
    private final Instant started = Instant.now();
    private boolean closing;
    private boolean again = true;

    /**
     * What runs may take together.
     *
     * @param slots how many at most
     * @param gpus one for each run that needs one
     */
    record Capacity(int cores, int slots, GpuShare gpus) {}

    private record Key(long job, String run) {}

    private record Running(RunWorker worker, int cores, Optional<Gpu> gpu, Thread thread) {}

    /**
     * @param phase and step where it broke down last
     * @param count how often it has without having come further
     */
    private record Breakdowns(Optional<String> phase, long step, int count) {

        boolean comesOn(Job.Run run) {
            return !run.phase().equals(phase) || run.step() > step;
        }
    }

    Dispatcher(JobBook book, Programs programs, Capacity capacity, long graceMillis) {
        this.book = book;
        this.programs = programs;
        this.capacity = capacity;
        this.graceMillis = graceMillis;
    }

    /** Takes up what a former server has left, and begins. */
    void start() {
        for (JobTable.RunProcess left : book.table().processes()) {
            Optional<ProcessHandle> alive = ProcessHandle.of(left.pid())
                    .filter(handle -> handle.info().startInstant().equals(Optional.of(left.began())));
            alive.ifPresent(handle -> {
                handle.destroy();
                leftBehind.put(new Key(left.job(), left.run()), handle);
            });
            book.table().ended(left.job(), left.run());
        }
        for (Job job : List.copyOf(book.all())) {
            if (job.runs().stream().anyMatch(run -> run.state().active())) {
                JobState wanted = book.table().intended(job.id()).orElse(JobState.INTERRUPTED);
                book.change(
                        job.id(),
                        now -> JobChanges.settled(JobChanges.withRuns(
                                now,
                                run -> run.state().active()
                                        ? JobChanges.inState(run, wanted, Optional.of("the server ended"))
                                        : run)));
                book.table().intend(job.id(), Optional.empty());
            }
        }
        thread.start();
    }

    /** Something has changed that may let a run begin. */
    void wake() {
        lock.lock();
        try {
            again = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int coresFree() {
        lock.lock();
        try {
            return free();
        } finally {
            lock.unlock();
        }
    }

    int gpusFree() {
        lock.lock();
        try {
            return capacity.gpus().all().size() - gpusTaken().size();
        } finally {
            lock.unlock();
        }
    }

    private Set<Gpu> gpusTaken() {
        return running.values().stream().flatMap(run -> run.gpu().stream()).collect(Collectors.toSet());
    }

    int runningNow() {
        lock.lock();
        try {
            return running.size();
        } finally {
            lock.unlock();
        }
    }

    private int free() {
        return capacity.cores()
                - running.values().stream().mapToInt(Running::cores).sum();
    }

    /** Asks all runs of a job that are under way to end. */
    void stop(long job) {
        lock.lock();
        try {
            running.forEach((key, run) -> {
                if (key.job() == job) {
                    run.worker().stop();
                }
            });
        } finally {
            lock.unlock();
        }
    }

    private void loop() {
        while (true) {
            lock.lock();
            try {
                while (!again && !closing) {
                    // Now and then even so: processes that were left behind end without a word.
                    if (!changed.await(leftBehind.isEmpty() ? 60 : 1, TimeUnit.SECONDS)) {
                        break;
                    }
                }
                if (closing) {
                    return;
                }
                again = false;
                clearLeftBehind();
                dispatch();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // As a full disk: the queue stands still until it can go on.
                LOG.error("the queue cannot go on now: {}", e.getMessage(), e);
            } finally {
                lock.unlock();
            }
        }
    }

    private void clearLeftBehind() {
        Instant patience = Instant.now().minusSeconds(LEFT_BEHIND_SECONDS);
        leftBehind.values().removeIf(handle -> {
            if (handle.isAlive() && started.isBefore(patience)) {
                handle.destroyForcibly();
            }
            return !handle.isAlive();
        });
    }

    private void dispatch() {
        List<Job> waiting = book.all().stream()
                .filter(job -> job.state() != JobState.PAUSED && job.state() != JobState.STOPPING)
                .filter(job -> job.runs().stream().anyMatch(Dispatcher::waits))
                .sorted(Comparator.comparingInt(Job::priority).reversed().thenComparingLong(Job::id))
                .toList();
        Optional<Job> first = Optional.empty();
        for (Job job : waiting) {
            Optional<String> never = impossible(job);
            if (never.isPresent()) {
                because(job, never.get());
            } else if (first.isEmpty()) {
                for (Job.Run run : job.runs().stream().filter(Dispatcher::waits).toList()) {
                    Optional<String> why = hindrance(job, run);
                    if (why.isPresent()) {
                        first = Optional.of(job);
                        because(job, why.get());
                        break;
                    }
                    begin(job, run);
                }
            } else {
                because(
                        job,
                        "waits for job " + first.get().id()
                                + (first.get().priority() > job.priority() ? ", which has a higher priority" : ""));
            }
        }
    }

    private static boolean waits(Job.Run run) {
        return run.state() == JobState.QUEUED || run.state() == JobState.INTERRUPTED;
    }

    /** What was submitted to a server that had more keeps nobody else waiting. */
    private Optional<String> impossible(Job job) {
        if (job.cores() > capacity.cores()) {
            return Optional.of("waits for " + job.cores() + " cores, and the server was started with "
                    + capacity.cores() + " now");
        }
        return capacity.gpus().all().isEmpty() && job.runs().stream().anyMatch(run -> waits(run) && run.gpus() > 0)
                ? Optional.of("waits for a GPU, and the server was started without one now")
                : Optional.empty();
    }

    private Optional<String> hindrance(Job job, Job.Run run) {
        if (leftBehind.containsKey(new Key(job.id(), run.name()))) {
            return Optional.of("waits for the end of its former process");
        }
        if (running.size() >= capacity.slots()) {
            return Optional.of("waits for a slot: " + running.size() + " of " + capacity.slots() + " are taken");
        }
        int free = free();
        if (free < job.cores()) {
            return Optional.of(
                    "waits for " + job.cores() + " cores: " + free + " of " + capacity.cores() + " are free");
        }
        int gpus = capacity.gpus().all().size();
        return run.gpus() > 0 && gpusTaken().size() >= gpus
                ? Optional.of("waits for a GPU: " + (gpus == 1 ? "the only one is" : "all " + gpus + " are") + " taken")
                : Optional.empty();
    }

    private void because(Job job, String reason) {
        book.change(
                job.id(),
                now -> now.state() == JobState.QUEUED || now.state() == JobState.INTERRUPTED
                        ? JobChanges.inState(now, now.state(), Optional.of(reason))
                        : now);
    }

    private void begin(Job job, Job.Run run) {
        Key key = new Key(job.id(), run.name());
        book.change(
                job.id(),
                now -> JobChanges.settled(JobChanges.withRun(
                        now, run.name(), one -> JobChanges.inState(one, JobState.STARTING, Optional.empty()))));
        JobFolder folder = book.folder(job.id());
        Optional<Gpu> gpu = run.gpus() > 0 ? capacity.gpus().free(gpusTaken()) : Optional.empty();
        ProcessBuilder builder;
        try {
            Order order = Order.read(folder.order());
            builder = programs.run(folder, order, run.name(), gpu);
        } catch (IOException | RuntimeException e) {
            over(key, new RunWorker.Ending.Failed("its files cannot be used: " + e.getMessage()));
            return;
        }
        RunWorker worker = new RunWorker(book, job.id(), run.name(), builder, graceMillis);
        Thread follower = Thread.ofVirtual().name("run-" + job.id()).unstarted(() -> follow(key, worker));
        running.put(key, new Running(worker, job.cores(), gpu, follower));
        follower.start();
    }

    private void follow(Key key, RunWorker worker) {
        RunWorker.Ending ending;
        try {
            ending = worker.work();
        } catch (RuntimeException e) {
            LOG.error("run {} of job {} cannot be followed", key.run(), key.job(), e);
            ending = new RunWorker.Ending.Broken("the server could not follow it: " + e.getMessage(), false);
        }
        while (!settled(key, ending)) {
            try {
                TimeUnit.SECONDS.sleep(RETRY_SECONDS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Keeps how a run ended; gives whether that could be done, as it cannot on a full disk. */
    private boolean settled(Key key, RunWorker.Ending ending) {
        lock.lock();
        try {
            over(key, ending);
            running.remove(key);
            again = true;
            changed.signalAll();
            return true;
        } catch (StoreException e) {
            LOG.error("the end of run {} of job {} cannot be kept now: {}", key.run(), key.job(), e.getMessage());
            return closing;
        } finally {
            lock.unlock();
        }
    }

    /** What becomes of a run, and of its job. */
    private void over(Key key, RunWorker.Ending ending) {
        Optional<JobState> wanted = book.table().intended(key.job());
        Job job = book.change(
                        key.job(),
                        now -> JobChanges.settled(
                                JobChanges.withRun(now, key.run(), run -> after(key, run, ending, wanted))))
                .orElseThrow();
        if (!job.state().active()) {
            book.table().intend(key.job(), Optional.empty());
        }
        if (job.kind() == Job.Kind.MATRIX) {
            Thread.ofVirtual()
                    .start(() -> MatrixFiles.write(
                            book.folder(job.id()), programs, job.state().ended()));
        }
    }

    private Job.Run after(Key key, Job.Run run, RunWorker.Ending ending, Optional<JobState> wanted) {
        return switch (ending) {
            case RunWorker.Ending.Done() -> JobChanges.inState(run, JobState.SUCCEEDED, Optional.empty());
            case RunWorker.Ending.Failed(String reason)
            when wanted.isEmpty() && !closing -> JobChanges.inState(run, JobState.FAILED, Optional.of(reason));
            case RunWorker.Ending.Failed(String reason) ->
                JobChanges.inState(run, wanted.orElse(JobState.INTERRUPTED), Optional.of(reason));
            case RunWorker.Ending.Broken ended
            when wanted.isPresent() -> JobChanges.inState(run, wanted.get(), Optional.of(ended.reason()));
            case RunWorker.Ending.Broken ended ->
                broken(key, run, ended.reason(), ended.fromOutside() ? MOST_FROM_OUTSIDE : MOST_BREAKDOWNS);
        };
    }

    private Job.Run broken(Key key, Job.Run run, String reason, int most) {
        if (closing) {
            return JobChanges.inState(run, JobState.INTERRUPTED, Optional.of("the server ended"));
        }
        Breakdowns before = breakdowns.get(key);
        int count = before == null || before.comesOn(run) ? 1 : before.count() + 1;
        breakdowns.put(key, new Breakdowns(run.phase(), run.step(), count));
        return count >= most
                ? JobChanges.inState(
                        run, JobState.FAILED, Optional.of(reason + ", " + count + " times without coming on"))
                : JobChanges.inState(run, JobState.INTERRUPTED, Optional.of(reason));
    }

    /** Lets all runs save what they have, and waits for them. */
    @Override
    public void close() {
        List<Running> all;
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
            all = List.copyOf(running.values());
            all.forEach(run -> run.worker().stop());
        } finally {
            lock.unlock();
        }
        try {
            for (Running run : all) {
                run.thread().join(TimeUnit.MILLISECONDS.toMillis(graceMillis) + 5_000);
            }
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether a job's files are in nobody's use. */
    boolean isIdle(long job) {
        lock.lock();
        try {
            return running.keySet().stream().noneMatch(key -> key.job() == job)
                    && leftBehind.keySet().stream().noneMatch(key -> key.job() == job);
        } finally {
            lock.unlock();
        }
    }
}

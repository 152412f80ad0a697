package dev.dafl.server.jobs;

import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobEvent;
import dev.dafl.server.api.JobState;
import dev.dafl.server.store.JobTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * All jobs as they are now. How far a run is is kept here alone; a change of a state is in the database before anybody sees it,
 * and in the job's events.
 */
public final class JobBook {

    private static final Logger LOG = LoggerFactory.getLogger(JobBook.class);
    private static final int REVISIONS = 100_000;

    private final JobTable table;
    private final Path folder;
    private final ReentrantLock lock = new ReentrantLock();
    private final ConcurrentSkipListMap<Long, Job> jobs = new ConcurrentSkipListMap<>();
    private final Map<Long, EventLog> logs = new HashMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private long revision;
    private long lastReserved;

    /** @param folder of the jobs' folders */
    JobBook(JobTable table, Path folder) {
        this.table = table;
        this.folder = folder;
        table.all().forEach(job -> jobs.put(job.id(), job));
        reserve();
    }

    /** Hears of changes, one at a time. It must not take long. */
    public interface Listener {

        /** A job is new, or has changed. */
        void changed(Job job);

        /** @param revision of its going */
        void removed(long id, long revision);
    }

    private void reserve() {
        revision = table.reserveRevisions(REVISIONS);
        lastReserved = revision + REVISIONS - 1;
    }

    private long nextRevision() {
        if (revision == lastReserved) {
            reserve();
        }
        return ++revision;
    }

    public Optional<Job> job(long id) {
        return Optional.ofNullable(jobs.get(id));
    }

    /** The oldest first. */
    public Collection<Job> all() {
        return jobs.values();
    }

    /** Those with smaller ids first, from the newest. */
    public Collection<Job> newest() {
        return jobs.descendingMap().values();
    }

    public long revision() {
        lock.lock();
        try {
            return revision;
        } finally {
            lock.unlock();
        }
    }

    public JobFolder folder(long id) {
        return new JobFolder(folder.resolve(Long.toString(id)));
    }

    /** @return what takes the listener away again */
    public Runnable listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    Optional<JobTable.Known> ofClient(String clientId) {
        return table.ofClient(clientId);
    }

    /**
     * Adds a job.
     *
     * @param make of its id and nothing else that is known here
     */
    Job add(Optional<String> clientId, String digest, LongFunction<Job> make) {
        lock.lock();
        try {
            long next = nextRevision();
            Job job = table.add(clientId, digest, id -> make.apply(id).withRevision(next));
            jobs.put(job.id(), job);
            told(job, Optional.empty(), job.state(), job.reason());
            listeners.forEach(listener -> listener.changed(job));
            return job;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Changes a job.
     *
     * @return it as it is then; empty where it is not there
     */
    Optional<Job> change(long id, UnaryOperator<Job> change) {
        lock.lock();
        try {
            Job before = jobs.get(id);
            if (before == null) {
                return Optional.empty();
            }
            Job changed = change.apply(before);
            if (changed.equals(before)) {
                return Optional.of(before);
            }
            Job job = changed.withRevision(nextRevision());
            if (isWorthKeeping(before, job)) {
                table.write(job);
            }
            jobs.put(id, job);
            tellStates(before, job);
            listeners.forEach(listener -> listener.changed(job));
            return Optional.of(job);
        } finally {
            lock.unlock();
        }
    }

    private static boolean isWorthKeeping(Job before, Job job) {
        return before.state() != job.state()
                || before.priority() != job.priority()
                || !before.started().equals(job.started())
                || !states(before).equals(states(job));
    }

    private static List<String> states(Job job) {
        return job.runs().stream().map(run -> run.state() + " " + run.attempt()).toList();
    }

    private void tellStates(Job before, Job job) {
        for (int i = 0; i < job.runs().size(); i++) {
            Job.Run run = job.runs().get(i);
            if (before.runs().get(i).state() != run.state()) {
                told(job, Optional.of(run.name()), run.state(), run.message());
            }
        }
        if (before.state() != job.state()) {
            told(job, Optional.empty(), job.state(), job.reason());
        }
    }

    private void told(Job job, Optional<String> run, JobState state, Optional<String> reason) {
        ObjectNode event = JsonNodeFactory.instance
                .objectNode()
                .put("event", "state")
                .put("state", state.name().toLowerCase(Locale.ROOT));
        reason.ifPresent(text -> event.put("reason", text));
        tell(job.id(), new JobEvent(Instant.now(), run, event));
    }

    /** Adds to what happened in a job. A log that cannot be written is no reason to lose the job. */
    void tell(long id, JobEvent event) {
        try {
            events(id).append(event);
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("an event of job {} is lost: {}", id, e.getMessage());
        }
    }

    /** Of a job that is there. */
    public EventLog events(long id) {
        lock.lock();
        try {
            EventLog log = logs.get(id);
            if (log == null) {
                Files.createDirectories(folder(id).path());
                log = new EventLog(folder(id).events());
                logs.put(id, log);
            }
            return log;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a job; its files are the caller's to remove. */
    void remove(long id) {
        lock.lock();
        try {
            if (jobs.containsKey(id)) {
                table.remove(id);
                jobs.remove(id);
                logs.remove(id);
                long gone = nextRevision();
                listeners.forEach(listener -> listener.removed(id, gone));
            }
        } finally {
            lock.unlock();
        }
    }

    JobTable table() {
        return table;
    }
}

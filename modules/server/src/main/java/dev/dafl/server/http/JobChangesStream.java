package dev.dafl.server.http;

import dev.dafl.server.api.ApiJson;
import dev.dafl.server.api.Job;
import dev.dafl.server.jobs.JobBook;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Jobs as they change, for one client. Of a job that changes faster than the client reads only the newest is sent. */
final class JobChangesStream implements JobBook.Listener {

    private final JobBook book;
    private final long first;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Map<Long, Change> pending = new LinkedHashMap<>();

    private record Change(long revision, String name, String json) {}

    /** @param first the revision after which changes are sent */
    JobChangesStream(JobBook book, long first) {
        this.book = book;
        this.first = first;
    }

    void run(EventStreams.Stream stream, EventStreams streams) throws IOException, InterruptedException {
        Runnable deaf = book.listen(this);
        try {
            // A revision that this server has not come to is of another: everything may be new.
            long after = first > book.revision() ? 0 : first;
            for (Job job : book.all().stream()
                    .filter(job -> job.revision() > after)
                    .sorted(Comparator.comparingLong(Job::revision))
                    .toList()) {
                changed(job);
            }
            while (!streams.isClosed()) {
                List<Change> changes = take();
                if (changes.isEmpty()) {
                    stream.comment("still here");
                }
                for (Change change : changes) {
                    stream.event(change.revision(), change.name(), change.json());
                }
            }
        } finally {
            deaf.run();
        }
    }

    private List<Change> take() throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(EventStreams.QUIET_MILLIS);
            while (pending.isEmpty() && left > 0) {
                left = filled.awaitNanos(left);
            }
            List<Change> changes = new ArrayList<>(pending.values());
            changes.sort(Comparator.comparingLong(Change::revision));
            pending.clear();
            return changes;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void changed(Job job) {
        put(job.id(), new Change(job.revision(), "job", ApiJson.write(job)));
    }

    @Override
    public void removed(long id, long revision) {
        put(id, new Change(revision, "deleted", "{\"id\":" + id + "}"));
    }

    private void put(long id, Change change) {
        lock.lock();
        try {
            Change before = pending.get(id);
            if (before == null || before.revision() < change.revision()) {
                pending.put(id, change);
            }
            filled.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

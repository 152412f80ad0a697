package dev.dafl.server.jobs;

import dev.dafl.server.api.ApiJson;
import dev.dafl.server.api.JobEvent;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What happened in a job, a line an event, in a file that only grows. An event's id is where its line ends, so that a reader goes
 * on after any of them.
 */
public final class EventLog {

    /** Read at once. */
    private static final int MOST_BYTES = 1 << 18;

    private final Path file;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private long end;

    /** Opens it; a last line that was torn when the machine went down is cut off. */
    EventLog(Path file) throws IOException {
        this.file = file;
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "rw")) {
            end = wholeLines(log);
            log.setLength(end);
        }
    }

    /** An event that can be gone on after. */
    public record Entry(long id, String name, String json) {}

    private static long wholeLines(RandomAccessFile log) throws IOException {
        for (long at = log.length(); at > 0; at--) {
            log.seek(at - 1);
            if (log.read() == '\n') {
                return at;
            }
        }
        return 0;
    }

    void append(JobEvent event) throws IOException {
        byte[] line = (ApiJson.write(event) + "\n").getBytes(StandardCharsets.UTF_8);
        lock.lock();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(line);
            for (long at = end; bytes.hasRemaining(); ) {
                at += channel.write(bytes, at);
            }
            end += line.length;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Where the log ends now. */
    public long end() {
        lock.lock();
        try {
            return end;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something after an id, or the time is over. */
    public void await(long after, long millis) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (end <= after && left > 0) {
                left = grown.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Some of the events after an id, in their order; none where there are no more.
     *
     * @param after 0 for all; an id in between two goes on with the next
     */
    public List<Entry> read(long after) throws IOException {
        long until = end();
        long from = Math.clamp(after, 0, until);
        if (from == until) {
            return List.of();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            from = lineAt(channel, from, until);
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(until - from, MOST_BYTES));
            fill(channel, bytes, from);
            List<Entry> entries = entries(bytes.array(), from);
            if (entries.isEmpty() && from < until) {
                // One line longer than all that is read at once.
                bytes = ByteBuffer.allocate(Math.toIntExact(until - from));
                fill(channel, bytes, from);
                entries = entries(bytes.array(), from);
            }
            return entries;
        }
    }

    private static long lineAt(FileChannel channel, long from, long until) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        long at = from;
        while (at > 0 && at < until) {
            one.clear();
            channel.read(one, at - 1);
            if (one.get(0) == '\n') {
                break;
            }
            at++;
        }
        return at;
    }

    private static void fill(FileChannel channel, ByteBuffer bytes, long from) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new IOException("the events end before their end");
            }
        }
    }

    private static List<Entry> entries(byte[] bytes, long from) {
        List<Entry> entries = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                String line = new String(bytes, begin, i - begin, StandardCharsets.UTF_8);
                entries.add(new Entry(from + i + 1, name(line), line));
                begin = i + 1;
            }
        }
        return entries;
    }

    private static String name(String line) {
        return ApiJson.read(line, JobEvent.class).event().path("event").asString("message");
    }
}

package dev.dafl.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Server-sent events. A client that does not read is let go of when its connection has been idle for too long. What it missed it
 * gets when it comes again with the last id that it had.
 */
final class EventStreams implements AutoCloseable {

    /** A comment keeps proxies from closing a stream in which nothing happens. */
    static final long QUIET_MILLIS = 15_000;

    private final Semaphore open;
    private final int most;
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param most streams at the same time */
    EventStreams(int most) {
        this.most = most;
        open = new Semaphore(most);
    }

    /** What fills a stream. */
    @FunctionalInterface
    interface Source {

        void run(Stream stream) throws IOException, InterruptedException;
    }

    void serve(Context ctx, Source source) {
        if (!open.tryAcquire()) {
            ctx.header("Retry-After", "10");
            Replies.problem(
                    ctx, 429, "all " + most + " event streams of this server are in use; try again soon", List.of());
            return;
        }
        Stream stream = null;
        try {
            ctx.contentType("text/event-stream");
            ctx.header("Cache-Control", "no-cache");
            ctx.header("X-Accel-Buffering", "no");
            // Javalin's own stream keeps what is flushed to itself.
            stream = new Stream(ctx.res().getOutputStream(), Thread.currentThread());
            streams.add(stream);
            stream.comment("dafl");
            if (!closed) {
                source.run(stream);
            }
        } catch (InterruptedException | IOException | UncheckedIOException e) {
            // The client has gone, or does not read; it comes again if it wants.
        } finally {
            if (stream != null) {
                streams.remove(stream);
                stream.done();
            }
            open.release();
        }
    }

    /** After which a client that comes again wants to go on; what is no number begins anew. */
    static long lastId(Context ctx, long otherwise) {
        return Optional.ofNullable(ctx.header("Last-Event-ID"))
                .or(() -> Optional.ofNullable(ctx.queryParam("last-event-id")))
                .map(String::strip)
                .filter(text -> text.matches("\\d{1,18}"))
                .map(Long::parseLong)
                .orElse(otherwise);
    }

    boolean isClosed() {
        return closed;
    }

    int openNow() {
        return most - open.availablePermits();
    }

    @Override
    public void close() {
        closed = true;
        streams.forEach(Stream::interrupt);
    }

    /** One client's. */
    static final class Stream {

        private final OutputStream out;
        private final Thread thread;
        private boolean over;

        Stream(OutputStream out, Thread thread) {
            this.out = out;
            this.thread = thread;
        }

        void event(long id, String name, String data) throws IOException {
            write("id: " + id + "\nevent: " + name + "\ndata: " + data + "\n\n");
        }

        void comment(String text) throws IOException {
            write(": " + text + "\n\n");
        }

        private void write(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        /** No later request of the same connection is interrupted in its place. */
        private synchronized void interrupt() {
            if (!over) {
                thread.interrupt();
            }
        }

        private synchronized void done() {
            over = true;
            var _ = Thread.interrupted();
        }
    }
}

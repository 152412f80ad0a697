package dev.dafl.server.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer as it comes. Java's own one forgets what has come when the connection is cut off, and waits forever for a
 * server that is gone without a word.
 */
final class Body extends InputStream implements HttpResponse.BodySubscriber<InputStream> {

    private final Duration silence;
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private volatile boolean closed;
    private volatile Flow.@Nullable Subscription subscription;
    private Iterator<ByteBuffer> buffers = List.<ByteBuffer>of().iterator();
    private ByteBuffer current = ByteBuffer.allocate(0);
    /** The last piece, once it is reached. */
    private @Nullable Piece last;

    Body(Duration silence) {
        this.silence = silence;
    }

    private sealed interface Piece {}

    private record Bytes(List<ByteBuffer> buffers) implements Piece {}

    private record End() implements Piece {}

    private record Failure(String reason, @Nullable Throwable cause) implements Piece {}

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (closed) {
            given.cancel();
        } else {
            given.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        pieces.add(new Bytes(item));
    }

    @Override
    public void onError(Throwable e) {
        pieces.add(new Failure(Objects.requireNonNullElse(e.getMessage(), e.toString()), e));
    }

    @Override
    public void onComplete() {
        pieces.add(new End());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, into.length);
        if (length == 0) {
            return 0;
        }
        while (!current.hasRemaining()) {
            if (closed) {
                throw new IOException("closed");
            }
            if (buffers.hasNext()) {
                current = buffers.next();
            } else if (!next()) {
                return -1;
            }
        }
        int count = Math.min(length, current.remaining());
        current.get(into, from, count);
        return count;
    }

    /** Waits for the next piece; gives false at the end. */
    private boolean next() throws IOException {
        Piece piece = last != null ? last : taken();
        switch (piece) {
            case Bytes bytes -> {
                buffers = bytes.buffers().iterator();
                Objects.requireNonNull(subscription, "nothing comes before it").request(1);
                return true;
            }
            case End _ -> {
                last = piece;
                return false;
            }
            case Failure failure -> {
                last = piece;
                throw new IOException(failure.reason(), failure.cause());
            }
        }
    }

    private Piece taken() throws IOException {
        try {
            Piece piece = pieces.poll(silence.toNanos(), TimeUnit.NANOSECONDS);
            if (piece == null) {
                close();
                throw new IOException("nothing came for " + silence.toSeconds() + " s");
            }
            return piece;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** What waits for a piece ends. */
    @Override
    public void close() {
        closed = true;
        Flow.Subscription open = subscription;
        if (open != null) {
            open.cancel();
        }
        pieces.add(new Failure("closed", null));
    }
}

package dev.dafl.server.http;

import dev.dafl.server.api.ApiJson;
import dev.dafl.server.jobs.RefusedException;
import dev.dafl.server.jobs.RefusedException.Why;
import dev.dafl.server.jobs.SizeLimit;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;

/** What requests bring. */
final class Bodies {

    /** A YAML file has at most a million characters, which JSON may write with six bytes each. */
    private static final int MOST_BYTES = 8 << 20;

    private static final SizeLimit JSON =
            new SizeLimit(MOST_BYTES, "a submission is at most " + (MOST_BYTES >> 20) + " MB large");
    private static final String BEGUN = "dafl.body";
    private static final long MOST_DRAINED = 64L << 20;
    private static final long MOST_DRAINED_OF_STRANGERS = 1L << 20;
    private static final long DRAIN_NANOS = 5_000_000_000L;

    private Bodies() {}

    /** @throws RefusedException when it is announced as larger: a client that waits to hear whether to send it need not */
    static InputStream stream(Context ctx, SizeLimit limit) {
        limit.require(ctx.req().getContentLengthLong());
        ctx.attribute(BEGUN, true);
        return ctx.bodyInputStream();
    }

    /**
     * Reads on what is refused, as far as that is cheap: most clients read no answer before they have sent everything, and
     * lose it where the connection is closed before.
     */
    static void drain(Context ctx) {
        if (ctx.attribute(BEGUN) == null && ctx.header("Expect") != null) {
            // It waits to hear whether to send it.
            return;
        }
        long most = Access.isKnown(ctx) ? MOST_DRAINED : MOST_DRAINED_OF_STRANGERS;
        long end = System.nanoTime() + DRAIN_NANOS;
        byte[] part = new byte[1 << 16];
        try {
            InputStream in = ctx.bodyInputStream();
            int read = in.read(part);
            for (long all = 0; read >= 0 && all < most && System.nanoTime() < end; read = in.read(part)) {
                all += read;
            }
        } catch (IOException | RuntimeException e) {
            // It has gone, or sends what is no body: there is nothing more to be read.
        }
    }

    /** @throws RefusedException when it is too large, no JSON, or not of the type */
    static <T> T json(Context ctx, Class<T> type) throws IOException {
        byte[] bytes;
        try (InputStream in = stream(ctx, JSON)) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        }
        JSON.require(bytes.length);
        try {
            T value = ApiJson.read(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString(),
                    type);
            if (value == null) {
                throw new RefusedException(Why.INVALID, "the body is null");
            }
            return value;
        } catch (CharacterCodingException e) {
            throw new RefusedException(Why.INVALID, "the body is no text in UTF-8");
        } catch (StreamConstraintsException e) {
            throw new RefusedException(Why.INVALID, "the body nests too deeply or has too long texts");
        } catch (JacksonException e) {
            throw new RefusedException(
                    Why.INVALID,
                    "the body cannot be read: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""));
        }
    }
}

package dev.dafl.server.http;

import dev.dafl.server.api.ApiJson;
import dev.dafl.server.jobs.RefusedException;
import dev.dafl.server.jobs.RefusedException.Why;
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

    private Bodies() {}

    /** @throws RefusedException when it is too large, no JSON, or not of the type */
    static <T> T json(Context ctx, Class<T> type) throws IOException {
        byte[] bytes;
        try (InputStream in = ctx.bodyInputStream()) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        }
        if (bytes.length > MOST_BYTES) {
            throw new RefusedException(Why.TOO_LARGE, "a submission is at most " + (MOST_BYTES >> 20) + " MB large");
        }
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

package dev.dafl.server.jobs;

import dev.dafl.server.api.ApiJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import tools.jackson.core.JacksonException;

/** What a short-lived process says as JSON on its standard output. */
final class Answers {

    private static final int SECONDS = 120;
    private static final int MOST_BYTES = 16 << 20;

    private Answers() {}

    /**
     * @param failed of what it said to its standard error and its exit code
     * @throws RuntimeException that of {@code failed}
     */
    static <T> T of(ProcessBuilder builder, Class<T> type, BiFunction<String, Integer, RuntimeException> failed)
            throws IOException, InterruptedException {
        Process process = builder.start();
        StringBuilder out = new StringBuilder();
        StringBuilder err = new StringBuilder();
        Thread outs = Thread.ofVirtual().start(() -> read(process.getInputStream(), out));
        Thread errs = Thread.ofVirtual().start(() -> read(process.getErrorStream(), err));
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw failed.apply("dafl: it took longer than " + SECONDS + " s", -1);
            }
            outs.join();
            errs.join();
            if (process.exitValue() != 0) {
                throw failed.apply(err.toString(), process.exitValue());
            }
            return ApiJson.read(out.toString(), type);
        } catch (JacksonException e) {
            throw new IOException("a process of dafl's answered what cannot be read: " + e.getOriginalMessage(), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void read(InputStream in, StringBuilder into) {
        try (in) {
            into.append(new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It has ended; what there is will do.
        }
    }
}

package dev.dafl.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.server.api.ApiJson;
import dev.dafl.server.api.Problem;
import dev.dafl.server.api.Who;
import dev.dafl.server.store.Tokens;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who asks too often, at a server whose time stands still until it is told otherwise. */
class LimitsTest {

    private static final int PER_SECOND = 100;

    @TempDir
    private Path folder;

    private final AtomicLong now = new AtomicLong();
    private TestServer server;
    private Tokens tokens;

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(folder, new Limits(10, PER_SECOND, now::get));
        tokens = server.tokens();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> ask(String path, String token) throws Exception {
        return server.send(server.request(path, token).build());
    }

    /** How many are answered so until one is refused for being too many. */
    private int answered(String path, String token, int status) throws Exception {
        for (int count = 0; ; count++) {
            HttpResponse<String> response = ask(path, token);
            if (response.statusCode() == 429) {
                assertEquals(Optional.of("1"), response.headers().firstValue("Retry-After"));
                assertEquals(
                        Optional.of("application/problem+json"),
                        response.headers().firstValue("Content-Type"));
                return count;
            }
            assertEquals(status, response.statusCode());
        }
    }

    @Test
    void aTokenMayAskSoOften() throws Exception {
        String mine = tokens.make("me", Who.Scope.READ);
        String yours = tokens.make("you", Who.Scope.READ);
        assertEquals(2 * PER_SECOND, answered("/api/v1/jobs", mine, 200));
        assertEquals(
                "requests with the token me come faster than 100 a second; try again in 1 s",
                ApiJson.read(ask("/api/v1/me", mine).body(), Problem.class).detail());
        assertEquals(200, ask("/api/v1/jobs", yours).statusCode());
        // The page and what a load balancer asks are counted by address.
        assertEquals(2 * PER_SECOND, answered("/health/live", "", 200));
        now.addAndGet(1_000_000_000L);
        assertEquals(PER_SECOND, answered("/api/v1/me", mine, 200));
    }

    @Test
    void wrongTokensAreGuessedLessOften() throws Exception {
        String mine = tokens.make("me", Who.Scope.READ);
        assertEquals(2, answered("/api/v1/jobs", mine + "x", 401));
        assertEquals(
                "requests without a token of this server from 127.0.0.1 come faster than 1 a second; try again in 1 s",
                ApiJson.read(ask("/metrics", "").body(), Problem.class).detail());
        assertEquals(200, ask("/api/v1/jobs", mine).statusCode(), "whoever has one is let in");
    }
}

package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests with mistakes, as bytes: each is answered with what is no failure of the server's, or its connection is closed.
 * {@code -Ddafl.requests=10000} tries as many, {@code -Ddafl.requests.seed=N} begins with another.
 */
class MutatedRequestsTest {

    private static final int COUNT = Integer.getInteger("dafl.requests", 300);
    private static final long SEED = Long.getLong("dafl.requests.seed", 1);

    /** What begins with a 5 and says something of the request: a method or a version of HTTP that there is not. */
    private static final Set<Integer> OF_THE_REQUEST = Set.of(501, 505);

    private static final List<String> METHODS = List.of(
            "GET", "GET", "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "get", "", "GE T");

    private static final List<String> PATHS = List.of(
            "/",
            "/jobs.js",
            "/openapi.yaml",
            "/metrics",
            "/health/ready",
            "/api/v1",
            "/api/v1/jobs",
            "/api/v1/jobs?limit=@",
            "/api/v1/jobs?before=@&state=@",
            "/api/v1/jobs/@",
            "/api/v1/jobs/1",
            "/api/v1/jobs/1/@",
            "/api/v1/jobs/1/log",
            "/api/v1/jobs/1/config",
            "/api/v1/jobs/1/table",
            "/api/v1/jobs/1/artefacts",
            "/api/v1/jobs/1/artefacts/@",
            "/api/v1/jobs/1/artefacts/run/@",
            "/api/v1/jobs/1/artefacts/run/result.json",
            "/api/v1/jobs/1/stop",
            "/api/v1/jobs/1/retry",
            "/api/v1/jobs/@/pause",
            "/api/v1/jobs/1/events?last-event-id=@",
            "/api/v1/files/@",
            "/api/v1/plugins",
            "/api/v1/plugins/@",
            "/api/v1/machine",
            "/api/v1/check");

    private static final List<String> ODD = List.of(
            "0",
            "-1",
            "1",
            "99999999999999999999",
            "%00",
            "%2e%2e%2f%2e%2e%2fserver.db",
            "../../../../etc/passwd",
            "..%5c..%5c",
            "a.jar",
            "x".repeat(3000),
            "%",
            "%zz",
            "\u0000",
            "é",
            "{}",
            "'\"<script>",
            "0".repeat(64),
            "run/result.json",
            "running",
            ";jsessionid=1",
            "a//b",
            "a/./b",
            "");

    private static final List<String> HEADERS = List.of(
            "Range: bytes=@",
            "Range: bytes=0-@",
            "Range: @",
            "If-None-Match: @",
            "Last-Event-ID: @",
            "Content-Type: @",
            "Content-Length: @",
            "Transfer-Encoding: @",
            "Transfer-Encoding: chunked",
            "Expect: 100-continue",
            "Expect: @",
            "Connection: @",
            "Upgrade: websocket",
            "Authorization: @",
            "Accept: @",
            "Accept-Encoding: gzip",
            "Host: @",
            "X: " + "y".repeat(20_000),
            "no colon",
            ": @");

    private static final List<String> BODIES = List.of(
            "",
            "{}",
            "[",
            "null",
            "{\"config\":\"@\",\"source\":\"@\"}",
            "{\"config\":\"x: &a [*a, *a]\",\"source\":\"a.yaml\"}",
            "{\"config\":\"a: !!java/object {}\",\"source\":\"a.yaml\",\"set\":{\"@\":\"@\"}}",
            "{\"config\":\"a: 1\",\"source\":\"a\",\"priority\":@,\"cores\":@}",
            "{\"config\":\"a: 1\",\"source\":\"a\",\"files\":{\"@\":\"@\"}}",
            "{\"a\":".repeat(5_000),
            "\u0000\u0001\u00ff");

    @TempDir
    private Path work;

    @Test
    void noneIsAFailureOfTheServers() throws Exception {
        Path here = Files.createDirectory(work.resolve("server"));
        ServerProcess server =
                ServerProcess.start(Launcher.in(here), here.resolve("data"), Optional.empty(), "--plugin-uploads");
        long first = server.submitted(ServerTest.SMALL, "small.yaml");
        server.awaitState(first, "succeeded");
        List<String> before = files(work);
        Map<Integer, Integer> statuses = new TreeMap<>();
        for (long seed = SEED; seed < SEED + COUNT; seed++) {
            byte[] request = request(new SplittableRandom(seed), server.token());
            int status = ask(server, request);
            assertTrue(
                    status < 500 || OF_THE_REQUEST.contains(status),
                    "seed " + seed + ": " + status + " to " + new String(request, StandardCharsets.ISO_8859_1));
            statuses.merge(status, 1, Integer::sum);
        }
        System.out.println(COUNT + " requests with mistakes, by status (0 is a closed connection): " + statuses);
        assertEquals(200, server.get("/me").statusCode());
        // Nothing is written outside, and inside only what has a place there.
        List<String> after = new ArrayList<>(files(work));
        after.removeAll(before);
        assertTrue(
                after.stream()
                        .allMatch(file ->
                                file.matches("server/data/(jobs/\\d+|drafts|files|plugins)/.*|server/(out|err).txt")
                                        || file.startsWith("server/data/server.db")
                                        || file.startsWith("server/cache/")),
                after.toString());
        server.stop();
        assertEquals(0, server.process().descendants().count());
    }

    private static byte[] request(RandomGenerator random, String token) {
        StringBuilder text = new StringBuilder();
        text.append(one(random, METHODS)).append(' ').append(odd(random, one(random, PATHS)));
        text.append(random.nextInt(20) == 0 ? " HTTP/9.9\r\n" : " HTTP/1.1\r\n");
        if (random.nextInt(20) != 0) {
            text.append("Host: localhost\r\n");
        }
        text.append(
                switch (random.nextInt(12)) {
                    case 0 -> "";
                    case 1 -> "Authorization: Bearer " + token.substring(1) + "\r\n";
                    case 2 -> "Authorization: Basic " + token + "\r\n";
                    default -> "Authorization: Bearer " + token + "\r\n";
                });
        for (int i = random.nextInt(3); i > 0; i--) {
            text.append(odd(random, one(random, HEADERS))).append("\r\n");
        }
        byte[] body = odd(random, one(random, BODIES)).getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(8) != 0) {
            text.append("Content-Length: ").append(body.length).append("\r\n");
        }
        text.append("Connection: close\r\n\r\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(body);
        byte[] all = bytes.toByteArray();
        for (int i = random.nextInt(6) == 0 ? 1 + random.nextInt(4) : 0; i > 0; i--) {
            all[random.nextInt(all.length)] = (byte) random.nextInt(256);
        }
        return all;
    }

    private static String odd(RandomGenerator random, String text) {
        StringBuilder odd = new StringBuilder();
        for (char c : text.toCharArray()) {
            if (c == '@') {
                odd.append(one(random, ODD));
            } else {
                odd.append(c);
            }
        }
        return odd.toString();
    }

    private static String one(RandomGenerator random, List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Gives the status; 0 where the connection is closed without one. What is no whole request is not waited for. */
    private static int ask(ServerProcess server, byte[] request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.uri("/").getPort())) {
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            byte[] begin = in.readNBytes(12);
            String line = new String(begin, StandardCharsets.ISO_8859_1);
            return line.matches("HTTP/1\\.1 \\d{3}") ? Integer.parseInt(line.substring(9)) : 0;
        } catch (IOException e) {
            // Reset: the server has said no before it had read all.
            return 0;
        }
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .toList();
        }
    }
}

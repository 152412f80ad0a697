package dev.dafl.server.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.dafl.server.api.JobState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamTest {

    private static final int LAST = 25;

    private final List<String> told = new ArrayList<>();

    /** The job fails, is tried again and succeeds: its state has been an end before it ends. */
    private static String event(int id) {
        String state = id == 10 ? "failed" : id == LAST ? "succeeded" : "running";
        return id % 5 == 0
                ? "id: %d\nevent: state\ndata: {\"time\":\"2026-01-01T00:00:00Z\",\ndata: \"event\":{\"event\":\"state\",\"state\":\"%s\"}}\n\n"
                        .formatted(id, state)
                : ": x\nid: %d\nevent: warning\ndata: {\"time\":\"2026-01-01T00:00:00Z\",\"run\":\"é\",\"event\":{\"event\":\"warning\",\"text\":\"%d\"}}\n\n"
                        .formatted(id, id);
    }

    private static int after(HttpExchange exchange) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst("Last-Event-ID"))
                .map(Integer::valueOf)
                .orElse(0);
    }

    private static byte[] events(int after) {
        StringBuilder text = new StringBuilder();
        IntStream.rangeClosed(after + 1, LAST).forEach(id -> text.append(event(id)));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void stream(HttpExchange exchange, byte[] bytes) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().flush();
    }

    private static boolean isStream(HttpExchange exchange) {
        return exchange.getRequestURI().getPath().endsWith("/events");
    }

    private static List<String> all() {
        return IntStream.rangeClosed(1, LAST).mapToObj(Integer::toString).toList();
    }

    private List<String> read(ServerClient client, Optional<String> after) throws IOException {
        List<String> ids = new ArrayList<>();
        try (EventStream stream = client.events(7, after, told::add)) {
            for (Optional<EventStream.Event> event = stream.next(); event.isPresent(); event = stream.next()) {
                ids.add(event.get().id());
            }
        }
        return ids;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aStreamThatIsCutOffAnywhereGoesOnWithoutLossOrRepetition(long seed) throws IOException {
        Random random = new Random(seed);
        AtomicInteger cuts = new AtomicInteger();
        try (OtherEnd server = OtherEnd.with(exchange -> {
                    if (!isStream(exchange)) {
                        OtherEnd.json(exchange, OtherEnd.JOB.formatted("succeeded"));
                        return;
                    }
                    byte[] rest = events(after(exchange));
                    int length;
                    int manner;
                    synchronized (random) {
                        length = Math.min(rest.length, random.nextInt(700));
                        manner = random.nextInt(4);
                    }
                    if (manner == 0) {
                        OtherEnd.send(exchange, 503, "text/html", "<p>busy</p>");
                        return;
                    }
                    stream(exchange, Arrays.copyOf(rest, length));
                    if (manner > 1) {
                        cuts.incrementAndGet();
                        throw new IOException("cut off");
                    }
                });
                ServerClient client = server.client()) {
            // A first connection that is refused would be told at once.
            AtomicReference<List<String>> ids = new AtomicReference<>();
            while (ids.get() == null) {
                try {
                    ids.set(read(client, Optional.empty()));
                } catch (ServerException e) {
                    assertEquals(503, e.status());
                }
            }
            assertEquals(all(), ids.get());
            assertTrue(cuts.get() > 0);
        }
    }

    @Test
    void whoWasThereBeforeGoesOnAfterAnId() throws IOException {
        try (OtherEnd server = OtherEnd.with(exchange -> {
                    if (isStream(exchange)) {
                        stream(exchange, events(after(exchange)));
                    } else {
                        OtherEnd.json(exchange, OtherEnd.JOB.formatted("succeeded"));
                    }
                });
                ServerClient client = server.client()) {
            assertEquals(List.of("24", "25"), read(client, Optional.of("23")));
            assertEquals(List.of(), read(client, Optional.of("25")));
            assertEquals(List.of(), told);
        }
    }

    @Test
    void aServerThatStopsEndsItsStreamsButNotTheReading() throws IOException {
        AtomicInteger connections = new AtomicInteger();
        try (OtherEnd server = OtherEnd.with(exchange -> {
                    if (!isStream(exchange)) {
                        OtherEnd.json(
                                exchange, OtherEnd.JOB.formatted(connections.get() < 4 ? "running" : "succeeded"));
                        return;
                    }
                    int until = connections.incrementAndGet() < 4 ? 10 * connections.get() - 9 : LAST;
                    byte[] rest = events(after(exchange));
                    int length = rest.length - events(Math.min(LAST, until)).length;
                    stream(exchange, Arrays.copyOf(rest, Math.max(0, length)));
                });
                ServerClient client = server.client()) {
            assertEquals(all(), read(client, Optional.empty()));
            assertEquals(List.of(), told);
        }
    }

    @Test
    void aServerThatSaysNothingAnyMoreIsAskedAgain() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        try (OtherEnd server = OtherEnd.with(exchange -> {
                    if (!isStream(exchange)) {
                        OtherEnd.json(exchange, OtherEnd.JOB.formatted("succeeded"));
                        return;
                    }
                    byte[] rest = events(after(exchange));
                    if (after(exchange) > 0) {
                        stream(exchange, rest);
                        return;
                    }
                    stream(exchange, Arrays.copyOf(rest, rest.length / 2));
                    await(end);
                });
                ServerClient client = ServerClient.of(
                        ServerAddress.of(server.address()),
                        Optional.empty(),
                        Optional.empty(),
                        new Patience(
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(30),
                                Duration.ofMillis(300),
                                Duration.ofMillis(1),
                                Duration.ofMillis(1)))) {
            assertEquals(all(), read(client, Optional.empty()));
            assertTrue(told.getFirst().contains("is lost (nothing came for"), told.toString());
            end.countDown();
        }
    }

    @Test
    void closingEndsTheWaiting() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (OtherEnd server = OtherEnd.with(exchange -> {
                    stream(exchange, event(1).getBytes(StandardCharsets.UTF_8));
                    await(end);
                });
                ServerClient client = server.client();
                EventStream stream = client.events(7, Optional.empty(), told::add)) {
            assertEquals("1", stream.next().orElseThrow().id());
            Thread closer = Thread.ofVirtual().start(stream::close);
            assertEquals(Optional.empty(), stream.next());
            closer.join();
            assertEquals(Optional.empty(), stream.next());
            end.countDown();
        }
    }

    @Test
    void whatCannotGetBetterIsTold() throws IOException {
        AtomicInteger connections = new AtomicInteger();
        try (OtherEnd server = OtherEnd.with(exchange -> {
                    if (connections.incrementAndGet() == 1) {
                        stream(exchange, event(1).getBytes(StandardCharsets.UTF_8));
                        throw new IOException("cut off");
                    }
                    OtherEnd.send(
                            exchange,
                            404,
                            "application/problem+json",
                            "{\"title\": \"Not Found\", \"status\": 404, \"detail\": \"there is no job 7\", \"errors\": []}");
                });
                ServerClient client = server.client()) {
            ServerException gone = assertThrows(ServerException.class, () -> read(client, Optional.empty()));
            assertEquals("there is no job 7", gone.getMessage());
            assertEquals(1, told.size(), told.toString());
        }
    }

    @Test
    void aServerThatNeverWasThereIsToldAtOnce() throws IOException {
        try (ServerClient client = OtherEnd.client(OtherEnd.closedPort(), Optional.empty())) {
            ServerException e = assertThrows(ServerException.class, () -> read(client, Optional.empty()));
            assertTrue(e.getMessage().startsWith("no server listens at http://127.0.0.1:"), e.getMessage());
        }
    }

    @Test
    void eventsOfAnotherKindOfServerAreTold() throws IOException {
        try (OtherEnd server = OtherEnd.with(
                        exchange -> stream(exchange, "data: {\"x\": 1}\n\n".getBytes(StandardCharsets.UTF_8)));
                ServerClient client = server.client()) {
            ServerException e = assertThrows(ServerException.class, () -> read(client, Optional.empty()));
            assertTrue(e.getMessage().contains("is none of a dafl server of this version"), e.getMessage());
        }
    }

    @Test
    void statesAreRead() throws IOException {
        try (OtherEnd server = OtherEnd.with(exchange -> {
                    if (isStream(exchange)) {
                        stream(exchange, events(after(exchange)));
                    } else {
                        OtherEnd.json(exchange, OtherEnd.JOB.formatted("succeeded"));
                    }
                });
                ServerClient client = server.client();
                EventStream stream = client.events(7, Optional.of("23"), told::add)) {
            EventStream.Event warning = stream.next().orElseThrow();
            assertEquals(Optional.of("é"), warning.told().run());
            assertEquals(Optional.empty(), warning.state());
            assertEquals(
                    Optional.of(JobState.SUCCEEDED), stream.next().orElseThrow().state());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

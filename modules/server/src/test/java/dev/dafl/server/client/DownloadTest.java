package dev.dafl.server.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.dafl.host.ThisProgram;
import dev.dafl.server.api.Artefact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadTest {

    private static final Instant WRITTEN = Instant.parse("2026-01-01T10:00:00.123Z");
    private static final Transfer NOBODY = (_, _, _) -> {};

    @TempDir
    private Path work;

    private final byte[] content = content(300_000, 1);
    private final Artefact artefact = new Artefact("run 1/stüdent%.bin", content.length, WRITTEN);
    /** What was asked for, in order. */
    private final List<String> ranges = new CopyOnWriteArrayList<>();

    private static byte[] content(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private int from(HttpExchange exchange) {
        String range = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"))
                .orElse("bytes=0-");
        ranges.add(range);
        return Integer.parseInt(range.replaceAll("\\D", ""));
    }

    /** Sends a part, of which only {@code length} bytes arrive. */
    private static void part(HttpExchange exchange, byte[] all, int from, int length) throws IOException {
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (all.length - 1) + "/" + all.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, all.length - from);
        int sent = Math.min(length, all.length - from);
        exchange.getResponseBody().write(all, from, sent);
        exchange.getResponseBody().flush();
        if (sent < all.length - from) {
            throw new IOException("cut off");
        }
    }

    private void left(Path folder, int parts) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    parts,
                    files.filter(file -> file.toString().endsWith(".part")).count());
        }
    }

    @Test
    void aFileThatIsCutOffAgainAndAgainComesWhole() throws IOException {
        try (OtherEnd server = OtherEnd.with(exchange -> part(exchange, content, from(exchange), 70_000));
                ServerClient client = server.client()) {
            Path file = client.download(7, artefact, work.resolve("out"), NOBODY);
            assertEquals(work.resolve("out/run 1/stüdent%.bin"), file);
            assertArrayEquals(content, Files.readAllBytes(file));
            assertEquals(WRITTEN, Files.getLastModifiedTime(file).toInstant());
            left(file.getParent(), 0);
            assertTrue(ranges.size() > 1, ranges.toString());
            assertEquals(ranges.size(), ranges.stream().distinct().count(), ranges.toString());
            assertEquals(
                    "GET /api/v1/jobs/7/artefacts/run%201/st%C3%BCdent%25.bin",
                    server.asked().getFirst());
            int before = ranges.size();
            client.download(7, artefact, work.resolve("out"), NOBODY);
            assertEquals(before, ranges.size(), "what is here is not fetched again");
        }
    }

    /** As after this program was killed. */
    @Test
    void whatAnEarlierDownloadHasLeftIsGoneOnWith() throws IOException {
        boolean[] broken = {true};
        try (OtherEnd server = OtherEnd.with(exchange -> {
                    int from = from(exchange);
                    if (broken[0] && from > 0) {
                        OtherEnd.send(exchange, 403, "application/problem+json", "{\"detail\": \"no more\"}");
                    } else {
                        part(exchange, content, from, broken[0] ? 100_000 : content.length);
                    }
                });
                ServerClient client = server.client()) {
            assertEquals(
                    "no more",
                    assertThrows(IOException.class, () -> client.download(7, artefact, work, NOBODY))
                            .getMessage());
            left(work.resolve("run 1"), 1);
            assertFalse(Files.exists(work.resolve(artefact.path())));
            broken[0] = false;
            ranges.clear();
            assertArrayEquals(content, Files.readAllBytes(client.download(7, artefact, work, NOBODY)));
            assertEquals(1, ranges.size());
            assertFalse(ranges.getFirst().equals("bytes=0-"), ranges.toString());
        }
    }

    @Test
    void aServerThatKnowsNoRangesBeginsAgain() throws IOException {
        int[] times = {0};
        try (OtherEnd server = OtherEnd.with(
                        exchange -> part(exchange, content, 0, times[0]++ == 0 ? 100_000 : content.length));
                ServerClient client = server.client()) {
            assertArrayEquals(content, Files.readAllBytes(client.download(7, artefact, work, NOBODY)));
            assertEquals(2, times[0]);
        }
    }

    @Test
    void aFileThatHasChangedMeanwhileIsNotMixedWithItsBeginning() throws IOException {
        byte[] longer = content(400_000, 2);
        int[] times = {0};
        try (OtherEnd server = OtherEnd.with(exchange -> {
                    byte[] now = times[0] == 0 ? content : longer;
                    part(exchange, now, from(exchange), times[0]++ == 0 ? 100_000 : now.length);
                });
                ServerClient client = server.client()) {
            assertArrayEquals(longer, Files.readAllBytes(client.download(7, artefact, work, NOBODY)));
        }
    }

    @Test
    void aPartOfAnotherStateOfTheFileIsForgotten() throws IOException {
        Path folder = Files.createDirectories(work.resolve("run 1"));
        Files.write(folder.resolve("stüdent%.bin.0123456789ab.part"), new byte[10]);
        try (OtherEnd server = OtherEnd.with(exchange -> part(exchange, content, from(exchange), content.length));
                ServerClient client = server.client()) {
            assertArrayEquals(content, Files.readAllBytes(client.download(7, artefact, work, NOBODY)));
            assertEquals(List.of("bytes=0-"), ranges);
            left(folder, 0);
        }
    }

    @Test
    void aPartThatIsWholeIsOnlyRenamed() throws IOException {
        try (OtherEnd server = OtherEnd.with(exchange -> {
                    int from = from(exchange);
                    if (from == 0) {
                        part(exchange, content, from, content.length);
                    } else {
                        exchange.getResponseHeaders().set("Content-Range", "bytes */" + content.length);
                        exchange.sendResponseHeaders(416, -1);
                    }
                });
                ServerClient client = server.client()) {
            // As if this program were killed after the last byte.
            Transfer killed = (_, done, total) -> {
                if (done == total) {
                    throw new IllegalStateException("killed");
                }
            };
            assertThrows(IllegalStateException.class, () -> client.download(7, artefact, work, killed));
            assertArrayEquals(content, Files.readAllBytes(client.download(7, artefact, work, NOBODY)));
            assertEquals(List.of("bytes=0-", "bytes=" + content.length + "-"), ranges);
            left(work.resolve("run 1"), 0);
        }
    }

    @Test
    void aFileThatNeverComesIsToldAndTheOneBeforeStays() throws IOException {
        Path before = Files.createDirectories(work.resolve("run 1")).resolve("stüdent%.bin");
        Files.writeString(before, "before");
        try (OtherEnd server = OtherEnd.with(exchange -> part(exchange, content, 0, 0));
                ServerClient client = server.client()) {
            ServerException e = assertThrows(ServerException.class, () -> client.download(7, artefact, work, NOBODY));
            // Java tells at times of the end before it tells of the answer that had begun.
            assertTrue(
                    e.getMessage().contains("breaks off again and again")
                            || e.getMessage().contains("broke off without an answer"),
                    e.getMessage());
            assertEquals("before", Files.readString(before));
        }
    }

    /** The first is held up in the middle of it until the second has got it. */
    @Test
    void twoProcessesMayFetchTheSameFile() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger times = new AtomicInteger();
        try (OtherEnd server = OtherEnd.with(exchange -> {
            from(exchange);
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, 100_000);
            exchange.getResponseBody().flush();
            if (times.getAndIncrement() == 0) {
                begun.countDown();
                await(goOn);
            }
            exchange.getResponseBody().write(content, 100_000, content.length - 100_000);
        })) {
            Process first = fetching(server.address());
            begun.await();
            Process second = fetching(server.address());
            assertEquals("", new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertEquals(0, second.waitFor());
            Path file = work.resolve(artefact.path());
            assertArrayEquals(content, Files.readAllBytes(file));
            left(file.getParent(), 1);
            goOn.countDown();
            assertEquals("", new String(first.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertEquals(0, first.waitFor());
            assertArrayEquals(content, Files.readAllBytes(file));
            assertEquals(WRITTEN, Files.getLastModifiedTime(file).toInstant());
            left(file.getParent(), 0);
            assertEquals(List.of("bytes=0-", "bytes=0-"), ranges, "neither goes on with what the other has");
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private Process fetching(String address) throws IOException {
        return new ProcessBuilder(new ThisProgram(Fetching.class)
                        .command(
                                address,
                                artefact.path(),
                                Long.toString(artefact.bytes()),
                                artefact.modified().toString(),
                                work.toString()))
                .redirectErrorStream(true)
                .start();
    }

    /** A process that fetches a file. */
    static final class Fetching {

        private Fetching() {}

        public static void main(String[] arguments) throws IOException {
            Artefact wanted = new Artefact(arguments[1], Long.parseLong(arguments[2]), Instant.parse(arguments[3]));
            try (ServerClient client = OtherEnd.client(arguments[0], Optional.empty())) {
                client.download(7, wanted, Path.of(arguments[4]), NOBODY);
            }
        }
    }

    @Test
    void anEmptyFileIsAFile() throws IOException {
        try (OtherEnd server = OtherEnd.with(exchange -> exchange.sendResponseHeaders(200, -1));
                ServerClient client = server.client()) {
            Path file = client.download(7, new Artefact("empty", 0, WRITTEN), work, NOBODY);
            assertEquals(0, Files.size(file));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x",
                "a/../../x",
                "/etc/x",
                "//x",
                "",
                ".",
                "..",
                "a//b",
                "a/./b",
                "a/",
                "a\\..\\..\\x",
                "C:\\x",
                "a\0b",
                "link/x",
                "link/deep/x"
            })
    void whatWouldLieOutsideIsRefused(String path) throws IOException {
        Path out = Files.createDirectories(work.resolve("out/in"));
        Files.createSymbolicLink(out.resolve("link"), Files.createDirectories(work.resolve("elsewhere")));
        try (OtherEnd server = OtherEnd.with(exchange -> part(exchange, content, 0, content.length));
                ServerClient client = server.client()) {
            ServerException e = assertThrows(
                    ServerException.class,
                    () -> client.download(7, new Artefact(path, content.length, WRITTEN), out, NOBODY));
            assertTrue(e.getMessage().contains("would lie outside the folder; it is not fetched"), e.getMessage());
            assertEquals(List.of(), server.asked());
        }
        try (Stream<Path> files = Files.walk(work)) {
            assertEquals(5, files.count(), "work, elsewhere, out, out/in and the link");
        }
    }

    @Test
    void aLinkInTheFilesPlaceIsReplacedAndNotFollowed() throws IOException {
        Path other = Files.writeString(work.resolve("other"), "other");
        Path out = Files.createDirectories(work.resolve("out"));
        Files.createSymbolicLink(out.resolve("x"), other);
        try (OtherEnd server = OtherEnd.with(exchange -> part(exchange, content, 0, content.length));
                ServerClient client = server.client()) {
            client.download(7, new Artefact("x", content.length, WRITTEN), out, NOBODY);
            assertEquals("other", Files.readString(other));
            assertArrayEquals(content, Files.readAllBytes(out.resolve("x")));
            assertFalse(Files.isSymbolicLink(out.resolve("x")));
        }
    }

    @Test
    void theDisksFailureIsTheDisks() throws IOException {
        Files.writeString(work.resolve("run 1"), "a file where a folder is to be");
        try (OtherEnd server = OtherEnd.with(exchange -> part(exchange, content, 0, content.length));
                ServerClient client = server.client()) {
            IOException e = assertThrows(IOException.class, () -> client.download(7, artefact, work, NOBODY));
            assertTrue(e.getMessage().startsWith("cannot write " + work.resolve(artefact.path())), e.getMessage());
        }
    }

    @Test
    void progressIsTold() throws IOException {
        long[] last = {0, 0};
        try (OtherEnd server = OtherEnd.with(exchange -> part(exchange, content, 0, content.length));
                ServerClient client = server.client()) {
            client.download(7, artefact, work, (name, done, total) -> {
                assertEquals(artefact.path(), name);
                assertTrue(done > last[0]);
                last[0] = done;
                last[1] = total;
            });
        }
        assertTrue(Arrays.equals(new long[] {content.length, content.length}, last));
    }
}

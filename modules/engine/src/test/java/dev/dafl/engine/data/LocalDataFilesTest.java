package dev.dafl.engine.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.spi.Checksum;
import dev.dafl.spi.DataFiles.DataFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real server on this machine. */
class LocalDataFilesTest {

    private static final byte[] CONTENT = "the uncompressed content".getBytes(StandardCharsets.UTF_8);

    private static final Checksum ANY = Checksum.sha256("ab".repeat(32));

    @TempDir
    private Path root;

    private final List<Long> progress = new ArrayList<>();
    private HttpServer server;
    private byte[] compressed;

    @BeforeEach
    void serve() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(CONTENT);
        }
        compressed = bytes.toByteArray();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/good/", exchange -> {
            exchange.sendResponseHeaders(200, compressed.length);
            try (var body = exchange.getResponseBody()) {
                body.write(compressed);
            }
        });
        server.createContext("/moved/", exchange -> {
            exchange.getResponseHeaders().add("Location", "/good/a.gz");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.createContext("/cut/", exchange -> {
            exchange.sendResponseHeaders(200, compressed.length + 100L);
            exchange.getResponseBody().write(compressed);
            exchange.close();
        });
        server.createContext("/page/", exchange -> {
            byte[] page = "\n<!DOCTYPE html><html>log in</html>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            try (var body = exchange.getResponseBody()) {
                body.write(page);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void theUsersFoldersComeFirst() throws IOException {
        Path own = Files.createDirectories(root.resolve("own/set"));
        Path system = Files.createDirectories(root.resolve("system"));
        Files.write(system.resolve("a.gz"), compressed);
        DataFile file = new DataFile("set", "a.gz", ANY, List.of(system), List.of(uri("good")));
        assertEquals(system.resolve("a.gz"), files().find(file));
        Files.write(own.resolve("a"), CONTENT);
        assertEquals(own.resolve("a"), files().find(file));
        Files.write(own.resolve("a.gz"), compressed);
        assertEquals(own.resolve("a.gz"), files().find(file));
        assertTrue(progress.isEmpty());
    }

    @Test
    void whatIsNowhereIsDownloadedOnceAndChecked() throws Exception {
        DataFile file = file(sha256(), uri("missing"), uri("moved"));
        Path found = files().find(file);
        assertEquals(root.resolve("cache/data/set/a.gz"), found);
        assertEquals((long) compressed.length, progress.getLast());
        server.stop(0);
        assertEquals(found, files().find(file));
    }

    @Test
    void idxFilesMayHaveADotForTheirHyphenEverywhere() throws IOException {
        Path system = Files.createDirectories(root.resolve("system"));
        DataFile file =
                new DataFile("set", "train-images-idx3-ubyte.gz", ANY, List.of(system), List.of(uri("missing")));
        String message =
                assertThrows(IOException.class, () -> files().find(file)).getMessage();
        assertTrue(
                message.contains(
                        root.resolve("cache/data/set/train-images-idx3-ubyte.gz")
                                + ", there also for train-images-idx3-ubyte, train-images.idx3-ubyte.gz, train-images.idx3-ubyte;"),
                message);
        for (String place : List.of("cache/data/set", "system", "own", "own/set")) {
            for (String name : List.of("train-images.idx3-ubyte", "train-images.idx3-ubyte.gz")) {
                Path at = Files.createDirectories(root.resolve(place)).resolve(name);
                Files.write(at, CONTENT);
                assertEquals(at, files().find(file));
                Files.delete(at);
            }
        }
        Files.write(root.resolve("own/set/train-images.idx3-ubyte"), CONTENT);
        Path usual = Files.write(root.resolve("own/set/train-images-idx3-ubyte"), CONTENT);
        assertEquals(usual, files().find(file));
    }

    @Test
    void whatIsPlainlyNoDataIsTold() throws IOException {
        Path at = Files.createDirectories(root.resolve("own/set")).resolve("a.gz");
        DataFile file = file(ANY, uri("good"));
        String failed = ", not a data file: the download failed; delete it";
        for (String page : List.of(
                "<!DOCTYPE html>\n<title>404</title>",
                "\uFEFF \n<HTML lang=en>",
                "<?xml version='1.0'?><html xmlns='x'>",
                "<!-- moved --><html>")) {
            assertIs(Files.writeString(at, page), file, " is a web page" + failed);
        }
        assertIs(
                Files.writeString(at, "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"),
                file,
                " is an XML message" + failed);
        assertIs(Files.write(at, new byte[0]), file, " is an empty file" + failed);
        assertIs(
                Files.writeString(at, "version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 9\n"),
                file,
                " is a pointer of Git LFS, not a data file: fetch the file with git lfs pull, or delete it");
        Path xml = Files.writeString(root.resolve("own/set/labels.xml"), "<?xml version='1.0'?><labels/>");
        assertEquals(xml, files().find(new DataFile("set", "labels.xml", ANY, List.of(), List.of())));
    }

    @Test
    void aServerThatSendsAPageIsPassedOver() throws Exception {
        assertFails(file(ANY, uri("page")), "(the server sent a web page instead)");
        assertEquals(root.resolve("cache/data/set/a.gz"), files().find(file(sha256(), uri("page"), uri("good"))));
    }

    private void assertIs(Path at, DataFile file, String problem) {
        assertEquals(
                at + problem,
                assertThrows(IOException.class, () -> files().find(file)).getMessage());
    }

    @Test
    void anotherContentIsThrownAway() throws IOException {
        assertFails(file(ANY, uri("good")), "its SHA-256 is");
    }

    @Test
    void anMd5IsThatOfTheCompressedFile() throws Exception {
        assertFails(file(md5(CONTENT), uri("good")), "its MD5 is");
        assertEquals(root.resolve("cache/data/set/a.gz"), files().find(file(md5(compressed), uri("good"))));
    }

    @Test
    void aChecksumHasAllItsDigits() {
        assertThrows(IllegalArgumentException.class, () -> Checksum.sha256("ab".repeat(16)));
        assertThrows(IllegalArgumentException.class, () -> Checksum.md5OfDownload("xy".repeat(16)));
        assertEquals(Checksum.md5OfDownload("AB".repeat(16)), Checksum.md5OfDownload("ab".repeat(16)));
    }

    @Test
    void pathsOfTheUserAreBelowTheDataFoldersOrHere() {
        assertEquals(List.of(root.resolve("own/faces/train"), Path.of("faces/train")), files().places("faces/train"));
        assertEquals(List.of(Path.of("/faces")), files().places("/faces"));
    }

    @Test
    void aDownloadThatBreaksOffIsThrownAway() throws Exception {
        assertFails(file(sha256(), uri("cut")), uri("cut").toString());
    }

    @Test
    void withoutANetworkThePathsAreNamed() throws Exception {
        DataFile file = file(sha256(), uri("missing"));
        server.stop(0);
        String message = assertFails(file, "no connection");
        assertTrue(message.contains(root.resolve("own/set/a.gz").toString()), message);
        assertTrue(message.contains("name its folder with data.root or DAFL_DATA"), message);
        assertEquals(1, message.lines().count());
        assertFails(new DataFile("set", "a.gz", ANY, List.of(), List.of()), "it cannot be downloaded");
    }

    private String assertFails(DataFile file, String part) throws IOException {
        String message =
                assertThrows(IOException.class, () -> files().find(file)).getMessage();
        assertTrue(message.contains(part), message);
        Path downloads = root.resolve("cache/data/set");
        if (Files.exists(downloads)) {
            try (Stream<Path> left = Files.list(downloads)) {
                assertFalse(left.findAny().isPresent(), "nothing half-written stays");
            }
        }
        return message;
    }

    private LocalDataFiles files() {
        return new LocalDataFiles(
                List.of(root.resolve("own")),
                root.resolve("cache"),
                event -> progress.add(((RunEvent.Downloading) event).bytes()));
    }

    private static DataFile file(Checksum checksum, URI... mirrors) {
        return new DataFile("set", "a.gz", checksum, List.of(), List.of(mirrors));
    }

    private URI uri(String context) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + context + "/a.gz");
    }

    private static Checksum sha256() throws Exception {
        return Checksum.sha256(
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(CONTENT)));
    }

    private static Checksum md5(byte[] bytes) throws Exception {
        return Checksum.md5OfDownload(
                HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes)));
    }
}

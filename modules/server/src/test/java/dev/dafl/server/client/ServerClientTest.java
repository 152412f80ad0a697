package dev.dafl.server.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.server.api.ApiJson;
import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobState;
import dev.dafl.server.api.Submission;
import dev.dafl.server.client.ServerClient.Action;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerClientTest {

    private static final Transfer NOBODY = (_, _, _) -> {};
    private static final String PROBLEM = "application/problem+json";

    @TempDir
    private Path work;

    private static ServerException refused(int status, String type, String body) throws IOException {
        try (OtherEnd server = OtherEnd.with(exchange -> OtherEnd.send(exchange, status, type, body));
                ServerClient client = server.client()) {
            return assertThrows(ServerException.class, () -> client.job(7));
        }
    }

    @Test
    void aSubmissionGoesThereAndAJobComesBack() throws IOException {
        Submission submission = new Submission(
                "name: é\n",
                "a.yaml",
                Map.of("seed", "3"),
                5,
                Optional.of(2),
                Optional.of("night"),
                Map.of("t.pt", "ab"));
        List<String> sent = new CopyOnWriteArrayList<>();
        try (OtherEnd server = OtherEnd.with(exchange -> {
                    sent.add(exchange.getRequestHeaders().getFirst("Authorization"));
                    sent.add(exchange.getRequestHeaders().getFirst("Content-Type"));
                    sent.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                    OtherEnd.send(exchange, 201, "application/json; charset=utf-8", OtherEnd.JOB.formatted("queued"));
                });
                ServerClient client = server.client()) {
            Job job = client.submit(submission);
            assertEquals(7, job.id());
            assertEquals(JobState.QUEUED, job.state());
            assertEquals(Optional.empty(), job.reason());
            assertEquals(List.of("POST /api/v1/jobs"), server.asked());
        }
        assertEquals(List.of("Bearer s3cret", "application/json"), sent.subList(0, 2));
        assertEquals(submission, ApiJson.read(sent.get(2), Submission.class));
    }

    @Test
    void everyOperationHasItsAddress() throws IOException {
        try (OtherEnd server = OtherEnd.with(exchange -> OtherEnd.json(
                        exchange,
                        switch (exchange.getRequestURI().getPath()) {
                            case "/api/v1/jobs" ->
                                "{\"jobs\": [" + OtherEnd.JOB.formatted("paused") + "], \"next\": 7}";
                            case "/api/v1/jobs/7/artefacts" ->
                                "{\"artefacts\": [{\"path\": \"a/b\", \"bytes\": 3, \"modified\": \"2026-01-01T00:00:00.5Z\"}]}";
                            default -> OtherEnd.JOB.formatted("stopping");
                        }));
                ServerClient client = server.client()) {
            Job.Page page = client.jobs(List.of(JobState.PAUSED, JobState.QUEUED), 20, Optional.of(9L));
            assertEquals(Optional.of(7L), page.next());
            assertEquals(JobState.PAUSED, page.jobs().getFirst().state());
            assertEquals("a/b", client.artefacts(7).getFirst().path());
            for (Action action : Action.values()) {
                assertEquals(JobState.STOPPING, client.change(7, action).state());
            }
            assertEquals(
                    List.of(
                            "GET /api/v1/jobs?limit=20&state=paused,queued&before=9",
                            "GET /api/v1/jobs/7/artefacts",
                            "POST /api/v1/jobs/7/stop",
                            "POST /api/v1/jobs/7/pause",
                            "POST /api/v1/jobs/7/resume",
                            "POST /api/v1/jobs/7/retry"),
                    server.asked());
        }
    }

    @Test
    void aProblemIsToldInItsOwnWordsWithThePlacesThatItLeavesOut() throws IOException {
        ServerException e = refused(422, PROBLEM, """
                {"title": "Unprocessable", "status": 422, "detail": "a.yaml:8: unknown key studnt\\u001b[31m",
                 "errors": [{"source": "a.yaml", "line": 8, "detail": "unknown key studnt"},
                            {"source": "a.yaml", "detail": "no seed"}], "later": 1}""");
        assertEquals("a.yaml:8: unknown key studnt\\u001b[31m\n  a.yaml: no seed", e.getMessage());
        assertEquals(422, e.status());
        assertTrue(e.badInput());
        assertFalse(refused(409, PROBLEM, "{\"detail\": \"job 7 has ended\"}").badInput());
    }

    /** Status, type, body, a part of the message. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            200 | text/html        | <html>hello</html>  | answered GET /api/v1/jobs/7 with 200 and text/html: it is no dafl server
            404 | text/html        | <html>none</html>   | answered GET /api/v1/jobs/7 with 404 and text/html: it is no dafl server
            404 | application/json | {"error": "none"}   | it is no dafl server; is the address right?
            502 | text/html        | <p>bad gateway</p>  | it, or a proxy before it, is in trouble; try again later
            500 | application/problem+json | {"detail   | is in trouble
            400 | application/problem+json | []         | it is no dafl server
            200 | application/json | {"id": 1}           | is none of a dafl server of this version
            200 | application/json | {"hello": "world"}  | is none of a dafl server of this version
            200 | application/json | null                | is none of a dafl server of this version
            200 | application/json | [1]                 | is none of a dafl server of this version
            200 | application/json | {"id": 1            | is none of a dafl server of this version
            200 | application/json | {"id":7,"name":null,"kind":"experiment","state":"queued","priority":0,"cores":1,"owner":"a","submitted":"2026-01-01T00:00:00Z","revision":3,"runs":[]} | something is missing in it
            401 | text/html        | who?                | does not take this token: it is of another server
            403 | application/problem+json | {"detail": "this token may only read"} | this token may only read
            """)
    void everyOtherAnswerGetsOneClearSentence(int status, String type, String body, String message) throws IOException {
        ServerException e = refused(status, type, body);
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
        assertEquals(status, e.status());
    }

    @Test
    void whoHasNoTokenIsToldWhereToGetOne() throws IOException {
        try (OtherEnd server = OtherEnd.with(exchange -> {
                    assertFalse(exchange.getRequestHeaders().containsKey("Authorization"));
                    OtherEnd.send(exchange, 401, PROBLEM, "{}");
                });
                ServerClient client = OtherEnd.client(server.address(), Optional.empty())) {
            String message =
                    assertThrows(ServerException.class, () -> client.job(7)).getMessage();
            assertTrue(message.contains("wants a token: put the one that 'dafl serve' printed"), message);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void aTokenIsNotTakenToWhereARedirectionLeads(int status) throws IOException {
        try (OtherEnd thief = OtherEnd.with(exchange -> OtherEnd.json(exchange, OtherEnd.JOB.formatted("running")));
                OtherEnd server = OtherEnd.with(exchange -> {
                    exchange.getResponseHeaders().set("Location", thief.address() + "/api/v1/jobs/7");
                    exchange.sendResponseHeaders(status, -1);
                });
                ServerClient client = server.client()) {
            String message =
                    assertThrows(ServerException.class, () -> client.job(7)).getMessage();
            assertTrue(message.contains("sends one on to " + thief.address()), message);
            assertEquals(List.of(), thief.asked());
        }
    }

    @Test
    void anAnswerThatBreaksOffIsTold() throws IOException {
        try (OtherEnd server = OtherEnd.with(exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, 1000);
                    exchange.getResponseBody().write('{');
                    exchange.getResponseBody().flush();
                    throw new IOException("cut off");
                });
                ServerClient client = server.client()) {
            String message =
                    assertThrows(ServerException.class, () -> client.job(7)).getMessage();
            assertTrue(message.contains("broke off"), message);
        }
    }

    /** Whatever it is asked, it says the same. */
    private static ServerSocket saying(String text) throws IOException {
        ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        // Ends with the socket.
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try (Socket accepted = socket.accept()) {
                    int _ = accepted.getInputStream().read(new byte[4096]);
                    accepted.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
                } catch (IOException _) {
                    return;
                }
            }
        });
        return socket;
    }

    /** As by a server of something else, or of https. */
    @ParameterizedTest
    @ValueSource(strings = {"", "220 mail.example.org ESMTP\r\n", "\u0015\u0003\u0001\u0000\u0002\u0002\u0046"})
    void whatIsNoHttpIsTold(String said) throws IOException {
        try (ServerSocket socket = saying(said);
                ServerClient client = OtherEnd.client("http://127.0.0.1:" + socket.getLocalPort(), Optional.empty())) {
            String message =
                    assertThrows(ServerException.class, () -> client.job(7)).getMessage();
            assertTrue(message.contains("is it a dafl server, and is it http and not https?"), message);
        }
    }

    @ParameterizedTest
    @CsvSource({"'HTTP/1.1 400 Bad Request', does not speak TLS: is it http://127.0.0.1:", "'', no secure connection to"
    })
    void httpsToAServerWithoutItIsTold(String said, String told) throws Exception {
        try (ServerSocket socket = saying(said);
                ServerClient client = trusting("https://127.0.0.1:" + socket.getLocalPort())) {
            String message =
                    assertThrows(ServerException.class, () -> client.job(7)).getMessage();
            assertTrue(message.contains(told), message);
        }
    }

    @Test
    void whereNobodyListensOneIsToldWhatToDo() throws IOException {
        String address = OtherEnd.closedPort();
        try (ServerClient client = OtherEnd.client(address, Optional.empty())) {
            ServerException e = assertThrows(ServerException.class, () -> client.job(7));
            assertEquals(
                    "no server listens at " + address + "; start one there with 'dafl serve', or name another with"
                            + " --server or DAFL_SERVER",
                    e.getMessage());
            assertEquals(0, e.status());
        }
    }

    /** Which names are known is the network's affair. */
    @Test
    void aNameThatNobodyKnowsIsTold() {
        ConnectException e = new ConnectException();
        e.initCause(new UnresolvedAddressException());
        assertEquals(
                "no machine is known here as bxo: is http://bxo:8642 spelled right?",
                Unreachable.of(ServerAddress.of("http://bxo:8642"), OtherEnd.PATIENCE, e)
                        .getMessage());
    }

    private static HttpServer https() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = ServerClientTest.class.getResourceAsStream("server.p12")) {
            store.load(in, "secret".toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, "secret".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create();
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return server;
    }

    private ServerClient trusting(String address) throws Exception {
        Path pem = Path.of(ServerClientTest.class.getResource("server.pem").toURI());
        return ServerClient.of(ServerAddress.of(address), Optional.of("s3cret"), Optional.of(pem), OtherEnd.PATIENCE);
    }

    @Test
    void onesOwnAuthorityIsTrustedForItsMachineAlone() throws Exception {
        try (OtherEnd server =
                OtherEnd.with(https(), exchange -> OtherEnd.json(exchange, OtherEnd.JOB.formatted("running")))) {
            String address = server.address().replace("http:", "https:");
            try (ServerClient client = trusting(address)) {
                assertEquals(JobState.RUNNING, client.job(7).state());
            }
            try (ServerClient client = OtherEnd.client(address, Optional.of("s3cret"))) {
                String message =
                        assertThrows(ServerException.class, () -> client.job(7)).getMessage();
                assertTrue(message.contains("signed by nobody who is trusted here"), message);
                assertTrue(message.contains("--ca FILE"), message);
            }
            try (ServerClient client = trusting(address.replace("127.0.0.1", "localhost"))) {
                String message =
                        assertThrows(ServerException.class, () -> client.job(7)).getMessage();
                assertTrue(message.contains("is of another machine"), message);
            }
            assertEquals(1, server.asked().size());
        }
    }

    @Test
    void whatIsNoCertificateIsTold() throws IOException {
        Path file = Files.writeString(work.resolve("ca.pem"), "hello");
        ServerAddress address = ServerAddress.of("https://box");
        ConfigException none = assertThrows(
                ConfigException.class, () -> ServerClient.of(address, Optional.empty(), Optional.of(file)));
        assertTrue(none.getMessage().contains("ca.pem holds no certificate"), none.getMessage());
        ConfigException missing = assertThrows(
                ConfigException.class,
                () -> ServerClient.of(address, Optional.empty(), Optional.of(work.resolve("no.pem"))));
        assertTrue(missing.getMessage().startsWith("no such file: "), missing.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nb", "é", "a\r\nX-Evil: 1"})
    void whatCannotBeATokenIsNotSent(String token) {
        assertThrows(
                ConfigException.class,
                () -> ServerClient.of(ServerAddress.of("http://box"), Optional.of(token), Optional.empty()));
    }

    @Test
    void aLogComesInPieces() throws IOException {
        byte[] log = "one\ntwo\n".getBytes(StandardCharsets.UTF_8);
        try (OtherEnd server = OtherEnd.with(exchange -> {
                    String range = exchange.getRequestHeaders().getFirst("Range");
                    int from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-.*", "$1"));
                    if (from >= log.length) {
                        exchange.sendResponseHeaders(416, -1);
                        return;
                    }
                    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
                    exchange.sendResponseHeaders(206, Math.min(5, log.length - from));
                    exchange.getResponseBody().write(log, from, Math.min(5, log.length - from));
                });
                ServerClient client = server.client()) {
            LogPart first = client.log(7, 0);
            assertEquals("one\nt", new String(first.bytes(), StandardCharsets.UTF_8));
            LogPart second = client.log(7, first.next());
            assertEquals("wo\n", new String(second.bytes(), StandardCharsets.UTF_8));
            LogPart none = client.log(7, second.next());
            assertEquals(0, none.bytes().length);
            assertEquals(second.next(), none.next());
        }
    }

    @Test
    void aLogOfAServerWithoutRangesComesToo() throws IOException {
        try (OtherEnd server = OtherEnd.with(exchange -> OtherEnd.send(exchange, 200, "text/plain", "one\ntwo\n"));
                ServerClient client = server.client()) {
            assertEquals("two\n", new String(client.log(7, 4).bytes(), StandardCharsets.UTF_8));
            assertEquals(8, client.log(7, 8).next());
            assertEquals(9, client.log(7, 9).next());
        }
    }

    @Test
    void aFileIsUploadedOnce() throws IOException {
        Path file = Files.write(work.resolve("teacher.pt"), new byte[200_000]);
        List<String> there = new CopyOnWriteArrayList<>();
        long[] told = {0};
        try (OtherEnd server = OtherEnd.with(exchange -> {
                    String name =
                            URI.create(exchange.getRequestURI().toString()).getPath();
                    if (exchange.getRequestMethod().equals("HEAD")) {
                        exchange.sendResponseHeaders(there.contains(name) ? 200 : 404, -1);
                    } else {
                        assertEquals(200_000, exchange.getRequestBody().readAllBytes().length);
                        assertEquals("200000", exchange.getRequestHeaders().getFirst("Content-Length"));
                        there.add(name);
                        exchange.sendResponseHeaders(201, -1);
                    }
                });
                ServerClient client = server.client()) {
            String digest = client.upload(file, (_, done, _) -> told[0] = done);
            assertEquals(digest, client.upload(file, NOBODY));
            assertEquals(
                    List.of(
                            "HEAD /api/v1/files/" + digest,
                            "PUT /api/v1/files/" + digest,
                            "HEAD /api/v1/files/" + digest),
                    server.asked());
            assertEquals(200_000, told[0]);
            Path empty = Files.createFile(work.resolve("empty"));
            there.add("/api/v1/files/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
            assertEquals(
                    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", client.upload(empty, NOBODY));
            assertThrows(ConfigException.class, () -> client.upload(work.resolve("none"), NOBODY));
        }
    }

    @Test
    void aFileThatIsTooLargeIsRefused() throws IOException {
        Path file = Files.write(work.resolve("teacher.pt"), new byte[200_000]);
        try (OtherEnd server = OtherEnd.with(exchange -> {
                    if (exchange.getRequestMethod().equals("HEAD")) {
                        exchange.sendResponseHeaders(404, -1);
                    } else {
                        // One that closes on what was not read resets the connection, at times before its answer is
                        // read.
                        exchange.getRequestBody().readAllBytes();
                        OtherEnd.send(exchange, 413, PROBLEM, "{\"detail\": \"at most 100 kB\"}");
                    }
                });
                ServerClient client = server.client()) {
            ServerException e = assertThrows(ServerException.class, () -> client.upload(file, NOBODY));
            assertEquals("at most 100 kB", e.getMessage());
            assertTrue(e.badInput());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8642, true, false",
        "http://localhost, true, false",
        "http://127.9.9.9, true, false",
        "https://[::1]:1, true, true",
        "HTTPS://box:8642/dafl/, false, true",
        "http://192.168.0.7:8642, false, false",
        "http://127.0.0.1.example.org, false, false",
        "http://localhost.example.org, false, false",
        "http://0.0.0.0:8642, false, false"
    })
    void whatIsThisMachineIsSaidByTheText(String text, boolean loopback, boolean encrypted) {
        ServerAddress address = ServerAddress.of(text);
        assertEquals(loopback, address.loopback());
        assertEquals(encrypted, address.encrypted());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "box",
                "box:8642",
                "ftp://box",
                "http://",
                "http://box:99999",
                "http://a b",
                "http://me:secret@box",
                "http://box?a=1",
                "http://box#a",
                "//box",
                "http:///jobs"
            })
    void whatIsNoAddressIsTold(String text) {
        ConfigException e = assertThrows(ConfigException.class, () -> ServerAddress.of(text));
        assertFalse(e.getMessage().contains("secret"), e.getMessage());
        assertTrue(
                e.getMessage().contains("such as http://box:8642")
                        || e.getMessage().contains("write it as"),
                e.getMessage());
    }

    @Test
    void aServerMayLieBehindAPath() {
        assertEquals(
                URI.create("https://box/dafl/api/v1/jobs/7"),
                ServerAddress.of("https://box/dafl/").at("/jobs/7"));
    }
}

package dev.dafl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.dafl.server.api.ApiJson;
import dev.dafl.server.api.Submission;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the commands say to a server and make of its answers. */
class ServerCommandsTest {

    private static final String RUN = """
            {"name": "%s", "folder": "%s", "labels": {}, "state": "%s", "attempt": 1, "phase": "distillation", "step": 5,
             "steps": 10, "seconds-left": 75.0, "student": 0.8125}""";

    @TempDir
    private Path work;

    private HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Map<String, String> uploads = new ConcurrentHashMap<>();
    private final List<Submission> submitted = new CopyOnWriteArrayList<>();
    /** By address, what is answered as JSON. */
    private final Map<String, String> answers = new HashMap<>();

    private String events = "";
    /** Keeps a stream of events open after those. */
    private Optional<CountDownLatch> more = Optional.empty();

    private String log = "";

    /** How a command ended. */
    private record Outcome(int code, String out, String err) {}

    @BeforeEach
    void start() throws IOException {
        Files.writeString(work.resolve("token"), "s3cret\n");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/", exchange -> {
            try (exchange) {
                asked.add(exchange.getRequestMethod() + " "
                        + exchange.getRequestURI().toString().substring("/api/v1".length()));
                assertEquals("Bearer s3cret", exchange.getRequestHeaders().getFirst("Authorization"));
                answer(exchange, exchange.getRequestURI().getPath().substring("/api/v1".length()));
            }
        });
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange, String path) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (path.startsWith("/files/")) {
            boolean there = uploads.containsKey(path);
            if (exchange.getRequestMethod().equals("PUT")) {
                uploads.put(path, body);
            }
            exchange.sendResponseHeaders(exchange.getRequestMethod().equals("PUT") ? 201 : there ? 200 : 404, -1);
        } else if (path.equals("/jobs") && exchange.getRequestMethod().equals("POST")) {
            submitted.add(ApiJson.read(body, Submission.class));
            send(exchange, 201, "application/json", answers.getOrDefault("POST /jobs", job("queued")));
        } else if (path.endsWith("/events")) {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            more.ifPresent(ServerCommandsTest::await);
        } else if (path.endsWith("/log")) {
            int from = Integer.parseInt(
                    exchange.getRequestHeaders().getFirst("Range").replaceAll("bytes=(\\d+)-.*", "$1"));
            byte[] bytes = log.getBytes(StandardCharsets.UTF_8);
            if (from >= bytes.length) {
                exchange.sendResponseHeaders(416, -1);
            } else {
                // Cut within a character now and then.
                exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
                int length = Math.min(7, bytes.length - from);
                exchange.sendResponseHeaders(206, length);
                exchange.getResponseBody().write(bytes, from, length);
            }
        } else if (answers.containsKey(path)) {
            send(exchange, 200, "application/json", answers.get(path));
        } else {
            send(
                    exchange,
                    404,
                    "application/problem+json",
                    "{\"title\": \"Not Found\", \"status\": 404, \"detail\": \"there is nothing at %s\", \"errors\": []}"
                            .formatted(path));
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static String job(String state) {
        return job("experiment", state, RUN.formatted("digits", "run", state));
    }

    private static String job(String kind, String state, String runs) {
        return """
                {"id": 7, "name": "digits", "kind": "%s", "state": "%s", "reason": "because", "priority": 3, "cores": 2,
                 "owner": "ann", "submitted": "2026-01-01T00:00:00Z", "started": "2026-01-01T00:01:00Z", "revision": 3,
                 "runs": [%s]}""".formatted(kind, state, runs);
    }

    private static String event(int id, Optional<String> run, String event) {
        return "id: %d\nevent: x\ndata: {\"time\":\"2026-01-01T00:00:00Z\",%s\"event\":%s}\n\n"
                .formatted(id, run.map(name -> "\"run\":\"" + name + "\",").orElse(""), event);
    }

    private static String state(int id, String state) {
        return event(id, Optional.empty(), "{\"event\":\"state\",\"state\":\"" + state + "\",\"reason\":\"so\"}");
    }

    private Outcome dafl(String... typed) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        List<String> arguments = new ArrayList<>();
        Arrays.stream(typed).map(text -> text.replace("@", work + "/")).forEach(arguments::add);
        if (!arguments.contains("--server")) {
            arguments.addAll(List.of(
                    "--server", "http://127.0.0.1:" + server.getAddress().getPort()));
        }
        arguments.addAll(List.of("--token-file", work.resolve("token").toString()));
        int code = line.execute(arguments.toArray(String[]::new));
        assertFalse(err.toString().contains("\tat "), err.toString());
        return new Outcome(code, out.toString(), err.toString());
    }

    @Test
    void whatAnExperimentNamesGoesWithIt() throws IOException {
        Files.createDirectory(work.resolve("nets"));
        Files.writeString(work.resolve("nets/teacher.pt"), "teacher");
        Files.writeString(work.resolve("other.onnx"), "other");
        Files.writeString(work.resolve("elsewhere"), "given");
        String yaml =
                "teacher: {weights: nets/teacher.pt, model: lenet5}\nx: [named.bin, " + work.resolve("token") + "]\n";
        Files.writeString(work.resolve("a.yaml"), yaml);
        Outcome outcome = dafl(
                "submit",
                "@a.yaml",
                "--set",
                "student.weights=other.onnx",
                "--priority",
                "-5",
                "--cores",
                "3",
                "--client-id",
                "night",
                "--file",
                "named.bin=@elsewhere");
        assertEquals(0, outcome.code(), outcome.err());
        assertEquals("7\n", outcome.out());
        assertTrue(
                outcome.err().contains("job 7 (digits) is queued; look at it by: dafl job 7 --server http://127"),
                outcome.err());
        Submission sent = submitted.getFirst();
        assertEquals(yaml, sent.config());
        assertEquals("a.yaml", sent.source());
        assertEquals(Map.of("student.weights", "other.onnx"), sent.set());
        assertEquals(-5, sent.priority());
        assertEquals(Optional.of(3), sent.cores());
        assertEquals(Optional.of("night"), sent.clientId());
        Map<String, String> contents = new HashMap<>();
        sent.files().forEach((name, digest) -> contents.put(name, uploads.get("/files/" + digest)));
        assertEquals(Map.of("nets/teacher.pt", "teacher", "other.onnx", "other", "named.bin", "given"), contents);

        int before = asked.size();
        Files.writeString(work.resolve("b.yaml"), "name: b\n");
        Outcome again = dafl("submit", "@b.yaml", "--json");
        assertEquals(7, new JsonMapper().readTree(again.out()).path("id").asInt());
        assertEquals(List.of("POST /jobs"), asked.subList(before, asked.size()));
    }

    @Test
    void whatIsWrongWithASubmissionIsToldBeforeAnythingIsSent() throws IOException {
        Files.writeString(work.resolve("a.yaml"), "name: a\n");
        Files.writeString(work.resolve("bad.yaml"), "name: a\nb: [\n");
        for (String[] typed : new String[][] {
            {"submit @nowhere.yaml", "no such file: "},
            {"submit @bad.yaml", "bad.yaml:"},
            {"submit @a.yaml --priority 101", "--priority is from -100 to 100, not 101"},
            {"submit @a.yaml --cores 0", "must be a whole number from 1"},
            {"submit @a.yaml --file t.pt=@token", "names no file t.pt"},
            {"submit @a.yaml --file a=@nowhere", "no such file"},
            {"submit @a.yaml --server box:1", "is no server's address"},
            {"submit @a.yaml --server http://192.0.2.1:8642", "everybody on the way could read the token"},
            {"submit @a.yaml --ca @token", "--ca is for addresses with https"},
            {"submit @a.yaml --server https://127.0.0.1:1 --ca @a.yaml", "a.yaml holds no certificate"},
            {"job x", "'x' is no job's number"},
            {"jobs --state done", "done"},
            {"pull", "ID"}
        }) {
            Outcome outcome = dafl(typed[0].split(" "));
            assertEquals(2, outcome.code(), typed[0] + ": " + outcome.err());
            assertTrue(outcome.err().contains(typed[1]), typed[0] + ": " + outcome.err());
            assertEquals("", outcome.out());
        }
        assertEquals(List.of(), asked);
    }

    @Test
    void aJobIsFollowedToItsEnd() throws IOException {
        Files.writeString(work.resolve("a.yaml"), "name: a\n");
        events = state(1, "running")
                + event(
                        2,
                        Optional.of("digits"),
                        "{\"event\":\"evaluated\",\"network\":\"teacher\",\"step\":0,\"accuracy\":0.97}")
                + event(3, Optional.of("digits"), "{\"event\":\"of-a-later-version\",\"a\":1}")
                + event(
                        4,
                        Optional.of("digits"),
                        "{\"event\":\"progress\",\"phase\":\"distillation\",\"step\":10,\"steps\":10,\"metrics\":[]}")
                + state(5, "succeeded");
        answers.put("/jobs/7", job("succeeded"));
        Outcome good = dafl("submit", "@a.yaml", "--follow");
        assertEquals(0, good.code(), good.err());
        assertEquals("7", good.out().lines().findFirst().orElseThrow());
        assertTrue(good.err().contains("job 7 is running: so"), good.err());
        assertTrue(good.err().contains("teacher  97.00 % on the test images"), good.err());
        assertTrue(good.err().contains("distil   [####################] 10/10"), good.err());
        assertTrue(good.out().contains("fetch its files by: dafl pull 7"), good.out());

        events = state(1, "failed");
        answers.put("/jobs/7", job("failed"));
        Outcome bad = dafl("submit", "@a.yaml", "--follow", "--json");
        assertEquals(1, bad.code());
        assertTrue(bad.err().contains("dafl: job 7 is failed: because"), bad.err());
        assertEquals(
                "failed", new JsonMapper().readTree(bad.out()).path("state").asString());
    }

    /** As by Ctrl-C, but for the number of the signal. */
    @Test
    void whoEndsTheFollowingIsToldThatTheJobGoesOn() throws Exception {
        Files.writeString(work.resolve("a.yaml"), "name: a\n");
        events = state(1, "running");
        more = Optional.of(new CountDownLatch(1));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.dafl.cli.Main",
                        "submit",
                        work.resolve("a.yaml").toString(),
                        "--follow",
                        "--server",
                        "http://127.0.0.1:" + server.getAddress().getPort(),
                        "--token-file",
                        work.resolve("token").toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> told = new ArrayList<>();
        try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = err.readLine(); line != null; line = err.readLine()) {
                told.add(line);
                if (line.equals("job 7 is running: so")) {
                    // The process itself would close what it still has to say.
                    assertTrue(process.toHandle().destroy());
                }
            }
        }
        assertEquals(143, process.waitFor(), told.toString());
        assertTrue(
                told.getLast().startsWith("dafl: no longer following; job 7 goes on: look at it by dafl job 7 "),
                told.toString());
        assertEquals(List.of("POST /jobs", "GET /jobs/7/events"), asked);
        more.get().countDown();
    }

    @Test
    void theRunsOfAMatrixAreToldApart() throws IOException {
        Files.writeString(work.resolve("a.yaml"), "name: a\n");
        String runs = RUN.formatted("a", "runs/a", "succeeded") + "," + RUN.formatted("b", "runs/b", "failed");
        answers.put("POST /jobs", job("matrix", "queued", runs));
        answers.put("/jobs/7", job("matrix", "failed", runs));
        events = event(1, Optional.of("b"), "{\"event\":\"warning\",\"text\":\"late\"}")
                + event(
                        2,
                        Optional.of("a"),
                        "{\"event\":\"evaluated\",\"network\":\"student\",\"step\":5,\"accuracy\":0.5}")
                + event(3, Optional.of("b"), "{\"event\":\"failed\",\"reason\":\"no memory\"}")
                + event(4, Optional.of("b"), "{\"event\":\"state\",\"state\":\"failed\",\"reason\":\"no memory\"}")
                + state(5, "failed");
        Outcome outcome = dafl("submit", "@a.yaml", "--follow");
        assertEquals(1, outcome.code());
        assertTrue(outcome.err().contains("run 2 of 2: b\nb  warning  late\n"), outcome.err());
        assertTrue(outcome.err().contains("run 1 of 2: a\na  student  50.00 %"), outcome.err());
        assertEquals(1, outcome.err().split("run b failed: no memory", -1).length - 1, outcome.err());
        assertTrue(outcome.out().contains("runs/b"), outcome.out());
    }

    @Test
    void jobsAreListedPageByPage() {
        String another = job("experiment", "running", "").replace("\"id\": 7", "\"id\": 9");
        answers.put("/jobs", "{\"jobs\": [" + another + "," + job("running") + "], \"next\": 7}");
        Outcome outcome = dafl("jobs", "--limit", "3", "--state", "running,queued");
        assertEquals(0, outcome.code(), outcome.err());
        assertEquals(
                List.of("GET /jobs?limit=3&state=running,queued", "GET /jobs?limit=1&state=running,queued&before=7"),
                asked);
        assertTrue(
                outcome.out()
                        .lines()
                        .anyMatch(line -> line.matches(
                                "7 +digits +running +distil 50 %, ETA 1:15 min +81.25 % +\\d+ days? +ann +because")),
                outcome.out());
        JsonNode json =
                new JsonMapper().readTree(dafl("jobs", "--limit", "2", "--json").out());
        assertEquals(9, json.at("/jobs/0/id").asInt(), json.toString());
        answers.put("/jobs", "{\"jobs\": []}");
        assertEquals("no jobs\n", dafl("jobs").out());
    }

    @Test
    void aJobIsShownAndChanged() {
        answers.put("/jobs/7", job("matrix", "running", RUN.formatted("a\\u001b", "runs/a", "running")));
        Outcome shown = dafl("job", "7");
        assertEquals(0, shown.code(), shown.err());
        assertTrue(shown.out().startsWith("job 7: digits, a matrix of 1 run, running: because\n"), shown.out());
        assertTrue(shown.out().contains("by ann; priority 3, 2 cores a run"), shown.out());
        assertFalse(shown.out().contains("\u001b"), "what a server says does not move the cursor");
        assertEquals(
                "matrix",
                new JsonMapper()
                        .readTree(dafl("job", "7", "--json").out())
                        .path("kind")
                        .asString());
        asked.clear();
        Map<String, String> commands = Map.of("stop", "stop", "pause", "pause", "unpause", "resume", "retry", "retry");
        commands.forEach((typed, action) -> {
            answers.put("/jobs/7/" + action, job("stopping"));
            Outcome changed = dafl(typed, "7");
            assertEquals(0, changed.code(), changed.err());
            assertEquals("job 7 is stopping\n", changed.out());
            assertEquals("POST /jobs/7/" + action, asked.getLast());
        });
        Outcome missing = dafl("job", "8");
        assertEquals(2, missing.code());
        assertEquals("dafl: there is nothing at /jobs/8\n", missing.err());
    }

    @Test
    void logsArePrintedWhole() {
        log = "one\nzwei: äöü→𝄞\n\nthe rest";
        answers.put("/jobs/7", job("succeeded"));
        assertEquals(log, dafl("logs", "7").out());
        assertEquals(log, dafl("logs", "7", "--follow").out());
        log = "";
        assertEquals(new Outcome(0, "", ""), dafl("logs", "7"));
    }

    @Test
    void filesArePulledAllOrSome() throws IOException {
        answers.put("/jobs/7/artefacts", """
                {"artefacts": [{"path": "run/a.txt", "bytes": 1, "modified": "2026-01-01T00:00:00Z"},
                               {"path": "run/deep/b.txt", "bytes": 2, "modified": "2026-01-01T00:00:00Z"},
                               {"path": "runs.txt", "bytes": 3, "modified": "2026-01-01T00:00:00Z"}]}""");
        answers.put("/jobs/7/artefacts/run/a.txt", "a");
        answers.put("/jobs/7/artefacts/run/deep/b.txt", "bb");
        answers.put("/jobs/7/artefacts/runs.txt", "ccc");
        Outcome some = dafl("pull", "7", "run/", "--out", "@some");
        assertEquals(0, some.code(), some.err());
        assertEquals(List.of("some/run/a.txt", "some/run/deep/b.txt"), files("some"));
        assertEquals("2 files with 3 B are in " + work.resolve("some") + "\n", some.out());
        assertTrue(some.err().contains("fetching run/deep/b.txt  2 B"), some.err());
        assertEquals(0, dafl("pull", "7", "--out", "@all").code());
        assertEquals(List.of("all/run/a.txt", "all/run/deep/b.txt", "all/runs.txt"), files("all"));
        Outcome none = dafl("pull", "7", "rum", "--out", "@none");
        assertEquals(2, none.code());
        assertEquals("dafl: job 7 has no file rum; there are run/a.txt, run/deep/b.txt, runs.txt\n", none.err());
        assertFalse(Files.exists(work.resolve("none")));
    }

    private List<String> files(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(work.resolve(folder))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> work.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void filesAreLookedForWhereARunWouldAndThenBesideTheYaml() throws IOException {
        Path here = Files.createDirectories(work.resolve("here"));
        Path beside = Files.createDirectories(work.resolve("configs"));
        Files.writeString(here.resolve("both.pt"), "");
        Files.writeString(beside.resolve("both.pt"), "");
        Files.writeString(beside.resolve("one.pt"), "");
        Files.createDirectory(here.resolve("folder"));
        SubmittedFiles files = new SubmittedFiles(here, beside.resolve("a.yaml"));
        assertEquals(
                Map.of("both.pt", here.resolve("both.pt"), "one.pt", beside.resolve("one.pt")),
                files.of(
                        Set.of(
                                "both.pt",
                                "one.pt",
                                "folder",
                                "none.pt",
                                "",
                                "a\0b",
                                here.resolve("both.pt").toString()),
                        Map.of()));
    }
}

package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A real server with real runs, asked over HTTP. */
class ServerTest {

    static final String SMALL = """
            seed: 3
            device: cpu
            precision: fp32
            threads: 1
            data: {dataset: {name: stroke-digits, train: 120, test: 50}, image-size: 32}
            teacher: {model: lenet5, epochs: 2, batch: 20}
            student: {model: lenet5-half, optimizer: {learning-rate: 0.002}}
            generator:
              model: {name: dcgan, latent: 10, width: 8}
              optimizer: {learning-rate: 0.02}
              losses: [one-hot, {name: information-entropy, weight: 5}]
            distillation: {schedule: {kind: joint, steps: 18}, batch: 16, log-every: 2, select-every: 6}
            """;

    /** One that does not come to its end by itself. */
    private static final String ENDLESS =
            SMALL.replace("steps: 18", "steps: 100000000").replace(", select-every: 6", "")
                    + "checkpoint: {every: 3 steps}\n";

    @TempDir
    private static Path work;

    private static ServerProcess server;

    @BeforeAll
    static void serve() throws Exception {
        Path here = Files.createDirectory(work.resolve("server"));
        server = ServerProcess.start(
                Launcher.in(here), here.resolve("data"), Optional.empty(), "--slots", "2", "--grace", "30");
    }

    @AfterAll
    static void end() throws Exception {
        server.stop();
        assertEquals(
                List.of(),
                server.process().descendants().map(ProcessHandle::pid).toList(),
                "no process is left behind");
    }

    @Test
    void aRunHasTheBitsOfOneThatWasStartedByHand() throws Exception {
        long id = server.submitted(SMALL, "small.yaml");
        JsonNode job = server.awaitState(id, "succeeded", "failed");
        assertEquals("succeeded", job.path("state").asString(), job.toString());
        assertEquals("small", job.path("name").asString());
        JsonNode run = job.path("runs").get(0);
        assertEquals(18, run.path("step").asInt());
        assertTrue(run.path("student").isNumber() && run.path("teacher").isNumber(), run.toString());
        Path by = Files.createDirectory(work.resolve("by-hand"));
        Files.writeString(by.resolve("small.yaml"), SMALL);
        Launcher.Outcome outcome = Launcher.in(by).run("run", "small.yaml", "--out", "run");
        assertEquals(0, outcome.code(), outcome.err());
        for (String file : List.of("student.safetensors", "generator.safetensors", "generated.png")) {
            HttpResponse<byte[]> response = server.get("/jobs/" + id + "/artefacts/run/" + file);
            assertEquals(200, response.statusCode());
            assertArrayEquals(Files.readAllBytes(by.resolve("run").resolve(file)), response.body(), file);
        }
        Set<String> artefacts = ServerProcess.json(server.get("/jobs/" + id + "/artefacts"))
                .path("artefacts")
                .valueStream()
                .map(artefact -> artefact.path("path").asString())
                .collect(Collectors.toSet());
        assertTrue(artefacts.containsAll(Set.of("config/small.yaml", "run/report.html", "run/result.json")));
        assertEquals(SMALL, ServerProcess.text(server.get("/jobs/" + id + "/config")));
        eventsGoOnAfterEachId(id);
        filesAreServedInPart(id);
        deletedJobsAreGone(id);
    }

    private record Event(long id, String name, String data) {}

    private void eventsGoOnAfterEachId(long id) throws Exception {
        List<Event> all = events(id, 0);
        List<String> names = all.stream().map(Event::name).toList();
        assertEquals("state", names.getFirst());
        assertEquals("state", names.getLast());
        assertTrue(names.containsAll(List.of("environment", "progress", "selected", "evaluated", "finished")));
        for (int i = 0; i < all.size(); i += 7) {
            assertEquals(all.subList(i + 1, all.size()), events(id, all.get(i).id()));
            // One that was never given goes on with the next.
            assertEquals(all.subList(i + 1, all.size()), events(id, all.get(i).id() - 1));
        }
        assertEquals(List.of(), events(id, Long.MAX_VALUE / 10));
    }

    /** Until the stream ends, as it does with the job. */
    private List<Event> events(long id, long after) throws Exception {
        HttpResponse<byte[]> response = server.send(server.request("/api/v1/jobs/" + id + "/events")
                .header("Last-Event-ID", Long.toString(after))
                .build());
        assertEquals(200, response.statusCode());
        assertEquals(Optional.of("text/event-stream"), response.headers().firstValue("Content-Type"));
        List<Event> events = new ArrayList<>();
        for (String block : ServerProcess.text(response).split("\n\n")) {
            Map<String, String> fields = Arrays.stream(block.split("\n"))
                    .filter(line -> !line.startsWith(":"))
                    .map(line -> line.split(": ", 2))
                    .collect(Collectors.toMap(field -> field[0], field -> field[1]));
            if (!fields.isEmpty()) {
                events.add(new Event(Long.parseLong(fields.get("id")), fields.get("event"), fields.get("data")));
            }
        }
        return events;
    }

    private void filesAreServedInPart(long id) throws Exception {
        String path = "/api/v1/jobs/" + id + "/artefacts/run/result.json";
        HttpResponse<byte[]> whole = server.send(server.request(path).build());
        byte[] bytes = whole.body();
        String tag = whole.headers().firstValue("ETag").orElseThrow();
        assertEquals(
                304,
                server.send(server.request(path).header("If-None-Match", tag).build())
                        .statusCode());
        int size = bytes.length;
        for (String[] range : new String[][] {
            {"bytes=0-9", "0", "10"},
            {"bytes=5-", "5", "" + size},
            {"bytes=-7", "" + (size - 7), "" + size},
            {"bytes=" + (size - 1) + "-" + (size + 100), "" + (size - 1), "" + size}
        }) {
            HttpResponse<byte[]> part =
                    server.send(server.request(path).header("Range", range[0]).build());
            assertEquals(206, part.statusCode(), range[0]);
            int from = Integer.parseInt(range[1]);
            int to = Integer.parseInt(range[2]);
            assertArrayEquals(Arrays.copyOfRange(bytes, from, to), part.body(), range[0]);
            assertEquals(
                    Optional.of("bytes " + from + "-" + (to - 1) + "/" + size),
                    part.headers().firstValue("Content-Range"));
        }
        assertEquals(
                416,
                server.send(server.request(path)
                                .header("Range", "bytes=" + size + "-")
                                .build())
                        .statusCode());
        for (String odd : List.of("bytes=", "bytes=a-b", "lines=1-2", "bytes=0-1,4-5", "bytes=9-2")) {
            assertEquals(
                    200,
                    server.send(server.request(path).header("Range", odd).build())
                            .statusCode(),
                    odd);
        }
    }

    private void deletedJobsAreGone(long id) throws Exception {
        assertEquals(
                204,
                server.ask("DELETE", "/jobs/" + id, BodyPublishers.noBody()).statusCode());
        assertEquals(404, server.get("/jobs/" + id).statusCode());
        assertFalse(Files.exists(work.resolve("server/data/jobs").resolve(Long.toString(id))));
    }

    @Test
    void jobsArePausedResumedStoppedAndTriedAgain() throws Exception {
        long id = server.submitted(ENDLESS, "endless.yaml");
        server.await(
                id, job -> job.path("runs").get(0).path("phase").asString("").equals("distillation"));
        eventsComeWhileItRuns("/jobs/" + id + "/events", "event: progress");
        eventsComeWhileItRuns("/events", "event: job");
        assertEquals(
                409,
                server.ask("DELETE", "/jobs/" + id, BodyPublishers.noBody()).statusCode());
        assertEquals(200, server.post("/jobs/" + id + "/pause").statusCode());
        long paused =
                server.awaitState(id, "paused").path("runs").get(0).path("step").asLong();
        assertEquals(409, server.post("/jobs/" + id + "/retry").statusCode());
        assertEquals(200, server.post("/jobs/" + id + "/resume").statusCode());
        JsonNode again =
                server.await(id, job -> job.path("runs").get(0).path("step").asLong() > paused + 4);
        assertEquals(2, again.path("runs").get(0).path("attempt").asInt());
        // It did not begin again: its events say where it went on.
        assertTrue(Files.readString(work.resolve("server/data/jobs/" + id + "/events.jsonl"))
                .contains("\"resumed\""));
        assertEquals(200, server.post("/jobs/" + id + "/stop").statusCode());
        server.awaitState(id, "stopped");
        assertEquals(200, server.post("/jobs/" + id + "/stop").statusCode());
        assertEquals(409, server.post("/jobs/" + id + "/resume").statusCode());
        assertEquals(200, server.post("/jobs/" + id + "/retry").statusCode());
        server.awaitState(id, "running");
        server.post("/jobs/" + id + "/stop");
        server.awaitState(id, "stopped");
        assertEquals(404, server.post("/jobs/" + id + "/explode").statusCode());
    }

    /** A stream that does not end by itself is read as far as a line that is waited for. */
    private static void eventsComeWhileItRuns(String path, String line) throws Exception {
        try (Stream<String> lines = server.lines(path)) {
            assertTrue(lines.anyMatch(line::equals));
        }
    }

    @Test
    void whatWaitsSaysWhy() throws Exception {
        long first = server.submitted(ENDLESS.replace("threads: 1", "threads: 2"), "both-cores.yaml");
        server.awaitState(first, "starting", "running");
        long second = server.submitted(SMALL, "behind.yaml");
        JsonNode waits = server.await(second, job -> job.has("reason"));
        assertEquals("queued", waits.path("state").asString());
        assertTrue(
                waits.path("reason").asString().matches("waits for (1 cores: 0 of 2 are free|job \\d+|a slot.*)"),
                waits.toString());
        server.post("/jobs/" + first + "/stop");
        assertEquals(
                "succeeded",
                server.awaitState(second, "succeeded", "failed").path("state").asString());
    }

    @Test
    void aMatrixIsOneJobWithATable() throws Exception {
        String matrix = SMALL + "matrix: {seed: [1, 2]}\n";
        long id = server.submitted(matrix, "two.yaml");
        JsonNode job = server.awaitState(id, "succeeded", "failed");
        assertEquals("succeeded", job.path("state").asString(), job.toString());
        assertEquals("matrix", job.path("kind").asString());
        assertEquals(2, job.path("runs").size());
        JsonNode table = ServerProcess.json(server.get("/jobs/" + id + "/table"));
        assertEquals(2, table.path("planned").asInt());
        assertEquals(2, table.path("rows").get(0).path("runs").asInt(), table.toString());
        Path report = work.resolve("server/data/jobs/" + id + "/run/report.html");
        while (!Files.exists(report)) {
            Thread.onSpinWait();
        }
        assertEquals(
                404,
                server.get("/jobs/" + server.submitted(SMALL, "one.yaml") + "/table")
                        .statusCode());
    }

    /** What is sent, the status, a part of the sentence. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {                                             | 422 | the body cannot be read
            null                                          | 422 | the body is null
            {"source": "a.yaml"}                          | 422 | config (the text of the file) and source
            {"config": "x: 1", "source": "a.yaml"}        | 422 | a.yaml:1: unknown key x
            {"config": "", "source": "a.yaml"}            | 422 | a.yaml is empty
            {"config": "x: 1", "source": "a", "oh": 1}    | 422 | the body cannot be read: Unrecognized property "oh"
            {"config": "@", "source": "a.yaml", "set": {"teacher.model": "lenet9"}} | 422 | no teacher is named lenet9; did you mean lenet5?
            {"config": "@", "source": "a.yaml", "set": {"data.root": "/etc"}}       | 403 | /etc leads to files of the server
            {"config": "@", "source": "a.yaml", "set": {"data.root": "a/../../.."}} | 403 | leads to files of the server
            {"config": "@", "source": "a.yaml", "set": {"tracking.mlflow.uri": "http://a.example", "tracking.mlflow.experiment": "x"}} | 403 | its runs would tell http://a.example of themselves
            {"config": "@", "source": "../../a.yaml", "set": {"teacher.epochs": "x"}} | 422 | epochs: expected a whole number
            {"config": "@", "source": "a.yaml", "cores": 1000}  | 422 | a run would take 1000 cores, and this server has
            {"config": "@", "source": "a.yaml", "cores": 0}     | 422 | cores must be at least 1, not 0
            {"config": "@", "source": "a.yaml", "priority": 101} | 422 | priority is from -100 to 100, not 101
            {"config": "@", "source": "a.yaml", "client-id": " "} | 422 | a client-id has 1 to 200 characters
            {"config": "@", "source": "a.yaml", "files": {"../x": "0"}} | 422 | files names relative paths
            {"config": "@", "source": "a.yaml", "files": {"x.pt": "0"}} | 422 | a digest is 64
            {"config": "@", "source": "a.yaml", "files": {"x.pt": "0000000000000000000000000000000000000000000000000000000000000000"}} | 422 | no file with the SHA-256
            """)
    void whatCannotBeQueuedIsToldInASentence(String body, int status, String detail) throws Exception {
        String sent = body.replace("@", SMALL.replace("\n", "\\n"));
        long before = jobs();
        for (String path : List.of("/jobs", "/check")) {
            HttpResponse<byte[]> response = server.ask("POST", path, BodyPublishers.ofString(sent));
            assertEquals(status, response.statusCode(), ServerProcess.text(response));
            assertEquals(
                    Optional.of("application/problem+json"), response.headers().firstValue("Content-Type"));
            assertTrue(
                    ServerProcess.json(response).path("detail").asString().contains(detail),
                    ServerProcess.text(response));
        }
        assertEquals(before, jobs());
    }

    private static long jobs() throws Exception {
        return ServerProcess.json(server.get("/jobs?limit=200")).path("jobs").size();
    }

    @Test
    void mistakesInAFileHaveTheirLine() throws Exception {
        HttpResponse<byte[]> response = server.ask(
                "POST",
                "/check",
                BodyPublishers.ofString("{\"config\": \"seed: 1\\nstudnt: {}\\n\", \"source\": \"my file.yaml\"}"));
        JsonNode place = ServerProcess.json(response).path("errors").get(0);
        assertEquals(2, place.path("line").asInt(), ServerProcess.text(response));
        assertEquals("my-file.yaml", place.path("source").asString());
        HttpResponse<byte[]> good = server.ask(
                "POST",
                "/check",
                BodyPublishers.ofString(
                        "{\"config\": \"" + SMALL.replace("\n", "\\n") + "\", \"source\": \"a.yaml\"}"));
        assertEquals(200, good.statusCode(), ServerProcess.text(good));
        assertEquals("a", ServerProcess.json(good).path("name").asString());
    }

    @Test
    void theSameClientsIdIsTheSameJob() throws Exception {
        Map<String, Object> submission = Map.of("config", ENDLESS, "source", "a.yaml", "client-id", "mine");
        HttpResponse<byte[]> first = server.submit(submission);
        assertEquals(201, first.statusCode());
        HttpResponse<byte[]> second = server.submit(submission);
        assertEquals(200, second.statusCode());
        long id = ServerProcess.json(first).path("id").asLong();
        assertEquals(id, ServerProcess.json(second).path("id").asLong());
        HttpResponse<byte[]> other = server.submit(Map.of("config", SMALL, "source", "a.yaml", "client-id", "mine"));
        assertEquals(409, other.statusCode());
        assertTrue(ServerProcess.text(other).contains("take another client-id"));
        server.post("/jobs/" + id + "/stop");
        server.awaitState(id, "stopped");
    }

    @Test
    void aTokenMayDoWhatItsScopeSays() throws Exception {
        String data = work.resolve("server/data").toString();
        Path here = Files.createDirectory(work.resolve("tokens"));
        Launcher.Outcome made = Launcher.in(here).run("token", "make", "looker", "--scope", "read", "--data", data);
        assertEquals(0, made.code(), made.err());
        String reader = made.out().strip();
        // The server looks again within seconds; until then each is a wrong token, of which few may come.
        while (as(reader, "GET", "/me") != 200) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertEquals(200, as(reader, "GET", "/jobs"));
        assertEquals(403, as(reader, "POST", "/jobs"));
        assertEquals(403, as(reader, "POST", "/jobs/1/stop"));
        assertEquals(403, as(reader, "DELETE", "/plugins/a.jar"));
        assertEquals(401, as("", "GET", "/jobs"));
        assertEquals(401, as(reader + "x", "GET", "/jobs"));
        assertEquals(
                0,
                Launcher.in(here)
                        .run("token", "remove", "looker", "--data", data)
                        .code());
        while (as(reader, "GET", "/me") == 200) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertEquals(401, as(reader, "GET", "/me"));
    }

    private static int as(String token, String method, String path) throws Exception {
        return server.send(HttpRequest.newBuilder(server.uri("/api/v1" + path))
                        .header("Authorization", "Bearer " + token)
                        .method(method, BodyPublishers.noBody())
                        .build())
                .statusCode();
    }

    /** A student of the first job is the teacher of the next, from a file that came over the wire. */
    @Test
    void filesComeWithASubmission() throws Exception {
        long first = server.submitted(SMALL, "teacher.yaml");
        server.awaitState(first, "succeeded");
        byte[] weights = server.get("/jobs/" + first + "/artefacts/run/teacher.safetensors")
                .body();
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(weights));
        assertEquals(
                404,
                server.ask("HEAD", "/files/" + digest, BodyPublishers.noBody()).statusCode());
        assertEquals(
                422,
                server.ask("PUT", "/files/" + digest, BodyPublishers.ofString("other"))
                        .statusCode());
        assertEquals(
                201,
                server.ask("PUT", "/files/" + digest, BodyPublishers.ofByteArray(weights))
                        .statusCode());
        assertEquals(
                204,
                server.ask("PUT", "/files/" + digest, BodyPublishers.ofByteArray(weights))
                        .statusCode());
        assertEquals(
                200,
                server.ask("HEAD", "/files/" + digest, BodyPublishers.noBody()).statusCode());
        String yaml = SMALL.replace("epochs: 2, batch: 20", "weights: given/teacher.safetensors")
                .replaceAll("data: .*\n", "");
        HttpResponse<byte[]> response = server.submit(
                Map.of("config", yaml, "source", "mine.yaml", "files", Map.of("given/teacher.safetensors", digest)));
        assertEquals(201, response.statusCode(), ServerProcess.text(response));
        JsonNode job = server.awaitState(ServerProcess.json(response).path("id").asLong(), "succeeded", "failed");
        assertEquals("succeeded", job.path("state").asString(), job.toString());
    }

    @Test
    void noPathLeadsOutOfAJobsFolder() throws Exception {
        long id = server.submitted(SMALL, "inside.yaml");
        server.awaitState(id, "succeeded");
        Files.createSymbolicLink(work.resolve("server/data/jobs/" + id + "/run/link"), Path.of("/etc/passwd"));
        for (String path : List.of(
                "run/../../../server.db",
                "run/%2e%2e/%2e%2e/server.db",
                "run/..%2f..%2fserver.db",
                "../server.db",
                "run/link",
                "order.json",
                "plugins/x.jar",
                "run",
                "run/",
                "run/%00",
                "//etc/passwd",
                "run/nothing.json")) {
            int status = server.send(server.request("/api/v1/jobs/" + id + "/artefacts/" + path)
                            .build())
                    .statusCode();
            assertTrue(status == 404 || status == 400, path + ": " + status);
        }
    }

    /** A plugin that ends its program ends its run, and nothing else. */
    @Test
    void aRunThatBreaksDownTakesNobodyWithIt() throws Exception {
        Path plugins = Files.createDirectories(work.resolve("server/data/plugins"));
        PluginJar.write(
                plugins.resolve("odd.jar"),
                "if (calls > 3) Runtime.getRuntime().halt(3); return batch.images().mean();");
        long id = server.submitted(SMALL.replace("one-hot,", "one-hot, odd,"), "odd.yaml");
        // The bundle that a job has is the one of when it was submitted.
        Files.delete(plugins.resolve("odd.jar"));
        JsonNode job = server.awaitState(id, "failed");
        assertTrue(job.path("reason").asString().contains("exit code 3"), job.toString());
        assertTrue(job.path("runs").get(0).path("attempt").asInt() <= 3, job.toString());
        assertEquals(200, server.get("/me").statusCode());
    }

    /** What the contract says is there, and nothing is asked that it does not say. */
    @Test
    void theContractIsKept() throws Exception {
        JsonNode contract = new YAMLMapper()
                .readTree(ServerProcess.text(
                        server.send(server.request("/openapi.yaml").build())));
        assertEquals("3.1.0", contract.path("openapi").asString());
        long id = server.submitted(SMALL, "contract.yaml");
        server.awaitState(id, "succeeded");
        for (Map.Entry<String, JsonNode> path : contract.path("paths").properties()) {
            String real = path.getKey()
                    .replace("{id}", Long.toString(id))
                    .replace("{action}", "retry")
                    .replace("{path}", "run/result.json")
                    .replace("{digest}", "0".repeat(64))
                    .replace("{file}", "a.jar");
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                if (!operation.getValue().has("operationId")
                        || operation.getKey().equals("delete")
                        || real.equals("/events")) {
                    continue;
                }
                HttpResponse<byte[]> response =
                        server.ask(operation.getKey().toUpperCase(Locale.ROOT), real, BodyPublishers.ofString(""));
                String status = Integer.toString(response.statusCode());
                JsonNode responses = operation.getValue().path("responses");
                String which = operation.getKey() + " " + real + ": " + status + " " + ServerProcess.text(response);
                assertTrue(response.statusCode() != 405 && response.statusCode() < 500, which);
                assertTrue(responses.has(status) || responses.has("default"), which);
                if (response.statusCode() == 200 && responses.at("/200/content").has("application/json")) {
                    assertFits(
                            contract,
                            responses
                                    .at("/200/content")
                                    .path("application/json")
                                    .path("schema"),
                            ServerProcess.json(response),
                            which);
                }
            }
        }
    }

    /** Required keys are there, others are known, types and words fit. */
    private static void assertFits(JsonNode contract, JsonNode schema, JsonNode value, String where) {
        if (schema.has("$ref")) {
            assertFits(contract, contract.at(schema.path("$ref").asString().substring(1)), value, where);
            return;
        }
        if (schema.has("enum")) {
            assertTrue(schema.path("enum").valueStream().anyMatch(value::equals), where + ": " + value);
        }
        switch (schema.path("type").asString("")) {
            case "object" -> {
                assertTrue(value.isObject(), where);
                schema.path("required")
                        .valueStream()
                        .forEach(key -> assertTrue(value.has(key.asString()), where + ": " + key + " is missing"));
                if (schema.has("properties")) {
                    for (Map.Entry<String, JsonNode> entry : value.properties()) {
                        assertTrue(schema.path("properties").has(entry.getKey()), where + ": " + entry.getKey());
                        assertFits(contract, schema.path("properties").path(entry.getKey()), entry.getValue(), where);
                    }
                }
            }
            case "array" ->
                value.valueStream().forEach(item -> assertFits(contract, schema.path("items"), item, where));
            case "string" -> assertTrue(value.isString(), where + ": " + value);
            case "integer" -> assertTrue(value.isIntegralNumber(), where + ": " + value);
            case "number" -> assertTrue(value.isNumber(), where + ": " + value);
            case "boolean" -> assertTrue(value.isBoolean(), where + ": " + value);
            default -> {}
        }
    }

    @Test
    void machinesLookAtItToo() throws Exception {
        HttpResponse<byte[]> live =
                server.send(HttpRequest.newBuilder(server.uri("/health/ready")).build());
        assertEquals(200, live.statusCode());
        String metrics =
                ServerProcess.text(server.send(server.request("/metrics").build()));
        assertTrue(metrics.contains("# TYPE dafl_jobs gauge\n"), metrics);
        assertTrue(metrics.lines()
                .filter(line -> !line.startsWith("#"))
                .allMatch(line -> line.matches("[a-z_]+(\\{[a-z]+=\"[a-z]+\"})? [-0-9.E]+")));
    }

    @Test
    void aFolderHasOneServerAndAPortToo() throws Exception {
        Path here = Files.createDirectory(work.resolve("second"));
        Launcher.Outcome same = Launcher.in(here)
                .run(
                        "serve",
                        "--port",
                        "0",
                        "--data",
                        work.resolve("server/data").toString());
        assertEquals(1, same.code());
        assertTrue(same.err().contains("is the folder of a server that is running"), same.err());
        Launcher.Outcome taken = Launcher.in(here)
                .run(
                        "serve",
                        "--port",
                        Integer.toString(server.uri("/").getPort()),
                        "--data",
                        here.resolve("data").toString());
        assertEquals(1, taken.code());
        assertTrue(taken.err().contains("cannot listen on 127.0.0.1:"), taken.err());
        assertEquals(1, taken.err().lines().count(), taken.err());
        Launcher.Outcome open = Launcher.in(here)
                .run(
                        "serve",
                        "--host",
                        "0.0.0.0",
                        "--data",
                        here.resolve("data").toString());
        assertEquals(1, open.code());
        assertTrue(open.err().contains("without TLS everybody between reads the tokens"), open.err());
        Files.writeString(here.resolve("data/server.db"), "no database");
        Launcher.Outcome damaged = Launcher.in(here)
                .run("serve", "--port", "0", "--data", here.resolve("data").toString());
        assertEquals(1, damaged.code());
        assertTrue(damaged.err().contains("is damaged") && damaged.err().contains("a copy is kept in"), damaged.err());
    }
}

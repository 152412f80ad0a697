package dev.dafl.engine.tracking;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.MlflowConfig;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MLflow's client against its contract, and against servers that do not keep it. */
class MlflowTest {

    private static final String YAML = """
            name: small
            data: {dataset: stroke-digits, image-size: 32}
            teacher: {model: lenet5, epochs: 2}
            student: {model: lenet5-half}
            generator: {model: dcgan, losses: [one-hot]}
            """;
    private static final Duration ANSWERING = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private final ExperimentConfig config =
            ExperimentFile.parse("small.yaml", YAML, Map.of(), "small").config();

    @BeforeEach
    void begin() throws IOException {
        Files.writeString(Artefact.CONFIG.in(folder), ExperimentFile.toYaml(config));
    }

    @Test
    void aRunIsToldAsItGoesOn() throws IOException {
        try (RecordedMlflow server = RecordedMlflow.start();
                MlflowSender sender = sender(server, Optional.empty())) {
            metrics("""
                    {"event":"teacher","step":10,"seconds":0.5,"teacher-loss/cross-entropy":1.5}
                    {"event":"evaluation","step":0,"seconds":1.0,"network":"teacher","accuracy":0.98}
                    {"event":"distillation","step":1,"seconds":2.0,"loss/one-hot":"NaN","rate/student":0.001}
                    """);
            sender.send(Optional.empty());
            RecordedMlflow.Run run = server.runs().getFirst();
            assertEquals("small", run.created.path("run_name").asString());
            assertEquals("dafl", run.tags.get("mlflow.source.name"));
            assertEquals(Set.of("digits"), server.experiments());
            assertEquals("lenet5", run.params.get("teacher.model"));
            assertTrue(run.params.keySet().stream().noneMatch(key -> key.startsWith("tracking")));
            long begun = run.created.path("start_time").longValue();
            assertEquals(
                    List.of(new RecordedMlflow.Row("loss/one-hot", "NaN", begun + 2000, 1)), run.rows("loss/one-hot"));
            assertEquals(0, run.rows("accuracy/teacher").getFirst().step());
            // Half a line waits for its end.
            metrics("{\"event\":\"distillation\",\"step\":2,\"seconds\":3.0,\"loss/one-hot\":\"-Infinity\"");
            sender.send(Optional.empty());
            assertEquals(1, run.rows("loss/one-hot").size());
            metrics("}\n");
            sender.send(Optional.empty());
            assertEquals("-Infinity", run.rows("loss/one-hot").getLast().value());
            assertEquals(List.of("RUNNING"), run.statuses);
            result(RunResult.Status.COMPLETED, 2);
            Files.write(Artefact.GENERATED.in(folder), new byte[] {1, 2, 3});
            sender.send(Optional.empty());
            assertEquals(List.of("RUNNING", "FINISHED"), run.statuses);
            assertEquals("0.97", run.rows("result/student-accuracy").getFirst().value());
            assertTrue(run.tags.get("mlflow.note.content").contains("| student | lenet5-half"));
            assertEquals(List.of("config.yaml", "generated.png", "result.json"), List.copyOf(run.files.keySet()));
            assertArrayEquals(new byte[] {1, 2, 3}, run.files.get("generated.png"));
            assertTrue(sender.complete());
            int calls = server.calls().size();
            sender.send(Optional.empty());
            assertEquals(calls, server.calls().size());
            assertEquals(1, server.runs().size());
        }
    }

    /** 2,500 values in three requests, a class with a name that MLflow does not take, and a long configuration. */
    @Test
    void requestsKeepToTheLimits() throws IOException {
        StringBuilder line = new StringBuilder("{\"event\":\"distillation\",\"step\":1,\"seconds\":1.0");
        for (int i = 0; i < 2498; i++) {
            line.append(",\"class-share/").append(i).append("\":").append(i);
        }
        metrics(line + ",\"loss/a+b//c\":1,\"loss/a*b//c\":2}\n");
        ExperimentConfig many = ExperimentFile.parse(
                        "x.yaml",
                        YAML.replace(
                                "model: lenet5-half",
                                "model: {name: layers, layers: ["
                                        + String.join(
                                                ", ",
                                                IntStream.range(0, 130)
                                                        .mapToObj(i -> "{linear: " + i + "}")
                                                        .toList())
                                        + "]}"),
                        Map.of(),
                        "small")
                .config();
        try (RecordedMlflow server = RecordedMlflow.start();
                MlflowSender sender =
                        MlflowSender.of(folder, many, at(server, Optional.empty()), _ -> Optional.empty(), ANSWERING)) {
            sender.send(Optional.empty());
            RecordedMlflow.Run run = server.runs().getFirst();
            assertEquals(2500, run.rows.size());
            assertEquals(1000, run.largest);
            assertEquals(1, run.rows("loss/a_2bb/_0/c").size());
            assertEquals(1, run.rows("loss/a_2ab/_0/c").size());
            assertTrue(run.params.size() > 30, run.params.toString());
            assertTrue(server.calls().stream()
                            .filter(call -> call.endsWith("log-batch"))
                            .count()
                    >= 4);
        }
    }

    @Test
    void namesStayDifferentAndShortEnough() {
        assertEquals("loss/one-hot", MlflowNames.of("loss/one-hot"));
        assertEquals("_2/x/_0", MlflowNames.of("../x/"));
        String one = MlflowNames.of("x".repeat(300) + "a");
        String other = MlflowNames.of("x".repeat(300) + "b");
        assertEquals(250, one.length());
        assertFalse(one.equals(other));
    }

    /** The next process has other times, and begins behind a checkpoint; the first has measured once more when it ended. */
    @Test
    void aResumedRunIsTheSameRunAndIsToldOnce() throws IOException {
        try (RecordedMlflow server = RecordedMlflow.start()) {
            metrics(steps(1, 6, 0.1) + evaluation(3));
            try (MlflowSender sender = sender(server, Optional.empty())) {
                result(RunResult.Status.INTERRUPTED, 6);
                sender.send(Optional.empty());
            }
            Files.delete(Artefact.RESULT.in(folder));
            Files.delete(Artefact.METRICS.in(folder));
            metrics(steps(1, 4, 0.1));
            try (MlflowSender sender = sender(server, Optional.empty())) {
                sender.send(Optional.empty());
                metrics(steps(5, 8, 0.3) + evaluation(8));
                sender.send(Optional.empty());
                metrics(evaluation(8));
                result(RunResult.Status.COMPLETED, 8);
                sender.send(Optional.empty());
            }
            RecordedMlflow.Run run = server.runs().getFirst();
            assertEquals(1, server.runs().size());
            assertEquals(
                    List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L),
                    run.rows("loss/one-hot").stream()
                            .map(RecordedMlflow.Row::step)
                            .toList());
            assertEquals(
                    List.of(8L),
                    run.rows("accuracy/student").stream()
                            .map(RecordedMlflow.Row::step)
                            .toList());
            assertEquals(List.of("RUNNING", "KILLED", "RUNNING", "FINISHED"), run.statuses);
        }
    }

    /** Each request once goes wrong in one of these ways, some after the server has done what was asked. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            500       | it answers 500
            html-500  | it answers 500
            html      | its answer is not MLflow's: is it a tracking server?
            redirect  | it answers 302
            429       | it answers 429 REQUEST_LIMIT_EXCEEDED: slow down
            403       | it answers 403 PERMISSION_DENIED: Permission denied
            cut       | the connection broke
            lost      | the connection broke
            """)
    void whateverAServerDoesNothingIsLostOrDoubled(String way, String told) throws IOException {
        metrics(steps(1, 1500, 0.001));
        result(RunResult.Status.COMPLETED, 1500);
        try (RecordedMlflow server = RecordedMlflow.start()) {
            AtomicInteger good = new AtomicInteger();
            AtomicInteger seen = new AtomicInteger();
            // One more request gets through each time.
            if (way.equals("lost")) {
                server.lose(_ -> seen.getAndIncrement() >= good.get());
            } else {
                server.fault(exchange -> seen.getAndIncrement() >= good.get() && bad(way, exchange));
            }
            int failures = 0;
            while (true) {
                seen.set(0);
                good.incrementAndGet();
                try (MlflowSender sender = sender(server, Optional.empty())) {
                    sender.send(Optional.empty());
                    if (sender.complete()) {
                        break;
                    }
                } catch (IOException e) {
                    failures++;
                    assertTrue(e.getMessage().startsWith(told), e.getMessage());
                }
            }
            assertTrue(failures > 3, failures + " failures");
            assertEquals(1, server.runs().size());
            RecordedMlflow.Run run = server.runs().getFirst();
            assertEquals(1500, run.rows("loss/one-hot").size());
            assertEquals("lenet5", run.params.get("teacher.model"));
            assertEquals("FINISHED", run.statuses.getLast());
            assertTrue(run.files.containsKey("result.json"));
        }
    }

    private static boolean bad(String way, HttpExchange exchange) {
        return switch (way) {
            case "500" ->
                RecordedMlflow.reply(exchange, 500, "application/json", "{\"error_code\":\"INTERNAL_ERROR\"}");
            case "html-500" -> RecordedMlflow.reply(exchange, 500, "text/html", "<html>Bad gateway</html>");
            case "html" ->
                !exchange.getRequestMethod().equals("PUT")
                        && RecordedMlflow.reply(exchange, 200, "text/html", "<html>Log in</html>");
            case "redirect" -> {
                exchange.getResponseHeaders().add("Location", "/login");
                yield RecordedMlflow.reply(exchange, 302, "text/html", "");
            }
            case "429" ->
                RecordedMlflow.reply(
                        exchange,
                        429,
                        "application/json",
                        "{\"error_code\":\"REQUEST_LIMIT_EXCEEDED\",\"message\":\"slow down\"}");
            case "403" ->
                RecordedMlflow.reply(
                        exchange,
                        403,
                        "application/json",
                        "{\"error_code\":\"PERMISSION_DENIED\",\"message\":\"Permission denied\"}");
            default -> {
                exchange.close();
                yield true;
            }
        };
    }

    /** The answer to the making of a run is lost: the run that was made is found again. */
    @Test
    void aRunIsMadeOnceWhenItsAnswerIsLost() throws IOException {
        try (RecordedMlflow server = RecordedMlflow.start()) {
            MlflowMemory memory = MlflowMemory.of(folder, at(server, Optional.empty()));
            try (MlflowSender sender = sender(server, Optional.empty())) {
                sender.send(Optional.empty());
            }
            // As it was before the answer.
            memory.save(folder);
            try (MlflowSender sender = sender(server, Optional.empty())) {
                sender.send(Optional.empty());
            }
            assertEquals(1, server.runs().size());
        }
    }

    @Test
    void aServerThatIsNotThereIsToldOf() throws IOException {
        String gone;
        try (RecordedMlflow server = RecordedMlflow.start()) {
            gone = server.uri();
        }
        MlflowConfig nobody = new MlflowConfig(gone, "digits", Optional.empty());
        try (MlflowSender sender = MlflowSender.of(folder, config, nobody, _ -> Optional.empty(), ANSWERING)) {
            String message = assertThrows(IOException.class, () -> sender.send(Optional.empty()))
                    .getMessage();
            assertEquals("nobody answers there", message);
        }
    }

    @ParameterizedTest
    @CsvSource({"secret, Bearer secret", "me:pass, Basic bWU6cGFzcw=="})
    void aTokenComesFromTheEnvironmentAndStaysOutOfTheFolder(String secret, String header) throws IOException {
        metrics(steps(1, 2, 0.1));
        try (RecordedMlflow server = RecordedMlflow.start()) {
            server.wants(header);
            String message = assertThrows(IOException.class, () -> sender(server, Optional.of("MLFLOW_TOKEN")))
                    .getMessage();
            assertEquals("the environment variable MLFLOW_TOKEN with its token is not set", message);
            MlflowConfig named = at(server, Optional.of("MLFLOW_TOKEN"));
            try (MlflowSender sender = MlflowSender.of(
                    folder,
                    config,
                    named,
                    name -> Optional.ofNullable(Map.of("MLFLOW_TOKEN", secret).get(name)),
                    ANSWERING)) {
                sender.send(Optional.empty());
            }
            assertEquals(2, server.runs().getFirst().rows("loss/one-hot").size());
            assertFalse(Files.readString(Artefact.MLFLOW.in(folder)).contains(secret));
        }
    }

    /** The token goes to the server that it is for. */
    @ParameterizedTest
    @CsvSource({
        "s3://bucket/",
        "file:///mlruns/",
        "http://127.0.0.1:1/api/2.0/mlflow-artifacts/artifacts/",
        "mlflow-artifacts://elsewhere:5000/"
    })
    void filesGoToTheServerItselfOrNowhere(String place) throws IOException {
        result(RunResult.Status.COMPLETED, 1);
        try (RecordedMlflow server = RecordedMlflow.start(place);
                MlflowSender sender = sender(server, Optional.empty())) {
            sender.send(Optional.empty());
            assertTrue(sender.complete());
            assertTrue(server.calls().stream().noneMatch(call -> call.startsWith("PUT")));
        }
    }

    /** What an older server does not take as a parameter must not keep the curves from it. */
    @Test
    void aConfigurationThatIsRefusedHoldsNothingUp() throws IOException {
        metrics(steps(1, 2, 0.1));
        try (RecordedMlflow server = RecordedMlflow.start();
                MlflowSender sender = sender(server, Optional.empty())) {
            AtomicInteger batches = new AtomicInteger();
            server.fault(exchange -> exchange.getRequestURI().getPath().endsWith("log-batch")
                    && batches.getAndIncrement() == 0
                    && RecordedMlflow.reply(
                            exchange,
                            400,
                            "application/json",
                            "{\"error_code\":\"INVALID_PARAMETER_VALUE\",\"message\":\"too long\"}"));
            sender.send(Optional.empty());
            assertEquals(2, server.runs().getFirst().rows("loss/one-hot").size());
        }
    }

    @Test
    void eachServerIsRememberedByItself() throws IOException {
        metrics(steps(1, 3, 0.1));
        try (RecordedMlflow one = RecordedMlflow.start();
                RecordedMlflow other = RecordedMlflow.start()) {
            for (RecordedMlflow server : List.of(one, other, one, other)) {
                try (MlflowSender sender = sender(server, Optional.empty())) {
                    sender.send(Optional.empty());
                }
            }
            assertEquals(1, one.runs().size());
            assertEquals(1, other.runs().size());
            assertEquals(3, one.runs().getFirst().sent);
            assertEquals(3, other.runs().getFirst().sent);
        }
    }

    @Test
    void aDamagedMemoryIsToldWithWhatToDo() throws IOException {
        Files.writeString(Artefact.MLFLOW.in(folder), "{\"uri\":");
        try (RecordedMlflow server = RecordedMlflow.start()) {
            String message = assertThrows(IOException.class, () -> sender(server, Optional.empty()))
                    .getMessage();
            assertTrue(message.startsWith(Artefact.MLFLOW.in(folder) + " cannot be read"), message);
            assertEquals(List.of(), server.calls());
        }
    }

    @Test
    void aRunThatWasKilledIsToldOfAsSuchAndGoesOn() throws IOException {
        metrics(steps(1, 2, 0.1));
        try (RecordedMlflow server = RecordedMlflow.start();
                MlflowSender sender = sender(server, Optional.empty())) {
            sender.send(Optional.of("KILLED"));
            assertEquals(List.of("RUNNING", "KILLED"), server.runs().getFirst().statuses);
            metrics(steps(3, 3, 0.1));
            sender.send(Optional.empty());
            assertEquals(List.of("RUNNING", "KILLED", "RUNNING"), server.runs().getFirst().statuses);
        }
    }

    /** A server that never answers is waited for at the end for as long as was said, and the rest can be sent later. */
    @Test
    void aRunNeverWaitsForAServer() throws Exception {
        metrics(steps(1, 3, 0.1));
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        try (RecordedMlflow server = RecordedMlflow.start()) {
            server.fault(exchange -> {
                asked.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                exchange.close();
                return true;
            });
            MlflowTracker tracker = tracker(server, Duration.ofMillis(1));
            tracker.on(new RunEvent.Warning("begins"));
            asked.await();
            result(RunResult.Status.COMPLETED, 3);
            tracker.close();
            assertEquals(0, server.runs().size());
            release.countDown();
            server.fault(_ -> false);
            LateTelling.Told told = LateTelling.of(folder, config, at(server, Optional.empty()));
            assertEquals(server.runs().getFirst().id, told.run());
            assertEquals(3, server.runs().getFirst().rows("loss/one-hot").size());
            assertEquals(List.of("RUNNING", "FINISHED"), server.runs().getFirst().statuses);
        }
    }

    @Test
    void aServerThatComesBackIsToldAll() throws Exception {
        metrics(steps(1, 3, 0.1));
        try (RecordedMlflow server = RecordedMlflow.start()) {
            CountDownLatch thirdTry = new CountDownLatch(3);
            server.fault(exchange -> {
                thirdTry.countDown();
                return thirdTry.getCount() > 0 && RecordedMlflow.reply(exchange, 503, "text/html", "<html>");
            });
            MlflowTracker tracker = tracker(server, Duration.ofMinutes(1));
            tracker.on(new RunEvent.Warning("begins"));
            thirdTry.await();
            result(RunResult.Status.COMPLETED, 3);
            tracker.close();
            assertEquals(3, server.runs().getFirst().rows("loss/one-hot").size());
            assertEquals(List.of("RUNNING", "FINISHED"), server.runs().getFirst().statuses);
        }
    }

    @Test
    void aTrackerThatHeardNothingDoesNothing() throws Exception {
        try (RecordedMlflow server = RecordedMlflow.start()) {
            tracker(server, Duration.ofMinutes(1)).close();
            assertEquals(List.of(), server.calls());
        }
    }

    private MlflowTracker tracker(RecordedMlflow server, Duration patience) {
        Duration tick = Duration.ofMillis(1);
        return new MlflowTracker(
                folder,
                server.uri(),
                new MlflowTracker.Pace(tick, tick.multipliedBy(4), patience, patience),
                () -> sender(server, Optional.empty()));
    }

    private MlflowSender sender(RecordedMlflow server, Optional<String> token) throws IOException {
        return MlflowSender.of(folder, config, at(server, token), _ -> Optional.empty(), ANSWERING);
    }

    private static MlflowConfig at(RecordedMlflow server, Optional<String> token) {
        return new MlflowConfig(server.uri(), "digits", token);
    }

    private void metrics(String lines) throws IOException {
        Files.writeString(Artefact.METRICS.in(folder), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static String steps(int from, int to, double seconds) {
        StringBuilder lines = new StringBuilder();
        for (int step = from; step <= to; step++) {
            lines.append("{\"event\":\"distillation\",\"step\":%d,\"seconds\":%s,\"loss/one-hot\":%s}\n"
                    .formatted(step, step * seconds, 1.0 / step));
        }
        return lines.toString();
    }

    private static String evaluation(int step) {
        return "{\"event\":\"evaluation\",\"step\":%d,\"seconds\":1.0,\"network\":\"student\",\"accuracy\":0.9}\n"
                .formatted(step);
    }

    private void result(RunResult.Status status, long steps) throws IOException {
        RunResult result = new RunResult(
                "small",
                status,
                Optional.empty(),
                Optional.of(new RunResult.Teacher("lenet5", Optional.of(0.98), 100, false, Optional.empty())),
                Optional.of(new RunResult.Student(
                        "lenet5-half",
                        Optional.of(0.97),
                        5,
                        0.9,
                        Optional.of(0.8),
                        Optional.of(0.96),
                        50,
                        steps,
                        Optional.of(640L),
                        Optional.empty())),
                List.of(),
                new RunResult.Seconds(12.5, 5, 7, 0),
                Optional.of(1L << 30),
                new RunResult.Dafl("9.9", "unknown"),
                List.of(),
                new RunResult.Libtorch("2.13.0", "lib"),
                new RunResult.Machine("a processor", 2, "Linux"),
                3,
                "cpu",
                "fp32",
                1,
                Optional.empty(),
                Optional.empty(),
                config);
        Files.writeString(Artefact.RESULT.in(folder), ResultJson.of(result));
    }
}

package dev.dafl.engine.tracking;

import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.MlflowConfig;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.MetricsLine;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.run.StepValues;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Brings a server of MLflow's up to what a run folder holds. The folder itself is the spool: {@code metrics.jsonl} is read on
 * from where the server was told before, a piece at a time, and what could not be sent is there the next time.
 */
final class MlflowSender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MlflowSender.class);

    /** Of MLflow's, for one request. */
    private static final int METRICS = 1000;

    private static final int PARAMETERS = 100;
    private static final int LONGEST_PARAMETER = 6000;
    private static final int LONGEST_TAG = 5000;
    /** A request may have a million, and a character up to six when it is written as JSON. */
    private static final int PARAMETER_BYTES = 900_000;

    private static final int LONGEST_ESCAPE = 6;
    /** Of metrics.jsonl at once. */
    private static final int PIECE = 1 << 18;

    private static final String GONE = "RESOURCE_DOES_NOT_EXIST";
    private static final String THERE = "RESOURCE_ALREADY_EXISTS";

    private static final List<Artefact> FILES = List.of(
            Artefact.CONFIG,
            Artefact.RESULT,
            Artefact.REPORT,
            Artefact.CONFUSION,
            Artefact.AGREEMENT,
            Artefact.GENERATED,
            Artefact.CLASS_MEANS,
            Artefact.FILTERS,
            Artefact.STUDENT);

    private final Path folder;
    private final ExperimentConfig config;
    private final MlflowConfig server;
    private final MlflowApi api;
    private MlflowMemory memory;
    private long read;
    private long sent;

    private MlflowSender(
            Path folder, ExperimentConfig config, MlflowConfig server, MlflowApi api, MlflowMemory memory) {
        this.folder = folder;
        this.config = config;
        this.server = server;
        this.api = api;
        this.memory = memory;
    }

    /**
     * @param folder of the run, with its configuration
     * @param environment a variable's value, where there is one
     * @param answering how long the server may take for an answer
     * @throws IOException when the folder cannot be read or written, or the server's token is not there
     */
    static MlflowSender of(
            Path folder,
            ExperimentConfig config,
            MlflowConfig server,
            Function<String, Optional<String>> environment,
            Duration answering)
            throws IOException {
        Optional<String> secret = Optional.empty();
        if (server.tokenEnv().isPresent()) {
            String name = server.tokenEnv().get();
            secret = environment.apply(name).map(String::strip).filter(value -> !value.isEmpty());
            if (secret.isEmpty()) {
                throw new IOException("the environment variable " + name + " with its token is not set");
            }
        }
        MlflowMemory memory = MlflowMemory.of(folder, server);
        return new MlflowSender(folder, config, server, new MlflowApi(server, secret, answering), memory);
    }

    /**
     * Sends all that is new.
     *
     * @param otherwise the status to tell where the run has left no result; none while it may go on
     * @throws IOException when some of it was not sent, in one sentence; what was is not sent again
     */
    void send(Optional<String> otherwise) throws IOException {
        if (memory.run().isEmpty()) {
            make();
        }
        if (!memory.configured()) {
            configure();
        }
        // Before the metrics: where there is a result, all of them are written.
        Optional<RunResult> result = RunResult.read(folder);
        Optional<String> status = result.map(MlflowSender::status).or(() -> otherwise);
        if (status.isEmpty() && memory.ended().isPresent()) {
            update("RUNNING", Optional.empty());
            remember(memory.goingOn());
        }
        metrics();
        if (status.isPresent()) {
            end(status.get(), result);
        }
    }

    /** Whether the server knows the run's end, and has all files that it takes. */
    boolean complete() {
        return memory.ended().isPresent() && unsentFiles().isEmpty();
    }

    /** MLflow's id of the run, once there is one. */
    Optional<String> run() {
        return memory.run();
    }

    /** Values that were sent by this sender. */
    long sent() {
        return sent;
    }

    private void make() throws IOException {
        String experiment = experiment();
        JsonNode found = api.post(
                        "runs/search",
                        Map.of(
                                "experiment_ids",
                                List.of(experiment),
                                "filter",
                                "tags.`dafl.run` = '" + memory.id() + "'",
                                "max_results",
                                1))
                .path("runs")
                .path(0);
        JsonNode info = (found.isMissingNode() ? create(experiment) : found).path("info");
        String id = info.path("run_id").asString("");
        if (id.isEmpty()) {
            throw new IOException("its answer names no run: is it a tracking server?");
        }
        remember(memory.made(id, info.path("artifact_uri").asString("")));
    }

    private JsonNode create(String experiment) throws IOException {
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("experiment_id", experiment);
        run.put("run_name", config.name());
        run.put("start_time", memory.begun());
        run.put(
                "tags",
                pairs(Map.of(
                        "mlflow.runName", config.name(),
                        "mlflow.source.name", "dafl",
                        "mlflow.source.type", "LOCAL",
                        "dafl.run", memory.id(),
                        "dafl.version", RunResult.Dafl.running().version())));
        return api.post("runs/create", run).path("run");
    }

    private String experiment() throws IOException {
        Optional<String> known = knownExperiment();
        if (known.isPresent()) {
            return known.get();
        }
        try {
            return api.post("experiments/create", Map.of("name", server.experiment()))
                    .path("experiment_id")
                    .asString("");
        } catch (MlflowApi.Refused e) {
            if (!e.code().equals(THERE)) {
                throw e;
            }
            // Another run has made it meanwhile.
            return knownExperiment().orElseThrow(() -> e);
        }
    }

    private Optional<String> knownExperiment() throws IOException {
        try {
            JsonNode experiment = api.get("experiments/get-by-name", "experiment_name", server.experiment())
                    .path("experiment");
            if (experiment.path("lifecycle_stage").asString("").equals("deleted")) {
                throw new IOException("the experiment " + server.experiment()
                        + " was deleted there: restore it, or name another by tracking.mlflow.experiment");
            }
            return Optional.of(experiment.path("experiment_id").asString(""));
        } catch (MlflowApi.Refused e) {
            if (e.code().equals(GONE)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void configure() throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        config.values().forEach((key, value) -> {
            if (!key.startsWith("tracking.")) {
                values.put(MlflowNames.of(key), shortened(value, LONGEST_PARAMETER));
            }
        });
        try {
            Map<String, String> batch = new LinkedHashMap<>();
            int bytes = 0;
            for (Map.Entry<String, String> value : values.entrySet()) {
                int more = LONGEST_ESCAPE
                        * (value.getKey().length() + value.getValue().length());
                if (batch.size() == PARAMETERS || (!batch.isEmpty() && bytes + more > PARAMETER_BYTES)) {
                    log("params", pairs(batch));
                    batch.clear();
                    bytes = 0;
                }
                batch.put(value.getKey(), value.getValue());
                bytes += more;
            }
            log("params", pairs(batch));
        } catch (MlflowApi.Refused e) {
            // The curves are worth more than that.
            LOG.warn("MLflow at {} does not take the configuration as parameters: {}", server.uri(), e.getMessage());
        }
        remember(memory.knowingConfiguration());
    }

    private void metrics() throws IOException {
        while (true) {
            byte[] piece = piece();
            if (piece.length == 0) {
                return;
            }
            Map<String, Long> steps = new LinkedHashMap<>(memory.steps());
            Onwards onwards = new Onwards(steps);
            List<Map<String, Object>> values = new ArrayList<>();
            for (String line : new String(piece, StandardCharsets.UTF_8).lines().toList()) {
                StepValues.of(MetricsLine.parse(line))
                        .filter(onwards::passes)
                        .ifPresent(told -> values.addAll(entries(told)));
            }
            logMetrics(values);
            read += piece.length;
            if (!values.isEmpty()) {
                remember(memory.knowing(onwards.last()));
            }
        }
    }

    /** The next whole lines; none where there are no more. */
    private byte[] piece() throws IOException {
        Path file = Artefact.METRICS.in(folder);
        if (!Files.exists(file)) {
            return new byte[0];
        }
        for (int size = PIECE; ; size *= 2) {
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                if (in.skip(read) < read) {
                    return new byte[0];
                }
                bytes = in.readNBytes(size);
            }
            for (int end = bytes.length; end > 0; end--) {
                if (bytes[end - 1] == '\n') {
                    return Arrays.copyOf(bytes, end);
                }
            }
            if (bytes.length < size) {
                return new byte[0];
            }
        }
    }

    private List<Map<String, Object>> entries(StepValues told) {
        List<Map<String, Object>> entries = new ArrayList<>();
        told.values()
                .forEach((key, value) -> entries.add(Map.of(
                        "key",
                        MlflowNames.of(key),
                        // As protobuf's JSON has them: numbers that are none are the words NaN, Infinity and -Infinity.
                        "value",
                        value,
                        "timestamp",
                        memory.begun() + Math.round(told.seconds() * 1000),
                        "step",
                        told.step())));
        return entries;
    }

    private void logMetrics(List<Map<String, Object>> values) throws IOException {
        for (int i = 0; i < values.size(); i += METRICS) {
            List<Map<String, Object>> batch = values.subList(i, Math.min(i + METRICS, values.size()));
            log("metrics", batch);
            sent += batch.size();
        }
    }

    private void end(String status, Optional<RunResult> result) throws IOException {
        if (memory.ended().filter(status::equals).isEmpty()) {
            if (result.isPresent()) {
                log("tags", pairs(Map.of("mlflow.note.content", shortened(Markdown.of(result.get()), LONGEST_TAG))));
                Optional<StepValues> values = StepValues.of(result.get());
                if (values.isPresent()) {
                    logMetrics(entries(values.get()));
                }
            }
            update(
                    status,
                    result.map(r -> memory.begun() + Math.round(r.seconds().total() * 1000)));
            remember(memory.ended(status));
        }
        for (Artefact file : unsentFiles()) {
            api.put(memory.artefactUri().orElse(""), file.file(), file.in(folder));
            List<String> have = new ArrayList<>(memory.artefacts());
            have.add(file.file());
            remember(memory.having(have));
        }
    }

    /** None where MLflow keeps them in a place that is not reached through it. */
    private List<Artefact> unsentFiles() {
        return memory.artefactUri().filter(api::takesArtefacts).isEmpty()
                ? List.of()
                : FILES.stream()
                        .filter(file ->
                                !memory.artefacts().contains(file.file()) && Files.isRegularFile(file.in(folder)))
                        .toList();
    }

    private void update(String status, Optional<Long> end) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("run_id", memory.run().orElseThrow());
        body.put("status", status);
        end.ifPresent(time -> body.put("end_time", time));
        api.post("runs/update", body);
    }

    private void log(String what, List<?> entries) throws IOException {
        api.post("runs/log-batch", Map.of("run_id", memory.run().orElseThrow(), what, entries));
    }

    private void remember(MlflowMemory more) throws IOException {
        more.save(folder);
        memory = more;
    }

    private static String status(RunResult result) {
        return switch (result.status()) {
            case COMPLETED -> "FINISHED";
            case INTERRUPTED -> "KILLED";
            case FAILED -> "FAILED";
        };
    }

    private static List<Map<String, String>> pairs(Map<String, String> values) {
        return values.entrySet().stream()
                .map(value -> Map.of("key", value.getKey(), "value", value.getValue()))
                .toList();
    }

    private static String shortened(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    }

    @Override
    public void close() {
        api.close();
    }
}

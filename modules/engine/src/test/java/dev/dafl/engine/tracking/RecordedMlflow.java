package dev.dafl.engine.tracking;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server that keeps to MLflow's REST contract, version 2.0, as its documentation and {@code mlflow/utils/validation.py} (2.9)
 * tell it: names, limits, statuses, error codes, the proxy for artefacts. A metric's row is key, value, time and step, and
 * there once; a parameter cannot be changed.
 */
final class RecordedMlflow implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern NAME = Pattern.compile("[/\\w.\\- ]*");
    private static final Set<String> STATUSES = Set.of("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED");

    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, String> experiments = new HashMap<>();
    private final Map<String, Run> runs = new LinkedHashMap<>();
    private final List<String> calls = new ArrayList<>();
    private final String artefactScheme;
    private Predicate<HttpExchange> fault = _ -> false;
    private Predicate<HttpExchange> lost = _ -> false;
    private Optional<String> authorization = Optional.empty();

    /** What it knows of a run. */
    static final class Run {

        final String id;
        final JsonNode created;
        final Set<Row> rows = new LinkedHashSet<>();
        final Map<String, String> params = new TreeMap<>();
        final Map<String, String> tags = new TreeMap<>();
        final Map<String, byte[]> files = new TreeMap<>();
        final List<String> statuses = new ArrayList<>();
        int sent;
        int largest;

        private Run(String id, JsonNode created) {
            this.id = id;
            this.created = created;
        }

        List<Row> rows(String key) {
            return rows.stream().filter(row -> row.key().equals(key)).toList();
        }
    }

    record Row(String key, String value, long timestamp, long step) {}

    /** Something that MLflow does not take. */
    private static final class Wrong extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final int status;
        private final String code;

        private Wrong(int status, String code, String message) {
            super(message);
            this.status = status;
            this.code = code;
        }
    }

    private RecordedMlflow(String artefactScheme) throws IOException {
        this.artefactScheme = artefactScheme;
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/", this::answer);
        http.start();
    }

    static RecordedMlflow start() throws IOException {
        return new RecordedMlflow("mlflow-artifacts:/");
    }

    /** Whose runs keep their files elsewhere. */
    static RecordedMlflow start(String artefacts) throws IOException {
        return new RecordedMlflow(artefacts);
    }

    String uri() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** What answers for itself, by which it says true; else the server does. */
    synchronized void fault(Predicate<HttpExchange> next) {
        fault = next;
    }

    /** Whose answers do not arrive, though the server has done what was asked. */
    synchronized void lose(Predicate<HttpExchange> answers) {
        lost = answers;
    }

    private synchronized boolean lost(HttpExchange exchange) {
        return lost.test(exchange);
    }

    synchronized void wants(String header) {
        authorization = Optional.of(header);
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    synchronized List<Run> runs() {
        return List.copyOf(runs.values());
    }

    synchronized Set<String> experiments() {
        return Set.copyOf(experiments.keySet());
    }

    static boolean reply(HttpExchange exchange, int status, String type, String body) {
        try {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Content-Type", type);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        } catch (IOException e) {
            exchange.close();
        }
        return true;
    }

    private void answer(HttpExchange exchange) {
        Predicate<HttpExchange> wrong;
        synchronized (this) {
            calls.add(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
            wrong = fault;
        }
        if (wrong.test(exchange)) {
            return;
        }
        try {
            String answer = JSON.writeValueAsString(answered(exchange));
            if (lost(exchange)) {
                exchange.close();
            } else {
                reply(exchange, 200, "application/json", answer);
            }
        } catch (Wrong e) {
            reply(
                    exchange,
                    e.status,
                    "application/json",
                    JSON.writeValueAsString(Map.of("error_code", e.code, "message", e.getMessage())));
        } catch (IOException | RuntimeException e) {
            reply(exchange, 500, "text/html", "<html>" + e);
        }
    }

    private synchronized Object answered(HttpExchange exchange) throws IOException {
        if (authorization.isPresent()
                && !authorization.get().equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            throw new Wrong(403, "PERMISSION_DENIED", "Permission denied");
        }
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        String call = exchange.getRequestMethod() + " " + path.replaceFirst("^/api/2.0/mlflow/", "");
        Matcher file = Pattern.compile("PUT /api/2.0/mlflow-artifacts/artifacts/0/(\\w+)/artifacts/([\\w.-]+)")
                .matcher(call);
        if (file.matches()) {
            run(file.group(1)).files.put(file.group(2), body);
            return Map.of();
        }
        return switch (call) {
            case "GET experiments/get-by-name" -> {
                String name = URLDecoder.decode(
                        exchange.getRequestURI().getRawQuery().replace("experiment_name=", ""), StandardCharsets.UTF_8);
                if (!experiments.containsKey(name)) {
                    throw new Wrong(
                            404, "RESOURCE_DOES_NOT_EXIST", "Could not find experiment with name '" + name + "'");
                }
                yield Map.of("experiment", Map.of("experiment_id", experiments.get(name), "lifecycle_stage", "active"));
            }
            case "POST experiments/create" -> {
                String name = JSON.readTree(body).path("name").asString();
                if (experiments.putIfAbsent(name, Integer.toString(experiments.size() + 1)) != null) {
                    throw new Wrong(400, "RESOURCE_ALREADY_EXISTS", "Experiment '" + name + "' already exists.");
                }
                yield Map.of("experiment_id", experiments.get(name));
            }
            case "POST runs/search" -> search(JSON.readTree(body));
            case "POST runs/create" -> create(JSON.readTree(body));
            case "POST runs/log-batch" -> log(JSON.readTree(body), body.length);
            case "POST runs/update" -> update(JSON.readTree(body));
            default -> throw new Wrong(404, "ENDPOINT_NOT_FOUND", call);
        };
    }

    private Run run(String id) {
        Run run = runs.get(id);
        if (run == null) {
            throw new Wrong(404, "RESOURCE_DOES_NOT_EXIST", "Run with id=" + id + " not found");
        }
        return run;
    }

    private Object search(JsonNode asked) {
        Matcher filter = Pattern.compile("tags\\.`dafl\\.run` = '([^']+)'")
                .matcher(asked.path("filter").asString());
        if (!filter.matches()) {
            throw new Wrong(400, "INVALID_PARAMETER_VALUE", "Invalid clause(s) in filter string");
        }
        return Map.of(
                "runs",
                runs.values().stream()
                        .filter(run -> filter.group(1).equals(run.tags.get("dafl.run")))
                        .map(this::info)
                        .toList());
    }

    private Object info(Run run) {
        return Map.of("info", Map.of("run_id", run.id, "artifact_uri", artefactScheme + "0/" + run.id + "/artifacts"));
    }

    private Object create(JsonNode asked) {
        if (!experiments.containsValue(asked.path("experiment_id").asString())) {
            throw new Wrong(404, "RESOURCE_DOES_NOT_EXIST", "No such experiment");
        }
        Run run = new Run("r" + (runs.size() + 1), asked);
        asked.path("tags")
                .forEach(tag -> run.tags.put(
                        tag.path("key").asString(), tag.path("value").asString()));
        run.statuses.add("RUNNING");
        runs.put(run.id, run);
        return Map.of("run", info(run));
    }

    private Object log(JsonNode asked, int bytes) {
        Run run = run(asked.path("run_id").asString());
        JsonNode metrics = asked.path("metrics");
        JsonNode params = asked.path("params");
        JsonNode tags = asked.path("tags");
        if (bytes > 1_000_000
                || metrics.size() > 1000
                || params.size() > 100
                || tags.size() > 100
                || metrics.size() + params.size() + tags.size() > 1000) {
            throw new Wrong(400, "INVALID_PARAMETER_VALUE", "A batch logging request can contain at most 1000 metrics");
        }
        for (JsonNode metric : metrics) {
            JsonNode value = metric.path("value");
            if (!value.isNumber() && !Set.of("NaN", "Infinity", "-Infinity").contains(value.asString(""))) {
                throw new Wrong(400, "INVALID_PARAMETER_VALUE", "no value: " + value);
            }
            run.rows.add(new Row(
                    name(metric),
                    value.asString(),
                    metric.path("timestamp").longValue(),
                    metric.path("step").longValue()));
        }
        run.sent += metrics.size();
        run.largest = Math.max(run.largest, metrics.size());
        for (JsonNode param : params) {
            String value = param.path("value").asString();
            if (value.length() > 6000) {
                throw new Wrong(400, "INVALID_PARAMETER_VALUE", "Param value exceeded length limit of 6000");
            }
            String before = run.params.putIfAbsent(name(param), value);
            if (before != null && !before.equals(value)) {
                throw new Wrong(400, "INVALID_PARAMETER_VALUE", "Changing param values is not allowed");
            }
        }
        for (JsonNode tag : tags) {
            run.tags.put(name(tag), tag.path("value").asString());
        }
        return Map.of();
    }

    private static String name(JsonNode entry) {
        String name = entry.path("key").asString();
        boolean unclear = name.isEmpty() || name.startsWith("/") || name.endsWith("/") || name.contains("//");
        if (!NAME.matcher(name).matches() || name.length() > 250 || unclear) {
            throw new Wrong(400, "INVALID_PARAMETER_VALUE", "Invalid name: '" + name + "'");
        }
        return name;
    }

    private Object update(JsonNode asked) {
        String status = asked.path("status").asString();
        if (!STATUSES.contains(status)) {
            throw new Wrong(400, "INVALID_PARAMETER_VALUE", "Invalid status " + status);
        }
        run(asked.path("run_id").asString()).statuses.add(status);
        return Map.of("run_info", Map.of());
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}

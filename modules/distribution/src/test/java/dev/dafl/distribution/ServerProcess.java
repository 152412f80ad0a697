package dev.dafl.distribution;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code dafl serve} as a process of its own, and what can be asked of it. */
final class ServerProcess {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern SERVES = Pattern.compile("dafl serves \\S+:(\\d+) ");
    private static final Pattern TOKEN = Pattern.compile("told this once: (\\S+)");

    private final Process process;
    private final int port;
    private final String token;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ServerProcess(Process process, int port, String token) {
        this.process = process;
        this.port = port;
        this.token = token;
    }

    /**
     * Starts one.
     *
     * @param token of one that was started in the same folder before
     */
    static ServerProcess start(Launcher launcher, Path data, Optional<String> token, String... more)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("serve", "--port", "0", "--data", data.toString()));
        arguments.addAll(List.of(more));
        Process process = launcher.start(arguments.toArray(String[]::new));
        Path out = launcher.work().resolve("out.txt");
        while (process.isAlive()) {
            String said = Files.readString(out);
            Matcher serves = SERVES.matcher(said);
            if (serves.find()) {
                Matcher told = TOKEN.matcher(said);
                String own = token.or(() -> told.find() ? Optional.of(told.group(1)) : Optional.empty())
                        .orElseThrow();
                return new ServerProcess(process, Integer.parseInt(serves.group(1)), own);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new IOException("the server did not start: exit code " + process.exitValue() + "\n"
                + Files.readString(out) + launcher.err());
    }

    String token() {
        return token;
    }

    Process process() {
        return process;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + token)
                .timeout(Duration.ofMinutes(Launcher.PATIENCE_MINUTES));
    }

    HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> ask(String method, String path, BodyPublisher body) throws IOException, InterruptedException {
        return send(request("/api/v1" + path).method(method, body).build());
    }

    /** Lines as they come; closing them closes the connection. */
    Stream<String> lines(String path) throws IOException, InterruptedException {
        return client.send(request("/api/v1" + path).build(), BodyHandlers.ofLines())
                .body();
    }

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return ask("GET", path, BodyPublishers.noBody());
    }

    HttpResponse<byte[]> post(String path) throws IOException, InterruptedException {
        return ask("POST", path, BodyPublishers.noBody());
    }

    HttpResponse<byte[]> submit(Map<String, Object> submission) throws IOException, InterruptedException {
        return ask("POST", "/jobs", BodyPublishers.ofString(JSON.writeValueAsString(submission)));
    }

    /** Submits what must be taken; gives the job's id. */
    long submitted(String config, String source) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = submit(Map.of("config", config, "source", source));
        if (response.statusCode() != 201) {
            throw new AssertionError(response.statusCode() + " " + text(response));
        }
        return json(response).path("id").asLong();
    }

    JsonNode job(long id) throws IOException, InterruptedException {
        return json(get("/jobs/" + id));
    }

    /** Waits until a job is so; what hangs is ended by the whole build's patience. */
    JsonNode await(long id, Predicate<JsonNode> wanted) throws IOException, InterruptedException {
        while (true) {
            JsonNode job = job(id);
            if (wanted.test(job)) {
                return job;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    JsonNode awaitState(long id, String... states) throws IOException, InterruptedException {
        return await(id, job -> List.of(states).contains(job.path("state").asString()));
    }

    static JsonNode json(HttpResponse<byte[]> response) {
        return JSON.readTree(response.body());
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** As by a machine that goes down. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** As its user ends it. */
    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
        client.close();
    }
}

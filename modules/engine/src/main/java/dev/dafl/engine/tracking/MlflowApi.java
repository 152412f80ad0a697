package dev.dafl.engine.tracking;

import dev.dafl.engine.config.MlflowConfig;
import dev.dafl.engine.config.OneLine;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls of MLflow's REST API, version 2.0. What goes wrong is an {@link IOException} in one sentence; a secret is in none of
 * them. Redirections are not followed: where a server wants a login, it does so by one, and the token is for nobody else.
 */
final class MlflowApi implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String ROOT = "/api/2.0/mlflow/";
    private static final String ARTEFACTS = "/api/2.0/mlflow-artifacts/artifacts/";
    private static final Duration CONNECTING = Duration.ofSeconds(10);
    private static final Duration UPLOADING = Duration.ofMinutes(10);
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final long LONGEST_ANSWER = 4 << 20;

    private final String uri;
    private final Optional<String> authorization;
    private final Duration answering;
    private final HttpClient client;

    /**
     * @param secret a token, or {@code USER:PASSWORD}; none for an open server
     * @param answering how long an answer may take
     */
    MlflowApi(MlflowConfig config, Optional<String> secret, Duration answering) {
        this.uri = config.uri();
        this.authorization = secret.map(MlflowApi::authorization);
        this.answering = answering;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECTING)
                .build();
    }

    private static String authorization(String secret) {
        return secret.contains(":")
                ? "Basic " + Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8))
                : "Bearer " + secret;
    }

    /** The server has understood what was asked, and would never do it. */
    static final class Refused extends IOException {

        private static final long serialVersionUID = 1L;

        private final String code;

        private Refused(String message, String code) {
            super(message);
            this.code = code;
        }

        /** MLflow's word for why, such as {@code RESOURCE_DOES_NOT_EXIST}. */
        String code() {
            return code;
        }
    }

    JsonNode get(String call, String key, String value) throws IOException {
        String query = "?" + key + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
        return json(send(
                HttpRequest.newBuilder(URI.create(uri + ROOT + call + query)),
                "GET",
                BodyPublishers.noBody(),
                answering));
    }

    JsonNode post(String call, Map<String, Object> body) throws IOException {
        return json(send(
                HttpRequest.newBuilder(URI.create(uri + ROOT + call)).header("Content-Type", "application/json"),
                "POST",
                BodyPublishers.ofString(ResultJson.line(body)),
                answering));
    }

    /** Whether this server takes files for a place, as a run's {@code artifact_uri} names it. */
    boolean takesArtefacts(String artefactUri) {
        return place(artefactUri).isPresent();
    }

    /** Sends a file to a place that {@linkplain #takesArtefacts is this server's}. */
    void put(String artefactUri, String name, Path file) throws IOException {
        URI place = URI.create(place(artefactUri).orElseThrow() + "/" + name);
        send(
                HttpRequest.newBuilder(place).header("Content-Type", "application/octet-stream"),
                "PUT",
                BodyPublishers.ofFile(file),
                UPLOADING);
    }

    /** Where files go by HTTP: only to the server itself, since the token goes with them. */
    private Optional<String> place(String artefactUri) {
        try {
            URI asked = URI.create(artefactUri);
            URI own = URI.create(uri);
            boolean here =
                    asked.getRawAuthority() == null || asked.getRawAuthority().equals(own.getRawAuthority());
            if ("mlflow-artifacts".equals(asked.getScheme())) {
                return Optional.ofNullable(asked.getRawPath())
                        .filter(_ -> here)
                        .map(path -> uri + ARTEFACTS + path.replaceFirst("^/+", ""));
            }
            return artefactUri.startsWith(uri + ARTEFACTS) ? Optional.of(artefactUri) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String method, BodyPublisher body, Duration timeout)
            throws IOException {
        authorization.ifPresent(value -> request.header("Authorization", value));
        HttpResponse<String> response;
        try {
            response = client.send(
                    request.timeout(timeout).method(method, body).build(),
                    BodyHandlers.limiting(BodyHandlers.ofString(), LONGEST_ANSWER));
        } catch (HttpTimeoutException e) {
            throw new IOException("it has not answered in " + timeout.toSeconds() + " s", e);
        } catch (ConnectException e) {
            throw new IOException("nobody answers there", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (IOException e) {
            throw new IOException("the connection broke: " + Reason.of(e), e);
        }
        int status = response.statusCode();
        if (status / 100 == 2) {
            return response;
        }
        Optional<JsonNode> told = tree(response.body());
        String code = told.map(t -> t.path("error_code").asString("")).orElse("");
        String message = told.map(t -> t.path("message").asString("")).orElse("");
        String sentence = "it answers " + status
                + (code.isEmpty() ? "" : " " + OneLine.shortened(code))
                + (message.isEmpty() ? "" : ": " + OneLine.shortened(message));
        throw (status == BAD_REQUEST || status == NOT_FOUND) && !code.isEmpty()
                ? new Refused(sentence, code)
                : new IOException(sentence);
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return tree(response.body())
                .orElseThrow(() -> new IOException("its answer is not MLflow's: is it a tracking server?"));
    }

    private static Optional<JsonNode> tree(String text) {
        try {
            return Optional.of(JSON.readTree(text)).filter(JsonNode::isObject);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}

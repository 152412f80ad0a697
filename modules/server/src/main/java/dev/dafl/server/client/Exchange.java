package dev.dafl.server.client;

import dev.dafl.engine.config.OneLine;
import dev.dafl.server.api.ApiJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Requests and answers: with the token, and with every failure as a {@link ServerException}. */
final class Exchange implements AutoCloseable {

    private static final int LONGEST_BODY = 64 << 20;
    private static final int LONGEST_PROBLEM = 1 << 20;
    private static final String PROBLEM = "application/problem+json";

    private final ServerAddress server;
    private final Optional<String> token;
    private final Patience patience;
    private final HttpClient client;

    Exchange(ServerAddress server, Optional<String> token, Optional<Path> authority, Patience patience) {
        this.server = server;
        this.token = token;
        this.patience = patience;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                // The token would go along, wherever that leads.
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(patience.connect());
        authority.map(Trust::in).ifPresent(builder::sslContext);
        this.client = builder.build();
    }

    Patience patience() {
        return patience;
    }

    ServerAddress server() {
        return server;
    }

    /** The beginning of an answer; its body is read as it comes. */
    record Answer(int status, HttpHeaders headers, InputStream body) implements AutoCloseable {

        String type() {
            return headers.firstValue("Content-Type")
                    .map(type -> type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT))
                    .orElse("no type");
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    /** @param path from the version on, encoded */
    HttpRequest.Builder to(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.at(path)).timeout(patience.answer());
        token.ifPresent(secret -> request.setHeader("Authorization", "Bearer " + secret));
        return request;
    }

    /**
     * Gives the answer if it is one of the expected.
     *
     * @throws ServerException for every other, and when there is none
     */
    Answer send(HttpRequest request, Integer... expected) throws IOException {
        HttpResponse<InputStream> response;
        try {
            response = client.send(request, _ -> new Body(patience.silence()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (IOException e) {
            throw Unreachable.of(server, patience, e);
        }
        Answer answer = new Answer(response.statusCode(), response.headers(), response.body());
        if (Set.of(expected).contains(answer.status())) {
            return answer;
        }
        try (answer) {
            throw refused(request, answer);
        }
    }

    /** The body of an answer as a record of the contract. */
    <T extends Record> T read(HttpRequest request, Answer answer, Class<T> type) throws IOException {
        try (answer) {
            if (!answer.type().equals("application/json")) {
                throw stranger(request, answer);
            }
            String text = text(answer.body(), LONGEST_BODY);
            return parse(text, type, "the answer to " + words(request));
        } catch (ServerException e) {
            throw e;
        } catch (IOException e) {
            throw Unreachable.of(server, patience, e);
        }
    }

    /** @param what for messages */
    <T extends Record> T parse(String text, Class<T> type, String what) throws ServerException {
        String problem;
        try {
            T value = ApiJson.read(text, type);
            if (Whole.is(value)) {
                return value;
            }
            problem = "something is missing in it";
        } catch (JacksonException e) {
            problem = OneLine.shortened(e.getOriginalMessage());
        }
        throw new ServerException(
                200,
                what + " of " + server + " is none of a dafl server of this version: " + problem
                        + "; is the address right, and are both of the same version?");
    }

    /** An answer that a dafl server does not give. */
    ServerException stranger(HttpRequest request, Answer answer) {
        String told = server + " answered " + words(request) + " with " + answer.status() + " and " + answer.type();
        return new ServerException(
                answer.status(),
                answer.status() >= 500
                        ? told + ", which is no sentence of a dafl server: it, or a proxy before it, is in trouble;"
                                + " try again later"
                        : told + ": it is no dafl server; is the address right?");
    }

    private ServerException refused(HttpRequest request, Answer answer) {
        int status = answer.status();
        if (status == 401) {
            return new ServerException(
                    status,
                    token.isEmpty()
                            ? server + " wants a token: put the one that 'dafl serve' printed there into"
                                    + " ~/.config/dafl/token, or name its file with --token-file"
                            : server + " does not take this token: it is of another server, or is no longer one;"
                                    + " name the file of another with --token-file");
        }
        if (status >= 300 && status < 400) {
            return new ServerException(
                    status,
                    server + " sends one on to "
                            + answer.headers().firstValue("Location").orElse("nowhere")
                            + ", where the token is not sent by itself; say --server with that machine if you trust"
                            + " it");
        }
        if (answer.type().equals(PROBLEM)) {
            try {
                JsonNode problem = ApiJson.read(text(answer.body(), LONGEST_PROBLEM), JsonNode.class);
                String detail = problem.path("detail").asString("");
                if (!detail.isBlank()) {
                    return new ServerException(status, withPlaces(detail, problem.path("errors")));
                }
            } catch (JacksonException | IOException _) {
                // A body that is cut off or no JSON tells nothing.
            }
        }
        return stranger(request, answer);
    }

    /** The places that the sentence does not name itself, a line each. */
    private static String withPlaces(String detail, JsonNode places) {
        StringBuilder message = new StringBuilder(detail);
        for (JsonNode place : places) {
            String told = place.path("detail").asString("");
            if (!detail.contains(told)) {
                String line = place.path("line").asString("");
                message.append("\n  ")
                        .append(place.path("source").asString(""))
                        .append(line.isEmpty() ? "" : ":" + line)
                        .append(": ")
                        .append(told);
            }
        }
        return message.toString();
    }

    private static String words(HttpRequest request) {
        return request.method() + " " + request.uri().getPath();
    }

    private static String text(InputStream body, int longest) throws IOException {
        byte[] bytes = body.readNBytes(longest + 1);
        if (bytes.length > longest) {
            throw new IOException("the answer is longer than " + (longest >> 20) + " MB");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** What is still under way is broken off. */
    @Override
    public void close() {
        client.shutdownNow();
    }
}

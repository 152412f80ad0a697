package dev.dafl.server.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The other end of a connection, which does what a test wants, and notes what it was asked. */
final class OtherEnd implements AutoCloseable {

    /** Generous to a busy machine, but quick to try again. */
    static final Patience PATIENCE = new Patience(
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofMillis(1),
            Duration.ofMillis(2));

    static final String JOB = """
            {"id": 7, "name": "digits", "kind": "experiment", "state": "%s", "priority": 0, "cores": 1, "owner": "ann",
             "submitted": "2026-01-01T00:00:00Z", "revision": 3, "runs": []}""";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /** What is done with a request; an exception cuts the connection off. */
    interface Handler {

        void handle(HttpExchange exchange) throws IOException;
    }

    private OtherEnd(HttpServer server, Handler handler) {
        this.server = server;
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            handler.handle(exchange);
            exchange.close();
        });
        server.setExecutor(threads);
        server.start();
    }

    static OtherEnd with(Handler handler) throws IOException {
        return with(HttpServer.create(), handler);
    }

    static OtherEnd with(HttpServer server, Handler handler) throws IOException {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        return new OtherEnd(server, handler);
    }

    static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    static void json(HttpExchange exchange, String body) throws IOException {
        send(exchange, 200, "application/json", body);
    }

    /** Where nobody listens. */
    static String closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Methods and addresses, in order. */
    List<String> asked() {
        return asked;
    }

    ServerClient client() {
        return client(address(), Optional.of("s3cret"));
    }

    static ServerClient client(String address, Optional<String> token) {
        return ServerClient.of(ServerAddress.of(address), token, Optional.empty(), PATIENCE);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

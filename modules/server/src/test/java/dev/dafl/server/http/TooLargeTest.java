package dev.dafl.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.server.api.Who;
import dev.dafl.server.client.ServerAddress;
import dev.dafl.server.client.ServerClient;
import dev.dafl.server.client.ServerException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever sends too much is told so, and not cut off. */
class TooLargeTest {

    private static final String TOLD = "the file is larger than the 1 MB that this server takes (--max-file)";
    private static final String FILE = "/api/v1/files/" + "0".repeat(64);
    /** More than the sockets between hold. */
    private static final int MUCH = 20 << 20;

    @TempDir
    private Path folder;

    private TestServer server;
    private String token;

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(folder, new Limits(10, 1_000_000, System::nanoTime));
        token = server.tokens().make("me", Who.Scope.ADMIN);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void ourClientSendsNothingAndTellsTheSentence() throws IOException {
        Path file = Files.write(folder.resolve("teacher.pt"), new byte[MUCH]);
        long[] sent = {0};
        try (ServerClient client =
                ServerClient.of(ServerAddress.of(server.address()), Optional.of(token), Optional.empty())) {
            ServerException e =
                    assertThrows(ServerException.class, () -> client.upload(file, (_, done, _) -> sent[0] = done));
            assertEquals(TOLD, e.getMessage());
            assertTrue(e.badInput());
            assertTrue(sent[0] < MUCH, "it was sent: " + sent[0]);
        }
    }

    @Test
    void whoAsksBeforeSendingIsToldAtOnce() throws IOException {
        String answer = answered(FILE, "Content-Length: " + MUCH + "\r\nExpect: 100-continue\r\n", 0, false);
        assertTrue(answer.startsWith("HTTP/1.1 413 ") && answer.contains(TOLD), answer);
    }

    @Test
    void whoSendsAllBeforeReadingIsToldToo() throws IOException {
        String answer = answered(FILE, "Content-Length: " + MUCH + "\r\n", MUCH, false);
        assertTrue(answer.startsWith("HTTP/1.1 413 ") && answer.contains(TOLD), answer);
    }

    @Test
    void soIsOneWhoDoesNotSayHowMuchItWillBe() throws IOException {
        String answer = answered(FILE, "Transfer-Encoding: chunked\r\n", MUCH, true);
        assertTrue(answer.startsWith("HTTP/1.1 413 ") && answer.contains(TOLD), answer);
    }

    @Test
    void submissionsHaveABoundToo() throws Exception {
        HttpResponse<String> response = server.send(server.request("/api/v1/jobs", token)
                .POST(BodyPublishers.ofByteArray(new byte[MUCH]))
                .build());
        assertEquals(413, response.statusCode());
        assertTrue(response.body().contains("a submission is at most 8 MB large"), response.body());
    }

    @Test
    void whatCannotBeReadOnIsToldToo() throws IOException {
        String answer = answered("/api/v1/nothing", "Transfer-Encoding: chunked\r\n\r\nno chunk\r\n", 0, false);
        assertTrue(answer.startsWith("HTTP/1.1 404 ") && answer.contains("there is nothing at"), answer);
    }

    @Test
    void whatFitsIsTaken() throws Exception {
        Path file = Files.write(folder.resolve("teacher.pt"), new byte[1 << 20]);
        try (ServerClient client =
                ServerClient.of(ServerAddress.of(server.address()), Optional.of(token), Optional.empty())) {
            assertTrue(server.queue().uploads().has(client.upload(file, (_, _, _) -> {})));
        }
    }

    /** Sends a request to its end, and then reads the answer to its end. */
    private String answered(String path, String headers, int bytes, boolean chunked) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.http().port())) {
            OutputStream out = socket.getOutputStream();
            write(
                    out,
                    "PUT " + path + " HTTP/1.1\r\nHost: here\r\nConnection: close\r\nAuthorization: Bearer " + token
                            + "\r\n" + headers + "\r\n");
            byte[] part = new byte[1 << 16];
            for (int sent = 0; sent < bytes; sent += part.length) {
                if (chunked) {
                    write(out, Integer.toHexString(part.length) + "\r\n");
                }
                out.write(part);
                if (chunked) {
                    write(out, "\r\n");
                }
            }
            if (chunked) {
                write(out, "0\r\n\r\n");
            }
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}

package dev.dafl.engine.data;

import dev.dafl.engine.files.Digests;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunListener;
import dev.dafl.spi.Checksum;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Downloads one file; it appears in its place whole and with the right hash, or not at all. */
final class Downloader {

    private static final Duration CONNECT = Duration.ofSeconds(15);
    private static final int CHUNK = 1 << 16;

    private final RunListener listener;

    Downloader(RunListener listener) {
        this.listener = listener;
    }

    void download(URI from, Path target, Checksum checksum) throws IOException {
        Files.createDirectories(target.getParent());
        Path temporary =
                Files.createTempFile(target.getParent(), target.getFileName().toString(), ".part");
        WholeFile.write(target, temporary, out -> {
            fetch(from, out);
            Optional<WrongContent> wrong =
                    WrongContent.of(temporary, target.getFileName().toString());
            if (wrong.isPresent()) {
                throw new IOException("the server sent " + wrong.get().what() + " instead");
            }
            boolean unpack = checksum.kind() == Checksum.Kind.SHA256_OF_CONTENT
                    && target.getFileName().toString().endsWith(".gz");
            String algorithm = checksum.kind().algorithm();
            String actual = hash(temporary, algorithm, unpack);
            if (!actual.equals(checksum.hex())) {
                throw new IOException(
                        "its " + algorithm + " is " + actual + " where " + checksum.hex() + " is expected");
            }
        });
    }

    private void fetch(URI from, OutputStream out) throws IOException {
        try (HttpClient client = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            HttpResponse<InputStream> response =
                    client.send(HttpRequest.newBuilder(from).build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    throw new IOException("the server answered " + response.statusCode());
                }
                long total =
                        response.headers().firstValueAsLong("Content-Length").orElse(-1);
                copy(from, body, out, total);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ConnectException | UnresolvedAddressException e) {
            throw new IOException("no connection", e);
        }
    }

    private void copy(URI from, InputStream body, OutputStream out, long total) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long done = 0;
        for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
            out.write(chunk, 0, read);
            done += read;
            listener.on(new RunEvent.Downloading(from, done, total));
        }
        if (total >= 0 && done != total) {
            throw new IOException("it broke off after " + done + " of " + total + " bytes");
        }
    }

    private static String hash(Path file, String algorithm, boolean unpack) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                InputStream content = unpack ? new GZIPInputStream(raw) : raw) {
            return Digests.hex(content, Digests.of(algorithm));
        }
    }
}

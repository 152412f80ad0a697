package dev.dafl.server.client;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.files.Digests;
import dev.dafl.tensor.files.Reason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Brings a file to the server, unless it is there. */
record Upload(Exchange exchange, Path file, Transfer transfer) {

    /** Bytes a second that a connection has at least, or nobody would wait for it. */
    private static final long SLOWEST = 50_000;

    /** Gives the digest that the file has there. */
    String run() throws IOException {
        String digest;
        long size;
        try {
            digest = Digests.sha256(file);
            size = Files.size(file);
        } catch (IOException e) {
            throw new ConfigException("cannot read " + file + ": " + Reason.of(e), e);
        }
        String address = "/files/" + digest;
        HttpRequest asked =
                exchange.to(address).method("HEAD", BodyPublishers.noBody()).build();
        try (Exchange.Answer there = exchange.send(asked, 200, 404)) {
            if (there.status() == 200) {
                return digest;
            }
        }
        HttpRequest put = exchange.to(address)
                .header("Content-Type", "application/octet-stream")
                // A server that does not want it says so before it is sent.
                .expectContinue(true)
                .timeout(exchange.patience().answer().plus(Duration.ofSeconds(size / SLOWEST)))
                .PUT(content(size))
                .build();
        exchange.send(put, 200, 201, 204).close();
        return digest;
    }

    private BodyPublisher content(long size) {
        if (size == 0) {
            return BodyPublishers.noBody();
        }
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> {
                    try {
                        return new Counted(Files.newInputStream(file), file, size, transfer);
                    } catch (IOException e) {
                        throw new UncheckedIOException("cannot read " + file + ": " + Reason.of(e), e);
                    }
                }),
                size);
    }

    /** Tells how much of a file was read. */
    private static final class Counted extends FilterInputStream {

        private final Path file;
        private final long size;
        private final Transfer transfer;
        private long done;

        Counted(InputStream in, Path file, long size, Transfer transfer) {
            super(in);
            this.file = file;
            this.size = size;
            this.transfer = transfer;
        }

        @Override
        public int read() throws IOException {
            return told(in.read(), 1);
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = in.read(into, from, length);
            return told(read, read);
        }

        private int told(int read, int bytes) {
            if (read >= 0) {
                done += bytes;
                transfer.on(file.toString(), done, size);
            }
            return read;
        }
    }
}

package dev.dafl.server.client;

import dev.dafl.engine.files.Digests;
import dev.dafl.server.api.Artefact;
import dev.dafl.server.client.Exchange.Answer;
import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fetches a file. It grows beside its place and is renamed when it is whole; what an earlier, broken download of the same file has left
 * is gone on with. Several processes may fetch the same one.
 */
final class Download {

    private static final Pattern RANGE = Pattern.compile("bytes (?:(\\d{1,18})-\\d{1,18}|\\*)/(\\d{1,18})");
    private static final int CHUNK = 1 << 16;
    /** In a row, without a byte between them. */
    private static final int MOST_FAILURES = 5;

    private final Exchange exchange;
    private final String address;
    private final Artefact artefact;
    private final Path file;
    private final Transfer transfer;

    Download(Exchange exchange, long job, Artefact artefact, Path file, Transfer transfer) {
        this.exchange = exchange;
        this.address = "/jobs/" + job + "/artefacts/" + new ArtefactPath(artefact.path()).encoded();
        this.artefact = artefact;
        this.file = file;
        this.transfer = transfer;
    }

    /** Of this state of this file: a part of another one must not become its beginning. */
    private String tag() {
        String state = exchange.server() + "\n" + address + "\n" + artefact.bytes() + "\n" + artefact.modified();
        return HexFormat.of().formatHex(Digests.sha256().digest(state.getBytes(StandardCharsets.UTF_8)), 0, 6);
    }

    /** @throws IOException naming the file and the reason; what has come stays for the next time */
    void run() throws IOException {
        try (PartFile part = part()) {
            fetch(part);
            try {
                part.place(artefact.modified());
            } catch (IOException e) {
                throw cannotWrite(e);
            }
        }
    }

    private PartFile part() throws IOException {
        try {
            return PartFile.of(file, tag());
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    private void fetch(PartFile part) throws IOException {
        int failures = 0;
        while (true) {
            long before = part.size();
            try {
                if (fetch(part, before)) {
                    return;
                }
            } catch (ServerException e) {
                if (!e.passing() || failures >= MOST_FAILURES) {
                    throw e;
                }
            }
            failures = part.size() > before ? 0 : failures + 1;
            if (failures > MOST_FAILURES) {
                throw new ServerException(
                        0,
                        artefact.path() + " breaks off again and again on its way from " + exchange.server()
                                + "; what has come is kept, and the same command goes on");
            }
            pause(failures);
        }
    }

    /** Gives whether all of it is there. */
    private boolean fetch(PartFile part, long have) throws IOException {
        HttpRequest.Builder request = exchange.to(address);
        if (have > 0) {
            request.header("Range", "bytes=" + have + "-");
        }
        try (Answer answer = exchange.send(request.build(), 200, 206, 416)) {
            if (answer.status() == 200) {
                return copy(
                        part.channel(),
                        answer.body(),
                        0,
                        answer.headers().firstValueAsLong("Content-Length").orElse(-1));
            }
            Matcher range =
                    RANGE.matcher(answer.headers().firstValue("Content-Range").orElse(""));
            // The file that is there now is another one: it is begun again.
            boolean same = range.matches() && Long.parseLong(range.group(2)) == artefact.bytes();
            if (answer.status() == 416 && same && have == artefact.bytes()) {
                return true;
            }
            if (answer.status() == 206 && same && Long.toString(have).equals(range.group(1))) {
                return copy(part.channel(), answer.body(), have, artefact.bytes());
            }
        }
        part.channel().truncate(0);
        return false;
    }

    /** @param total bytes of the file; -1 where nobody says */
    private boolean copy(FileChannel out, InputStream body, long from, long total) throws IOException {
        try {
            out.truncate(from).position(from);
            byte[] chunk = new byte[CHUNK];
            long done = from;
            for (int read = read(body, chunk); read >= 0; read = read(body, chunk)) {
                for (ByteBuffer rest = ByteBuffer.wrap(chunk, 0, read); rest.hasRemaining(); ) {
                    out.write(rest);
                }
                done += read;
                transfer.on(artefact.path(), done, total);
            }
            out.force(true);
            return total < 0 ? body.read() < 0 : done == total;
        } catch (BrokenOffException _) {
            return false;
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    /** The network's failures, apart from the disk's. */
    private static final class BrokenOffException extends IOException {

        private static final long serialVersionUID = 1L;

        BrokenOffException(IOException cause) {
            super(cause);
        }
    }

    private static int read(InputStream body, byte[] chunk) throws BrokenOffException {
        try {
            return body.read(chunk);
        } catch (IOException e) {
            throw new BrokenOffException(e);
        }
    }

    private IOException cannotWrite(IOException e) {
        return new IOException("cannot write " + file + ": " + Reason.of(e), e);
    }

    private void pause(int failures) throws InterruptedIOException {
        try {
            TimeUnit.NANOSECONDS.sleep(
                    exchange.patience().pauseAfter(Math.max(1, failures)).toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}

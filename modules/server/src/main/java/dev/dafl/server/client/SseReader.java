package dev.dafl.server.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads server-sent events (WHATWG HTML, "Server-sent events"): lines in UTF-8 that end with CR, LF or both, an empty one after each
 * event. Comments, events without data and a last one without its empty line are passed over.
 */
final class SseReader {

    private static final int LONGEST = 16 << 20;

    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean afterCr;
    private boolean first = true;
    private String id;

    /** @param id of the event before, which is that of those that name none */
    SseReader(InputStream body, String id) {
        this.in = new BufferedInputStream(body);
        this.id = id;
    }

    /** @param name {@code message} where it has none */
    record Message(String id, String name, String data) {}

    /** The next event; empty at the end. */
    Optional<Message> next() throws IOException {
        StringBuilder data = new StringBuilder();
        String name = "";
        for (Optional<String> read = line(); read.isPresent(); read = line()) {
            String text = read.get();
            if (text.isEmpty()) {
                if (!data.isEmpty()) {
                    data.setLength(data.length() - 1);
                    return Optional.of(new Message(id, name.isEmpty() ? "message" : name, data.toString()));
                }
                name = "";
                continue;
            }
            int colon = text.indexOf(':');
            String field = colon < 0 ? text : text.substring(0, colon);
            String value = colon < 0 ? "" : text.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (field) {
                case "data" -> {
                    data.append(value).append('\n');
                    if (data.length() > LONGEST) {
                        throw new IOException("an event is longer than " + (LONGEST >> 20) + " MB");
                    }
                }
                case "event" -> name = value;
                case "id" -> id = value.indexOf('\0') < 0 ? value : id;
                default -> {
                    // A comment, or what a later version may add.
                }
            }
        }
        return Optional.empty();
    }

    /** Without its end; empty when the stream ended before one. */
    private Optional<String> line() throws IOException {
        line.reset();
        for (int c = in.read(); c >= 0; c = in.read()) {
            boolean second = afterCr && c == '\n';
            afterCr = c == '\r';
            if (second) {
                continue;
            }
            if (c == '\r' || c == '\n') {
                String text = line.toString(StandardCharsets.UTF_8);
                boolean marked = first && text.startsWith("\uFEFF");
                first = false;
                return Optional.of(marked ? text.substring(1) : text);
            }
            line.write(c);
            if (line.size() > LONGEST) {
                throw new IOException("an event is longer than " + (LONGEST >> 20) + " MB");
            }
        }
        return Optional.empty();
    }
}

package dev.dafl.engine;

import dev.dafl.tensor.files.Reason;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** {@code metrics.jsonl}: one JSON object a line, flushed line by line, so that a killed run leaves whole lines. */
final class MetricsFile implements AutoCloseable {

    private final Path file;
    private final BufferedWriter out;
    private final long start = System.nanoTime();

    MetricsFile(Path folder) throws IOException {
        this.file = folder.resolve("metrics.jsonl");
        try {
            this.out = Files.newBufferedWriter(file);
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    void accept(RunEvent event) {
        switch (event) {
            case RunEvent.Progress p -> {
                Map<String, Object> line = line(p.phase().name().toLowerCase(Locale.ROOT), p.step());
                line.putAll(p.metrics());
                write(line);
            }
            case RunEvent.Evaluated e -> {
                Map<String, Object> line = line("evaluation", e.step());
                line.put("network", e.network());
                line.put("accuracy", e.accuracy());
                write(line);
            }
            case RunEvent.Selected s -> {
                Map<String, Object> line = line("selection", s.step());
                line.put("agreement", s.agreement());
                write(line);
            }
            case RunEvent.Recovered r -> {
                Map<String, Object> line = line("recovery", r.step());
                line.put("back-to", r.backTo());
                line.put("reason", r.reason());
                line.put("rate-factor", r.rateFactor());
                write(line);
            }
            default -> {}
        }
    }

    @Override
    public void close() throws IOException {
        try {
            out.close();
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    private Map<String, Object> line(String event, long step) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", event);
        line.put("step", step);
        line.put("seconds", Math.round((System.nanoTime() - start) / 1e6) / 1e3);
        return line;
    }

    private void write(Map<String, Object> line) {
        try {
            out.write(ResultJson.line(line));
            out.newLine();
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(unwritten(e));
        }
    }

    private IOException unwritten(IOException e) {
        return new IOException("cannot write " + file + ": " + Reason.of(e), e);
    }
}

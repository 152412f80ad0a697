package dev.dafl.engine.run;

import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** {@code metrics.jsonl}: one JSON object a line, written line by line, so that a killed run leaves whole lines. */
public final class MetricsFile implements RunListener, AutoCloseable {

    private final Path file;
    private final FileChannel out;
    private final DoubleSupplier seconds;

    /**
     * @param length of what is kept of an earlier process's file, in bytes; 0 for a new one
     * @param seconds since the beginning of the run
     */
    public MetricsFile(Path folder, long length, DoubleSupplier seconds) throws IOException {
        this.file = Artefact.METRICS.in(folder);
        this.seconds = seconds;
        try {
            this.out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            out.truncate(length);
            out.position(length);
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    @Override
    public void on(RunEvent event) {
        switch (event) {
            case RunEvent.Progress p -> {
                Map<String, Object> line = line(p.phase().name().toLowerCase(Locale.ROOT), p.step());
                p.metrics().forEach(metric -> line.put(metric.key(), metric.value()));
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
            case RunEvent.Restarted r -> {
                Map<String, Object> line = line("restart", r.step());
                line.put("generator", r.generator());
                write(line);
            }
            default -> {}
        }
    }

    /** Brings what is written to the disk, and says how many bytes that is. */
    public long forced() {
        try {
            out.force(false);
            return out.position();
        } catch (IOException e) {
            throw new UncheckedIOException(unwritten(e));
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
        line.put("seconds", seconds.getAsDouble());
        return line;
    }

    private void write(Map<String, Object> line) {
        byte[] text = (ResultJson.line(line) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            for (ByteBuffer rest = ByteBuffer.wrap(text); rest.hasRemaining(); ) {
                out.write(rest);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(unwritten(e));
        }
    }

    private IOException unwritten(IOException e) {
        return new IOException("cannot write " + file + ": " + Reason.of(e), e);
    }
}

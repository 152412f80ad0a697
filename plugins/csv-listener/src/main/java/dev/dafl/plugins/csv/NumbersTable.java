package dev.dafl.plugins.csv;

import dev.dafl.spi.Listener;
import dev.dafl.spi.Listener.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A tidy table in CSV (RFC 4180): a row for each number, with the phase and step that it is of. Rows are written at once, in the
 * order of steps. A run that goes on takes back those behind the step from which it does, so that none is there twice.
 */
final class NumbersTable implements Listener {

    static final String HEAD = "phase,step,seconds,name,value";

    private static final String END = "\r\n";
    private static final long NONE = -1;

    private final FileChannel out;
    /** The last step of each curve, by phase and name as they are written. */
    private final Map<String, Long> last = new HashMap<>();

    private NumbersTable(FileChannel out) {
        this.out = out;
    }

    /**
     * @param continued from where a run goes on that has written the file before
     * @throws IOException when the file cannot be written, or is no such table
     */
    static NumbersTable of(Path file, Optional<Place> continued) throws IOException {
        Files.createDirectories(file.getParent());
        byte[] before = continued.isPresent() && Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            NumbersTable table = new NumbersTable(out);
            int kept = before.length == 0 ? 0 : table.kept(file, before, continued.orElseThrow());
            out.truncate(kept);
            out.position(kept);
            if (kept == 0) {
                table.write(HEAD + END);
            }
            return table;
        } catch (IOException | RuntimeException e) {
            out.close();
            throw e;
        }
    }

    /** How many bytes of the file are of what the run does not tell again; notes the curves in it. */
    private int kept(Path file, byte[] before, Place continued) throws IOException {
        int kept = 0;
        for (int start = 0, end; (end = end(before, start)) > start; start = end) {
            String line = new String(before, start, end - start, StandardCharsets.UTF_8).strip();
            if (start == 0) {
                if (!line.equals(HEAD)) {
                    throw new IOException(
                            file + " does not begin with " + HEAD + ": it is not of this listener; move it away");
                }
            } else if (!isKept(line, continued)) {
                break;
            }
            kept = end;
        }
        return kept;
    }

    /** Behind the line that begins there; not behind {@code start} where its end is missing, as a killed process leaves it. */
    private static int end(byte[] bytes, int start) {
        for (int i = start; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i + 1;
            }
        }
        return start;
    }

    /** What a whole phase came to has step 0 and is told at its end. */
    private boolean isKept(String line, Place continued) {
        String[] cells = line.split(",", 4);
        if (cells.length < 4 || !cells[1].matches("\\d{1,18}")) {
            return false;
        }
        long step = Long.parseLong(cells[1]);
        boolean isBefore = continued.phase() == Phase.DISTILLATION && cells[0].equals(word(Phase.TEACHER));
        boolean isOfIt = cells[0].equals(word(continued.phase())) && step > 0 && step <= continued.step();
        if (isBefore || isOfIt) {
            last.put(curve(cells[0], cells[3].substring(0, cells[3].lastIndexOf(','))), step);
        }
        return isBefore || isOfIt;
    }

    @Override
    public void numbers(Numbers numbers) throws IOException {
        add(numbers.phase(), numbers.step(), numbers.seconds(), numbers.values());
    }

    @Override
    public void evaluated(Evaluation evaluation) throws IOException {
        add(evaluation.phase(), evaluation.step(), evaluation.seconds(), Map.of(evaluation.name(), evaluation.value()));
    }

    /** Of a run that goes on another time nothing has come out yet. */
    @Override
    public void ended(End end) throws IOException {
        if (end.outcome() == Outcome.DONE) {
            add(end.phase(), end.step(), end.seconds(), end.values());
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** A number of a step that is not behind its curve's last is there already: a student that is kept is measured again. */
    private void add(Phase phase, long step, double seconds, Map<String, Double> values) throws IOException {
        StringBuilder rows = new StringBuilder();
        values.forEach((name, value) -> {
            String cell = cell(name);
            if (step > last.getOrDefault(curve(word(phase), cell), NONE)) {
                last.put(curve(word(phase), cell), step);
                rows.append(word(phase))
                        .append(',')
                        .append(step)
                        .append(',')
                        .append(seconds)
                        .append(',');
                rows.append(cell).append(',').append(value).append(END);
            }
        });
        write(rows.toString());
    }

    private void write(String rows) throws IOException {
        for (ByteBuffer rest = ByteBuffer.wrap(rows.getBytes(StandardCharsets.UTF_8)); rest.hasRemaining(); ) {
            out.write(rest);
        }
    }

    private static String curve(String phase, String cell) {
        return phase + "," + cell;
    }

    private static String word(Phase phase) {
        return phase.name().toLowerCase(Locale.ROOT);
    }

    /** On one line, so that a row is one; a class may be called anything. */
    private static String cell(String name) {
        String line = name.replaceAll("\\R", " ");
        return line.matches(".*[\",].*") ? '"' + line.replace("\"", "\"\"") + '"' : line;
    }
}

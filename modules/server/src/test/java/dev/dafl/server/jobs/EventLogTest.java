package dev.dafl.server.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.server.api.JobEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

class EventLogTest {

    @TempDir
    private Path folder;

    private Path file;
    private EventLog log;

    @BeforeEach
    void open() throws IOException {
        file = folder.resolve("events.jsonl");
        log = new EventLog(file);
    }

    /** Texts of all lengths: some longer than what is read at once. */
    @Test
    void aReaderGoesOnAfterEachEventWithoutLossOrRepetition() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 400; i++) {
            append(i, i % 100 == 50 ? 600_000 : random.nextInt(2_000));
        }
        List<EventLog.Entry> all = all(0);
        assertEquals(400, all.size());
        for (int i = 0; i < all.size(); i++) {
            assertTrue(all.get(i).json().contains("\"number\":" + i + ","), "event " + i);
            assertEquals("numbered", all.get(i).name());
        }
        for (int i = 0; i < all.size(); i += 37) {
            assertEquals(all.subList(i + 1, all.size()), all(all.get(i).id()));
            assertEquals(all.subList(i + 1, all.size()), all(all.get(i).id() - 1));
        }
        assertEquals(log.end(), all.getLast().id());
        assertEquals(List.of(), all(log.end()));
        assertEquals(List.of(), all(Long.MAX_VALUE));
    }

    @Test
    void aLineThatWasTornIsCutOff() throws IOException {
        append(0, 10);
        append(1, 10);
        long end = log.end();
        Files.writeString(file, "{\"time\":\"2026", StandardOpenOption.APPEND);
        log = new EventLog(file);
        assertEquals(end, log.end());
        append(2, 10);
        assertEquals(3, all(0).size());
    }

    @Test
    void whoeverWaitsHearsOfTheNextEvent() throws Exception {
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                append(0, 10);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        log.await(0, 600_000);
        writer.join();
        assertEquals(1, all(0).size());
    }

    private void append(int number, int length) throws IOException {
        log.append(new JobEvent(
                Instant.EPOCH,
                Optional.empty(),
                JsonNodeFactory.instance
                        .objectNode()
                        .put("event", "numbered")
                        .put("number", number)
                        .put("text", "x\n".repeat(length / 2))));
    }

    private List<EventLog.Entry> all(long after) throws IOException {
        List<EventLog.Entry> all = new ArrayList<>();
        long at = after;
        for (List<EventLog.Entry> some = log.read(at); !some.isEmpty(); some = log.read(at)) {
            all.addAll(some);
            at = some.getLast().id();
        }
        return all;
    }
}

package dev.dafl.host.slurm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.run.EventLines;
import dev.dafl.engine.run.RunEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventTailTest {

    @TempDir
    private Path folder;

    private final List<RunEvent> told = new ArrayList<>();

    @Test
    void aLineIsTakenWhenItIsWhole() throws IOException {
        RunEvent event = new RunEvent.Warning("größer");
        String line = EventLines.write(event) + "\n";
        EventTail tail = new EventTail(file(), true);
        assertFalse(tail.read(told::add));
        write(line.substring(0, 20));
        assertTrue(tail.read(told::add));
        assertEquals(List.of(), told);
        write(line.substring(20));
        tail.read(told::add);
        assertEquals(List.of(event), told);
        assertFalse(tail.read(told::add));
    }

    @Test
    void halfALineOfAKilledProcessIsPassedOver() throws IOException {
        RunEvent event = new RunEvent.Selected(3, 0.5);
        write("\n{\"event\":\"sel\n" + EventLines.write(event) + "\n");
        new EventTail(file(), true).read(told::add);
        assertEquals(List.of(event), told);
    }

    @Test
    void theFailureIsThatOfTheLastProcess() throws IOException {
        EventTail tail = new EventTail(file(), true);
        write("\n" + EventLines.write(new RunEvent.Failed("a full disk")) + "\n");
        tail.read(told::add);
        assertEquals(Optional.of("a full disk"), tail.failure());
        assertTrue(tail.ended());
        write("\n");
        tail.read(told::add);
        assertEquals(Optional.empty(), tail.failure());
        assertFalse(tail.ended());
        assertEquals(List.of(), told);
    }

    @Test
    void whoComesLaterHearsOnlyWhatComesThen() throws IOException {
        write("\n" + EventLines.write(new RunEvent.Selected(1, 0.1)) + "\n");
        EventTail tail = new EventTail(file(), false);
        write(EventLines.write(new RunEvent.Selected(2, 0.2)) + "\n");
        tail.read(told::add);
        assertEquals(List.of(new RunEvent.Selected(2, 0.2)), told);
    }

    private Path file() {
        return folder.resolve("12_0.events");
    }

    private void write(String text) throws IOException {
        Files.writeString(file(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}

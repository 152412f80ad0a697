package dev.dafl.engine.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeakMemoryTest {

    @TempDir
    private Path proc;

    @Test
    void whereThePeakIsResetItIsTheRunsOwn() throws IOException {
        status(700);
        Path clear = Files.writeString(proc.resolve("clear_refs"), "");
        PeakMemory memory = PeakMemory.sinceNow(proc.resolve("status"), clear);
        assertEquals("5", Files.readString(clear));
        assertEquals(OptionalLong.of(700 * 1024), memory.bytes());
        status(900);
        assertEquals(OptionalLong.of(900 * 1024), memory.bytes());
    }

    @Test
    void whereItCannotBeResetAPeakOfAnEarlierRunIsNotTold() throws IOException {
        status(700);
        PeakMemory memory = PeakMemory.sinceNow(proc.resolve("status"), proc.resolve("not-there"));
        assertEquals(OptionalLong.empty(), memory.bytes());
        status(900);
        assertEquals(OptionalLong.of(900 * 1024), memory.bytes());
    }

    @Test
    void whereTheSystemDoesNotSayNothingIsTold() throws IOException {
        Path clear = Files.writeString(proc.resolve("clear_refs"), "");
        assertEquals(
                OptionalLong.empty(),
                PeakMemory.sinceNow(proc.resolve("status"), clear).bytes());
        Files.writeString(proc.resolve("status"), "Name:\tjava\nVmRSS:\t 5 kB\n");
        assertEquals(
                OptionalLong.empty(),
                PeakMemory.sinceNow(proc.resolve("status"), clear).bytes());
    }

    private void status(long kilobytes) throws IOException {
        Files.writeString(
                proc.resolve("status"),
                "Name:\tjava\nVmPeak:\t 99999 kB\nVmHWM:\t   " + kilobytes + " kB\nVmRSS:\t 5 kB\n");
    }
}

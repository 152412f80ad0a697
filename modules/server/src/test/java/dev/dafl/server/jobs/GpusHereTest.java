package dev.dafl.server.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.engine.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpusHereTest {

    private static final Gpu ZERO = new Gpu("GPU-0a", "NVIDIA H100 80GB HBM3");
    private static final Gpu ONE = new Gpu("GPU-1b", "NVIDIA L4");

    @TempDir
    private Path root;

    private Path driver;
    private Path devices;

    @BeforeEach
    void makeFolders() throws IOException {
        driver = Files.createDirectory(root.resolve("gpus"));
        devices = Files.createDirectory(root.resolve("dev"));
    }

    private void gpu(String bus, int number, Gpu gpu) throws IOException {
        Files.writeString(Files.createDirectory(driver.resolve(bus)).resolve("information"), """
                Model: \t\t %s
                IRQ:   \t\t 97
                GPU UUID: \t %s
                Video BIOS: \t 96.00.89.00.01
                Bus Location: \t 0000:%s:00.0
                Device Minor: \t %d
                GPU Excluded:\t No
                """.formatted(
                        gpu.name(), gpu.id(), bus, number));
    }

    private List<Gpu> upTo(Optional<Integer> wanted) {
        return new GpusHere(driver, devices, Optional.empty()).upTo(wanted);
    }

    private List<Gpu> visible(String list, Optional<Integer> wanted) {
        return new GpusHere(driver, devices, Optional.of(list)).upTo(wanted);
    }

    private void two() throws IOException {
        gpu("0a", 1, ONE);
        gpu("bb", 0, ZERO);
        Files.createFile(devices.resolve("nvidia0"));
        Files.createFile(devices.resolve("nvidia1"));
    }

    @Test
    void thoseOfTheDriverAreFoundInTheOrderOfTheirNumbers() throws IOException {
        two();
        assertEquals(List.of(ZERO, ONE), upTo(Optional.empty()));
        assertEquals(List.of(ZERO), upTo(Optional.of(1)));
        assertEquals(List.of(), upTo(Optional.of(0)));
        assertEquals(
                "--gpus 3: there are 2 here",
                assertThrows(ConfigException.class, () -> upTo(Optional.of(3))).getMessage());
    }

    @Test
    void oneThatAContainerHasNotDoesNotCount() throws IOException {
        two();
        Files.delete(devices.resolve("nvidia0"));
        assertEquals(List.of(ONE), upTo(Optional.empty()));
    }

    @Test
    void oneWithoutAUuidHasItsNumber() throws IOException {
        gpu("0a", 0, new Gpu("GPU-????????-????", "NVIDIA L4"));
        Files.createFile(devices.resolve("nvidia0"));
        assertEquals(List.of(new Gpu("0", "NVIDIA L4")), upTo(Optional.empty()));
    }

    @Test
    void whereNothingTellsOfThemTheyAreNumbered() throws IOException {
        Files.delete(driver);
        assertEquals(List.of(), upTo(Optional.empty()));
        assertEquals(List.of(new Gpu("0", "GPU 0"), new Gpu("1", "GPU 1")), upTo(Optional.of(2)));
        assertEquals(
                "--gpus is from 0 to 64, not 65",
                assertThrows(ConfigException.class, () -> upTo(Optional.of(65))).getMessage());
        assertThrows(ConfigException.class, () -> upTo(Optional.of(-1)));
    }

    @Test
    void whatIsHiddenFromTheServerIsHiddenFromItsRuns() throws IOException {
        two();
        assertEquals(List.of(ONE), visible("GPU-1b", Optional.empty()));
        assertEquals(List.of(new Gpu("1", "GPU 1"), ZERO), visible("1, GPU-0a", Optional.empty()));
        assertEquals(List.of(new Gpu("0", "GPU 0")), visible("0,-1,1", Optional.empty()));
        assertEquals(List.of(), visible("", Optional.empty()));
        assertEquals(
                "--gpus 1: there are 0 here, as CUDA_VISIBLE_DEVICES='-1' says",
                assertThrows(ConfigException.class, () -> visible("-1", Optional.of(1)))
                        .getMessage());
    }
}

package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.distribution.Launcher.Outcome;
import dev.dafl.libtorch.Libtorch;
import dev.dafl.spi.ListenerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/plugins.md says of listeners: that of its own, built against the SPI alone, beside those that come with dafl. */
class OwnListenerTest {

    private static final String YAML = """
            name: heard
            seed: 3
            device: cpu
            precision: fp32
            threads: 1
            data: {dataset: {name: stroke-digits, train: 60, test: 20}, image-size: 32}
            teacher: {model: lenet5, epochs: 1, batch: 20}
            student: {model: lenet5-half}
            generator: {model: {name: dcgan, latent: 10, width: 8}, losses: [one-hot]}
            distillation: {batch: 8, log-every: 1, select-every: 3, schedule: {kind: joint, steps: 12}}
            checkpoint: {every: 4 steps}
            listeners: [announcement, {name: csv, file: all.csv}, halting]
            """;

    private static final String IMPORTS = """
            package org.example.listeners;
            import aQute.bnd.annotation.spi.ServiceProvider;
            import dev.dafl.spi.Listener;
            import dev.dafl.spi.ListenerFactory;
            import java.io.IOException;
            import java.nio.file.Files;
            """;

    /** Ends its process in the middle of a run, as a power cut would, where the file {@code cut} lies. */
    private static final String HALTING = """
            package org.example.listeners;
            import dev.dafl.spi.Listener;
            import dev.dafl.spi.ListenerFactory;
            import dev.dafl.spi.Plugin.NoOptions;
            import java.io.File;

            public final class Halting implements ListenerFactory<NoOptions> {
                public String name() { return "halting"; }
                public String description() { return "for a test"; }
                public NoOptions defaults() { return NoOptions.INSTANCE; }
                public Listener start(Listener.Start run, NoOptions options) {
                    return new Listener() {
                        @Override
                        public void numbers(Numbers numbers) {
                            if (numbers.phase() == Phase.DISTILLATION && numbers.step() == 7 && new File("cut").exists()) {
                                Runtime.getRuntime().halt(3);
                            }
                        }
                    };
                }
            }
            """;

    @TempDir
    private Path work;

    @Test
    void itHearsARunToItsEndAndNoNumberIsToldTwiceOfOneThatWasKilled() throws Exception {
        Launcher launcher = launcher();
        assertEquals(0, launcher.run("run", "heard.yaml", "--out", "whole").code(), launcher.err());
        Files.createFile(work.resolve("cut"));
        Launcher other = launcher.with("DAFL_CACHE", work.resolve("other-cache").toString());
        assertEquals(3, other.run("run", "heard.yaml", "--out", "killed").code());
        assertFalse(Files.exists(work.resolve("killed/result.json")));
        assertFalse(Files.exists(work.resolve("killed/listeners/announcement")));
        assertTrue(
                rows("killed").getLast().startsWith("distillation,7,"),
                rows("killed").getLast());
        Files.delete(work.resolve("cut"));
        Outcome resumed = other.run("resume", "killed");
        assertEquals(0, resumed.code(), resumed.err());
        assertEquals(rows("whole"), rows("killed"));
        assertTrue(rows("whole").size() > 12 * 3, rows("whole").toString());
        String announced = Files.readString(work.resolve("killed/listeners/announcement/end.md"));
        assertTrue(announced.startsWith("heard: DONE\n"), announced);
        assertTrue(announced.contains("| student | lenet5-half with "), announced);
        try (Stream<Path> events = Files.list(work.resolve("killed/tensorboard/distillation"))) {
            assertEquals(2, events.count());
        }
        Outcome removed = other.run("runs", "remove", "killed", "--yes");
        assertEquals(0, removed.code(), removed.err());
        assertFalse(Files.exists(work.resolve("killed")));
    }

    @Test
    void itIsDescribedAndItsMistakesAreTold() throws Exception {
        Launcher launcher = launcher();
        Outcome listed = launcher.run("plugins", "list");
        assertEquals(0, listed.code(), listed.err());
        assertTrue(listed.out().contains("says in a file what a run came to"), listed.out());
        Outcome described = launcher.run("plugins", "describe", "announcement");
        assertTrue(described.out().contains("file: text; default end.md"), described.out());
        Outcome known = launcher.run("plugins", "describe", "tensorboard");
        assertTrue(known.out().contains("pictures: true or false; default true"), known.out());
        Outcome schema = launcher.run("config", "schema");
        assertTrue(schema.out().contains("#/$defs/ListenerFactory"), schema.out());
        Outcome wrong = launcher.run("check", "heard.yaml", "--set", "listeners=[announcment]");
        assertEquals(2, wrong.code());
        assertTrue(wrong.err().contains("no listener is named announcment; did you mean announcement?"), wrong.err());
    }

    private Launcher launcher() throws IOException {
        Files.writeString(work.resolve("heard.yaml"), YAML);
        String shown = FencedBlocks.of(Path.of("../../docs/plugins.md"), "java").stream()
                .filter(block -> block.contains("ListenerFactory"))
                .findFirst()
                .orElseThrow();
        Path plugins = Files.createDirectory(work.resolve("plugins"));
        new SourceBundle(
                        "listeners",
                        "1.0.0",
                        Map.of(
                                "org.example.listeners.Announcement",
                                IMPORTS + shown,
                                "org.example.listeners.Halting",
                                HALTING),
                        Map.of(
                                ListenerFactory.class,
                                List.of("org.example.listeners.Announcement", "org.example.listeners.Halting")))
                .write(work.resolve("listeners.jar"), SourceBundle.authorsClassPath());
        Files.move(work.resolve("listeners.jar"), plugins.resolve("listeners.jar"));
        Libtorch.load();
        return Launcher.in(work)
                .with("DAFL_LIBTORCH", Libtorch.info().folder().toString())
                .with("DAFL_PLUGINS", plugins.toString());
    }

    /** Without the seconds. */
    private List<String> rows(String folder) throws IOException {
        return Files.readAllLines(work.resolve(folder).resolve("listeners/csv/all.csv")).stream()
                .map(row -> row.replaceFirst("^([^,]*,[^,]*),[^,]*,", "$1,"))
                .toList();
    }
}

package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.distribution.Launcher.Outcome;
import dev.dafl.engine.Experiment;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.Schedule;
import dev.dafl.host.PluginHost;
import dev.dafl.libtorch.Libtorch;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.SynthesizerFactory;
import java.io.IOException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/methods.md says: its method of somebody's own, built against the SPI alone, and the files of ours. */
class OwnMethodTest {

    private static final Path PAGE = Path.of("../../docs/methods.md");

    private static final String YAML = """
            name: dreams
            seed: 3
            device: cpu
            precision: fp32
            threads: 1
            data: {dataset: {name: stroke-digits, train: 60, test: 20}, image-size: 32}
            teacher: {model: lenet5, epochs: 1, batch: 20}
            student: {model: lenet5-half}
            checkpoint: {every: 1 steps}
            method: {name: dreams, batch: 8, steps: 3, renew-every: 3, bank: 20, losses: [doubt, gate]}
            distillation: {batch: 8, log-every: 1, schedule: {rounds: 8, round-student-steps: 2}}
            """;

    /** In the middle of the fifth round, the second of the pixels that were drawn anew; they are once more in the seventh. */
    private static final int GATE_CALL = 14;

    /** Adds nothing, and waits where the file {@code closed} lies: a run is killed there, whatever the machine's speed. */
    private static final String GATE = """
            package org.example.dreams;

            import dev.dafl.spi.GeneratedBatch;
            import dev.dafl.spi.LossTerm;
            import dev.dafl.spi.Plugin.NoOptions;
            import dev.dafl.spi.Workspace;
            import dev.dafl.tensor.Tensor;
            import java.io.File;
            import java.util.concurrent.locks.LockSupport;

            public final class Gate implements LossTerm<NoOptions> {
                public String name() { return "gate"; }
                public String description() { return "for a test"; }
                public NoOptions defaults() { return NoOptions.INSTANCE; }
                public Tensor compute(GeneratedBatch batch, NoOptions options) { return batch.images().mean().mul(0); }
                public Started start(Workspace workspace, NoOptions options) {
                    Workspace.Counter calls = workspace.counter("calls");
                    return batch -> {
                        calls.set(calls.get() + 1);
                        while (calls.get() == %d && new File("closed").exists()) {
                            new File("reached").mkdir();
                            LockSupport.parkNanos(1_000_000);
                        }
                        return compute(batch, options);
                    };
                }
            }
            """.formatted(GATE_CALL);

    @TempDir
    private Path work;

    @Test
    void itIsKilledInTheMiddleAndResumedToTheBitsOfARunThatWasNot() throws Exception {
        Launcher launcher = launcher();
        run(launcher, "run", "dreams.yaml", "--out", "whole");
        launcher = launcher.with("DAFL_CACHE", work.resolve("other-cache").toString());
        Files.createFile(work.resolve("closed"));
        Process process = launcher.start("run", "dreams.yaml", "--out", "killed");
        try {
            while (!Files.exists(work.resolve("reached"))) {
                assertTrue(process.isAlive(), launcher.err());
                process.waitFor(5, TimeUnit.MILLISECONDS);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertFalse(Files.exists(work.resolve("killed/result.json")));
        Files.delete(work.resolve("closed"));
        run(launcher, "resume", "killed");
        assertArrayEquals(
                Files.readAllBytes(work.resolve("whole/student.safetensors")),
                Files.readAllBytes(work.resolve("killed/student.safetensors")));
        List<String> metrics = metrics("whole");
        assertTrue(metrics.stream().anyMatch(line -> line.contains("\"loss/doubt\":")), metrics.toString());
        assertEquals(metrics, metrics("killed"));
        assertEquals(names("whole"), names("killed"));
    }

    @Test
    void itsOptionsAreDescribedAndItsMistakesAreTold() throws Exception {
        Launcher launcher = launcher();
        Outcome described = launcher.run("plugins", "describe", "dreams");
        assertEquals(0, described.code(), described.err());
        assertTrue(described.out().contains("renew-every: whole number; default 5"), described.out());
        Outcome wrong = launcher.run("run", "dreams.yaml", "--set", "method.steps=0");
        assertEquals(2, wrong.code());
        assertTrue(wrong.err().contains("dreams: steps must be at least 1, not 0"), wrong.err());
    }

    /** The page's own test, run as JUnit would run it. */
    @Test
    void itPassesTheTestKit() throws Exception {
        Path classes = new SourceBundle("dreams", "1.0.0", sources(), Map.of())
                .compile(work, System.getProperty("java.class.path"));
        Path folder = Files.createDirectory(work.resolve("trial"));
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            Class<?> type = loader.loadClass("org.example.dreams.DreamsTest");
            Object test = accessible(type.getDeclaredConstructor()).newInstance();
            Field where = accessible(type.getDeclaredField("folder"));
            where.set(test, folder);
            Method tried = accessible(type.getDeclaredMethod("itIsAMethod"));
            tried.invoke(test);
        }
    }

    @Test
    void everyMethodThereIsHasAFileThatCanBePrepared() throws IOException {
        Set<String> shown = new HashSet<>();
        try (PluginHost host = PluginHost.start(List.of())) {
            for (String yaml : FencedBlocks.of(PAGE, "yaml")) {
                assertEquals(5, yaml.lines().count(), yaml);
                ExperimentConfig config = Experiment.prepare(
                                ExperimentFile.parse("methods.md", yaml, Map.of(), "methods"), host)
                        .file()
                        .config();
                assertTrue(config.distillation().schedule() instanceof Schedule.Rounds, yaml);
                shown.add(config.method().orElseThrow().name());
            }
            Set<String> installed = host.all(SynthesizerFactory.class).stream()
                    .map(method -> method.name())
                    .collect(Collectors.toSet());
            assertEquals(installed, shown);
            String page = Files.readString(PAGE);
            installed.forEach(name -> assertTrue(page.contains("| `" + name + "` | "), name + " is not in the table"));
        }
    }

    private Launcher launcher() throws IOException {
        Files.writeString(work.resolve("dreams.yaml"), YAML);
        Map<String, String> sources = sources();
        sources.remove("org.example.dreams.DreamsTest");
        sources.put("org.example.dreams.Gate", GATE);
        Path plugins = Files.createDirectory(work.resolve("plugins"));
        new SourceBundle(
                        "dreams",
                        "1.0.0",
                        sources,
                        Map.of(
                                SynthesizerFactory.class,
                                List.of("org.example.dreams.Dreams"),
                                LossTerm.class,
                                List.of("org.example.dreams.Doubt", "org.example.dreams.Gate")))
                .write(work.resolve("dreams.jar"), SourceBundle.authorsClassPath());
        Files.move(work.resolve("dreams.jar"), plugins.resolve("dreams.jar"));
        Libtorch.load();
        return Launcher.in(work)
                .with("DAFL_LIBTORCH", Libtorch.info().folder().toString())
                .with("DAFL_PLUGINS", plugins.toString());
    }

    private static void run(Launcher launcher, String... arguments) throws Exception {
        Outcome outcome = launcher.run(arguments);
        assertEquals(0, outcome.code(), outcome.err());
    }

    /** By the names of their classes. */
    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new TreeMap<>();
        for (String block : FencedBlocks.of(PAGE, "java")) {
            sources.put(
                    word(block, "package ([\\w.]+);") + "." + word(block, "(?m)^(?:public final )?class (\\w+)"),
                    block);
        }
        assertEquals(3, sources.size(), sources.keySet().toString());
        return sources;
    }

    private static String word(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .findFirst()
                .orElseThrow();
    }

    private static <T extends AccessibleObject> T accessible(T member) {
        member.setAccessible(true);
        return member;
    }

    private List<String> metrics(String folder) throws IOException {
        return Files.readAllLines(work.resolve(folder).resolve("metrics.jsonl")).stream()
                .map(line -> line.replaceAll("\"seconds\":[0-9.E-]+,", ""))
                .toList();
    }

    private List<String> names(String folder) throws IOException {
        try (Stream<Path> files = Files.list(work.resolve(folder))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}

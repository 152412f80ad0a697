package dev.dafl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.cli.kit.ProjectKind;
import dev.dafl.distribution.AuthorsMaven;
import dev.dafl.host.PluginHost;
import dev.dafl.spi.Plugin;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the command writes for each kind, built as a stranger builds it: with Maven, on the Java that Maven runs on by itself here,
 * without a network and without anything of ours but the repository that the project names. A start of Maven and of a process for
 * tests takes longer than all else, so the projects, which differ in nothing but names and sources, are built as one.
 */
class PluginProjectsTest {

    /** What makes an example small; an experiment has some of it. */
    private static final List<String> SMALL = List.of(
            "threads=1",
            "device=cpu",
            "data.dataset.train=60",
            "data.dataset.test=20",
            "teacher.epochs=1",
            "teacher.batch=20",
            "distillation.batch=8");

    @TempDir
    private Path work;

    @Test
    void eachKindIsWrittenBuiltTestedAndUsed() throws Exception {
        Path first = work.resolve("loss");
        for (ProjectKind kind : ProjectKind.values()) {
            Path project = work.resolve(kind.toString());
            dafl(
                    "plugins",
                    "new",
                    "my-" + kind,
                    "--kind",
                    kind.toString(),
                    "--package",
                    "org.example",
                    project.toString());
            if (!project.equals(first)) {
                copy(project.resolve("src"), first.resolve("src"));
            }
        }
        build(first);
        assertEquals(ProjectKind.values().length, reports(first));

        Path plugins = Files.createDirectory(work.resolve("plugins"));
        Files.copy(first.resolve("target/my-loss-1.0.0.jar"), plugins.resolve("all.jar"));
        Set<String> there = new TreeSet<>();
        try (PluginHost host = PluginHost.start(List.of(plugins))) {
            assertEquals(List.of(), host.problems());
            PluginHost.kinds().values().forEach(type -> names(host, type).forEach(there::add));
        }
        for (ProjectKind kind : ProjectKind.values()) {
            assertTrue(there.contains("my-" + kind), there.toString());
            use(kind, plugins);
        }
    }

    private static Stream<String> names(PluginHost host, Class<? extends Plugin<?>> type) {
        return host.all(type).stream().map(Plugin::name);
    }

    /** A whole run of the project's example, of a few steps. */
    private void use(ProjectKind kind, Path plugins) {
        Path example = work.resolve(kind.toString()).resolve("example.yaml");
        List<String> arguments = new ArrayList<>(List.of(
                "--plugins",
                plugins.toString(),
                "run",
                example.toString(),
                "--json",
                "--out",
                work.resolve("run-" + kind).toString()));
        SMALL.forEach(set -> arguments.addAll(List.of("--set", set)));
        arguments.addAll(List.of("--set", length(kind)));
        JsonNode result = new JsonMapper().readTree(dafl(arguments.toArray(String[]::new)));
        assertEquals("completed", result.path("status").asString(), result.toString());
        assertTrue(result.path("config").toString().contains("my-" + kind), result.toString());
    }

    private static String length(ProjectKind kind) {
        return switch (kind) {
            case SYNTHESIZER -> "distillation.schedule.rounds=2";
            case NETWORK, DATASET, TRANSFER_SET -> "transfer.steps=2";
            case LOSS, GENERATOR, DISTILLATION_LOSS -> "distillation.schedule.steps=2";
        };
    }

    /** In this process; gives what it prints. */
    private static String dafl(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        assertEquals(0, line.execute(arguments), err::toString);
        return out.toString();
    }

    private void build(Path project) throws Exception {
        Path said = work.resolve("mvn.txt");
        int code = new ProcessBuilder(
                        AuthorsMaven.program().toString(),
                        "-B",
                        "-q",
                        "-ntp",
                        "-s",
                        AuthorsMaven.settings(work).toString(),
                        "verify")
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start()
                .waitFor();
        assertEquals(0, code, Files.readString(said));
    }

    /** How many classes of tests were run. */
    private static long reports(Path project) throws IOException {
        try (Stream<Path> files = Files.list(project.resolve("target/surefire-reports"))) {
            return files.filter(file -> file.toString().endsWith("Test.txt")).count();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }
}

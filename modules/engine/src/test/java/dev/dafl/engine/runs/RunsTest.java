package dev.dafl.engine.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.SavedRun.State;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.FolderLock;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.run.RunResult.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsTest {

    private static final String YAML = """
            name: small
            seed: 3
            data: {dataset: stroke-digits, image-size: 32}
            teacher: {model: lenet5, epochs: 2}
            student: {model: lenet5-half}
            generator: {model: {name: dcgan, latent: 20}, losses: [one-hot, {name: information-entropy, weight: 5}]}
            """;

    @TempDir
    private Path root;

    @Test
    void runsAndThoseOfMatricesAreListedWithTheirState() throws IOException {
        ended("runs/small/1", YAML, Status.COMPLETED);
        ended("runs/matrix/a", YAML, Status.FAILED);
        Files.writeString(root.resolve("runs/matrix/matrix.yaml"), "name: matrix");
        begun("runs/small/2", YAML);
        Path damaged = begun("runs/small/3", YAML);
        Files.writeString(Artefact.RESULT.in(damaged), "{");
        Files.writeString(Artefact.CONFIG.in(begun("runs/small/4", YAML)), "teecher: 1");
        Files.createDirectories(root.resolve("runs/small/notes"));
        try (FolderLock _ = FolderLock.of(begun("runs/small/5", YAML))) {
            List<RunSummary> runs = new RunsFolder(root.resolve("runs")).list();
            assertEquals(
                    List.of("matrix/a", "small/1", "small/2", "small/3", "small/4", "small/5"),
                    runs.stream()
                            .map(run -> root.resolve("runs")
                                    .relativize(Path.of(run.folder()))
                                    .toString())
                            .toList());
            assertEquals(
                    List.of(
                            Optional.of(State.FAILED),
                            Optional.of(State.COMPLETED),
                            Optional.of(State.KILLED),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(State.RUNNING)),
                    runs.stream().map(RunSummary::state).toList());
            assertEquals(0.98, runs.get(1).teacher().orElseThrow());
            assertEquals(0.97, runs.get(1).student().orElseThrow());
            assertTrue(
                    runs.get(3).problem().orElseThrow().contains("result.json is damaged"),
                    runs.get(3).toString());
            assertTrue(
                    runs.get(4).problem().orElseThrow().contains("teecher"),
                    runs.get(4).toString());
        }
    }

    @Test
    void aRunThatWasKilledMayGoOnFromItsCheckpoints() throws IOException {
        Path folder = begun("killed", YAML);
        Path first = Files.writeString(folder.resolve("checkpoint-000001-0123456789abcdef.safetensors"), "x");
        Path second = Files.writeString(folder.resolve("checkpoint-000002-0123456789abcdef.safetensors"), "x");
        RunDetails run = RunDetails.of(folder);
        assertEquals(List.of(second.toString(), first.toString()), run.checkpoints());
        assertTrue(run.resumable());
        assertFalse(RunDetails.of(ended("done", YAML, Status.COMPLETED)).resumable());
    }

    @Test
    void aComparisonShowsWhatDiffersAndNothingElse() throws IOException {
        RunComparison comparison = RunComparison.of(List.of(
                ended("a", YAML, Status.COMPLETED),
                begun(
                        "b",
                        YAML.replace("seed: 3", "seed: 4")
                                .replace("weight: 5", "weight: 2.5")
                                .replace("latent: 20", "latent: 30")
                                .replace("[one-hot, ", "["))));
        assertEquals(
                Map.of(
                        "seed", both("3", "4"),
                        "generator.model.latent", both("20", "30"),
                        "generator.losses.one-hot", List.of(Optional.of("one-hot"), Optional.empty()),
                        "generator.losses.one-hot.weight", List.of(Optional.of("1.0"), Optional.empty()),
                        "generator.losses.information-entropy.weight", both("5.0", "2.5")),
                comparison.differences());
        assertEquals("9.9", comparison.runs().getFirst().dafl().orElseThrow());
        assertEquals(12.5, comparison.runs().getFirst().seconds().orElseThrow());
        assertTrue(comparison.runs().getLast().seconds().isEmpty());
    }

    @Test
    void whatIsRemovedIsGoneAndNothingElse() throws IOException {
        Path one = ended("runs/small/1", YAML, Status.COMPLETED);
        Path two = begun("runs/small/2", YAML);
        Files.writeString(two.resolve("checkpoint.tmp"), "half");
        Path other = ended("runs/small/3", YAML, Status.COMPLETED);
        RunRemoval removal = RunRemoval.of(List.of(one, two, root.resolve("runs/small/../small/1")));
        assertEquals(List.of(one, two), removal.folders());
        removal.delete();
        assertEquals(List.of(other), files(root.resolve("runs/small")));
        assertEquals(2, files(other).size());
    }

    @Test
    void aFolderWithAnythingBesidesStaysAndAllThatWereNamedWithIt() throws IOException {
        Path one = ended("1", YAML, Status.COMPLETED);
        Path two = ended("2", YAML, Status.COMPLETED);
        Files.writeString(two.resolve("notes.txt"), "mine");
        assertEquals(two + " holds notes.txt, which no run has written; nothing was removed", refusal(one, two));
        Files.delete(two.resolve("notes.txt"));
        Path link = Files.createSymbolicLink(root.resolve("link"), two);
        assertEquals(link + " is a link; nothing was removed", refusal(one, link));
        Path matrix = Files.createDirectory(root.resolve("matrix"));
        Files.writeString(matrix.resolve("matrix.yaml"), "name: matrix");
        assertTrue(refusal(one, matrix).startsWith(matrix + " holds a matrix"));
        assertTrue(refusal(one, root).startsWith(root + " holds no run"));
        assertEquals(2, files(one).size());
        assertEquals(2, files(two).size());
    }

    @Test
    void aRunThatGoesOnIsNotRemoved() throws IOException {
        Path one = ended("1", YAML, Status.COMPLETED);
        Path two = begun("2", YAML);
        RunRemoval before = RunRemoval.of(List.of(one, two));
        try (FolderLock _ = FolderLock.of(two)) {
            assertTrue(refusal(one, two).startsWith(two + " is written by a run that goes on"));
            // Also where it has begun to go on since it was looked at.
            assertThrows(ConfigException.class, before::delete);
        }
        assertEquals(2, files(one).size());
        assertEquals(1, files(two).size());
    }

    private static String refusal(Path... folders) {
        return assertThrows(ConfigException.class, () -> RunRemoval.of(List.of(folders)))
                .getMessage();
    }

    private static List<Optional<String>> both(String one, String other) {
        return List.of(Optional.of(one), Optional.of(other));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static ExperimentConfig config(String yaml) {
        return ExperimentFile.parse("small.yaml", yaml, Map.of(), "small").config();
    }

    private Path begun(String folder, String yaml) throws IOException {
        Path run = Files.createDirectories(root.resolve(folder));
        Files.writeString(Artefact.CONFIG.in(run), ExperimentFile.toYaml(config(yaml)));
        return run;
    }

    private Path ended(String folder, String yaml, Status status) throws IOException {
        Path run = begun(folder, yaml);
        RunResult result = new RunResult(
                "small",
                status,
                Optional.empty(),
                Optional.of(new RunResult.Teacher("lenet5", Optional.of(0.98), 100, false, Optional.empty())),
                Optional.of(new RunResult.Student(
                        "lenet5-half",
                        Optional.of(0.97),
                        5,
                        0.9,
                        Optional.of(0.8),
                        Optional.of(0.96),
                        50,
                        10,
                        Optional.of(640L),
                        Optional.empty())),
                List.of(),
                new RunResult.Seconds(12.5, 5, 7, 0),
                Optional.of(1L << 30),
                new RunResult.Dafl("9.9", "unknown"),
                List.of(),
                new RunResult.Libtorch("2.13.0", "lib"),
                new RunResult.Machine("a processor", 2, "Linux"),
                3,
                "cpu",
                "fp32",
                1,
                Optional.empty(),
                Optional.empty(),
                config(yaml));
        Files.writeString(Artefact.RESULT.in(run), ResultJson.of(result));
        return run;
    }
}

package dev.dafl.engine.report;

import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.Confusion;
import dev.dafl.engine.run.FolderLock;
import dev.dafl.engine.run.MetricsLine;
import dev.dafl.engine.run.RunResult;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What a run folder holds. Any of it may be missing.
 *
 * @param result of the run; empty where it was killed, or goes on
 * @param metrics in the order of writing
 * @param configuration as YAML
 * @param confusion of the kept student
 * @param agreement of the kept student with the teacher
 */
record RunFiles(
        Path folder,
        Optional<RunResult> result,
        List<MetricsLine> metrics,
        Optional<String> configuration,
        Optional<Confusion> confusion,
        Optional<Confusion> agreement) {

    static RunFiles read(Path folder) throws IOException {
        return new RunFiles(
                folder,
                RunResult.read(folder),
                MetricsLine.read(folder),
                WholeFile.read(folder.resolve("config.yaml")),
                Confusion.read(folder, Artefact.CONFUSION),
                Confusion.read(folder, Artefact.AGREEMENT));
    }

    /** The name of the class with this label; where none is known, its number. */
    String className(String label) {
        return confusion
                .or(() -> agreement)
                .filter(c -> label.matches("\\d{1,9}")
                        && Integer.parseInt(label) < c.classes().size())
                .map(c -> c.classes().get(Integer.parseInt(label)))
                .orElse(label);
    }

    /** The bytes of a picture, where it was drawn. */
    Optional<byte[]> picture(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    }

    /** What a step has made, as a picture. */
    record Glimpse(long step, byte[] png) {}

    /** In the order of steps. */
    List<Glimpse> glimpses() throws IOException {
        List<Glimpse> glimpses = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.sorted().toList()) {
                OptionalLong step = Artefact.glimpsed(file.getFileName().toString());
                if (step.isPresent()) {
                    glimpses.add(new Glimpse(step.getAsLong(), Files.readAllBytes(file)));
                }
            }
        }
        glimpses.sort(Comparator.comparingLong(Glimpse::step));
        return glimpses;
    }

    /** Whether a process writes it now. */
    boolean running() {
        return FolderLock.isHeld(folder);
    }

    /** The name of the folder itself: in a matrix the labels of the run. */
    String folderName() {
        Path name = folder.toAbsolutePath().normalize().getFileName();
        return name == null ? "" : name.toString();
    }
}

package dev.dafl.engine.run;

import dev.dafl.engine.files.Digests;
import dev.dafl.tensor.files.Reason;
import dev.dafl.tensor.files.WholeFile;
import dev.dafl.tensor.state.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run folder, numbered, the newest of which counts. Each is written beside its place, forced to the disk
 * and renamed, so that it is there as a whole or not at all.
 */
public final class Checkpoints {

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final int DIGITS = 16;

    private final Path folder;
    private final int keep;

    /** @param keep how many there are at most */
    public Checkpoints(Path folder, int keep) {
        this.folder = folder;
        this.keep = keep;
    }

    /** Writes one more, and takes away what is too old. */
    public void write(State state) throws IOException {
        List<Path> before = in(folder);
        Path temporary = folder.resolve("checkpoint.tmp");
        try {
            Checkpoint.write(temporary, state);
            long number = before.isEmpty() ? 1 : 1 + number(before.getFirst());
            WholeFile.rename(temporary, folder.resolve(Artefact.checkpoint(number, digest(temporary))));
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw new IOException("cannot write a checkpoint in " + folder + ": " + Reason.of(e), e);
        }
        // The one that was just written is one of those to keep.
        for (Path old : before.subList(Math.min(keep - 1, before.size()), before.size())) {
            Files.deleteIfExists(old);
        }
    }

    /**
     * The newest one that is sound; its tensors belong to the innermost scope. What is not sound is told of and passed over.
     */
    public Optional<State> newest() throws IOException {
        for (Path file : in(folder)) {
            try {
                if (digest(file).equals(Artefact.digestIn(file.getFileName().toString()))) {
                    return Optional.of(Checkpoint.read(file));
                }
                LOG.warn("{} is not what was written: it is torn or edited; taking the one before", file);
            } catch (IOException e) {
                LOG.warn("{}; taking the one before", e.getMessage());
            }
        }
        return Optional.empty();
    }

    /** Takes all away, and the images that plugins keep for those who go on. */
    public void delete() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.filter(
                            path -> Artefact.isBank(path.getFileName().toString()))
                    .toList()) {
                Files.deleteIfExists(file);
            }
        }
        for (Path file : in(folder)) {
            Files.deleteIfExists(file);
        }
    }

    /** All of them, sound or not, the newest first. */
    public static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> Artefact.isCheckpoint(file.getFileName().toString()))
                    .sorted(Comparator.comparingLong(Checkpoints::number).reversed())
                    .toList();
        }
    }

    private static long number(Path file) {
        return Artefact.numberIn(file.getFileName().toString());
    }

    /** What the name of a checkpoint's file says of its bytes. */
    public static String digest(Path file) throws IOException {
        return Digests.sha256(file).substring(0, DIGITS);
    }
}

package dev.dafl.engine.run;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A folder that may be deleted, since it holds nothing but what a run writes.
 *
 * @param folder that was looked at
 * @param files in it and its folders; none where there is no folder
 * @param folders in it, the outer before the inner
 */
public record OwnFiles(Path folder, List<Path> files, List<Path> folders) {

    /** One more than where a run writes, to see what is there. */
    private static final int DEEPEST = 5;

    public OwnFiles {
        files = List.copyOf(files);
        folders = List.copyOf(folders);
    }

    /**
     * Looks at a folder and changes nothing.
     *
     * @param refusal what is thrown for a folder that is something else, or holds anything else; it may be the user's. It is
     *     given the reason, such as {@code holds notes.txt, which no run has written}
     * @throws IOException when the folder cannot be read
     */
    public static OwnFiles in(Path folder, Function<String, ConfigException> refusal) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return new OwnFiles(folder, List.of(), List.of());
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw refusal.apply(Files.isSymbolicLink(folder) ? "is a link" : "is no folder");
        }
        List<Path> all;
        try (Stream<Path> walked = Files.walk(folder, DEEPEST)) {
            all = walked.filter(path -> !path.equals(folder)).sorted().toList();
        } catch (IOException e) {
            throw unread(folder, e);
        } catch (UncheckedIOException e) {
            throw unread(folder, Objects.requireNonNull(e.getCause(), "its constructors want one"));
        }
        List<Path> files = new ArrayList<>();
        List<Path> folders = new ArrayList<>();
        for (Path path : all) {
            Path relative = folder.relativize(path);
            if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Artefact.isOfARun(relative)) {
                files.add(path);
            } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && Artefact.isFolderOfARun(relative)) {
                folders.add(path);
            } else {
                throw refusal.apply("holds " + relative + ", which no run has written");
            }
        }
        return new OwnFiles(folder, files, folders);
    }

    /** All but what a launcher keeps there of the run's jobs: it may be needed by one that is under way. */
    public OwnFiles withoutJobs() {
        Path jobs = Artefact.jobs(folder);
        return new OwnFiles(
                folder,
                files.stream().filter(file -> !file.startsWith(jobs)).toList(),
                folders.stream().filter(inner -> !inner.equals(jobs)).toList());
    }

    private static IOException unread(Path folder, IOException e) {
        return new IOException("cannot read the folder " + folder + ": " + Reason.of(e), e);
    }

    /** Deletes the files, the configuration last, by which the rest is known as a run's, and the folders. */
    public void delete() throws IOException {
        Path config = Artefact.CONFIG.in(folder);
        try {
            for (Path file : files) {
                if (!file.equals(config)) {
                    Files.deleteIfExists(file);
                }
            }
            for (Path inner : folders.reversed()) {
                Files.deleteIfExists(inner);
            }
            Files.deleteIfExists(config);
            if (!Files.isDirectory(Artefact.jobs(folder))) {
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw new IOException("cannot delete the run folder " + folder + ": " + Reason.of(e), e);
        }
    }
}

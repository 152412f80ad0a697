package dev.dafl.engine.run;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A folder that may be deleted, since it holds nothing but what a run writes.
 *
 * @param folder that was looked at
 * @param files in it; none where there is no folder
 */
public record OwnFiles(Path folder, List<Path> files) {

    public OwnFiles {
        files = List.copyOf(files);
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
            return new OwnFiles(folder, List.of());
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw refusal.apply(Files.isSymbolicLink(folder) ? "is a link" : "is no folder");
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.sorted().toList();
        } catch (IOException e) {
            throw new IOException("cannot read the folder " + folder + ": " + Reason.of(e), e);
        }
        for (Path file : files) {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    || !Artefact.isOfARun(file.getFileName().toString())) {
                throw refusal.apply("holds " + file.getFileName() + ", which no run has written");
            }
        }
        return new OwnFiles(folder, files);
    }

    /** Deletes the files, the configuration last, by which the rest is known as a run's, and the folder. */
    public void delete() throws IOException {
        Path config = Artefact.CONFIG.in(folder);
        try {
            for (Path file :
                    files.stream().sorted(Comparator.comparing(config::equals)).toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new IOException("cannot delete the run folder " + folder + ": " + Reason.of(e), e);
        }
    }
}

package dev.dafl.engine.matrix;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run that did not come to its end has left in its folder, to be taken away before it is run again.
 *
 * @param folder of the run
 * @param files in it; none where there is no folder
 */
record Remains(Path folder, List<Path> files) {

    /**
     * Looks at a folder that a run is to have.
     *
     * @param run its name
     * @throws ConfigException when there is anything that a run of that name has not written: it may be the user's
     */
    static Remains in(Path folder, String run) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return new Remains(folder, List.of());
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw foreign(folder, Files.isSymbolicLink(folder) ? "is a link" : "is no folder");
        }
        if (FolderLock.isHeld(folder)) {
            throw foreign(folder, "is written by a run that goes on");
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.sorted().toList();
        }
        for (Path file : files) {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    || !Artefact.isOfARun(file.getFileName().toString())) {
                throw foreign(folder, "holds " + file.getFileName() + ", which no run has written");
            }
        }
        Path config = Artefact.CONFIG.in(folder);
        // It is what a run writes first.
        boolean begun = files.stream()
                .anyMatch(file -> !Artefact.isLeftover(file.getFileName().toString()));
        if (begun && !(Files.exists(config) && isOf(config, run))) {
            throw foreign(folder, "holds no run of that name");
        }
        return new Remains(folder, files);
    }

    void delete() throws IOException {
        for (Path file : files) {
            Files.delete(file);
        }
        Files.deleteIfExists(folder);
    }

    private static boolean isOf(Path config, String run) {
        try {
            return ExperimentFile.read(config, Map.of()).config().name().equals(run);
        } catch (ConfigException e) {
            return false;
        }
    }

    private static ConfigException foreign(Path folder, String why) {
        return new ConfigException("the matrix has a run for which the folder " + folder + " is meant, but it " + why
                + "; nothing was touched: name another folder with --out, or move it away");
    }
}

package dev.dafl.engine.matrix;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.FolderLock;
import dev.dafl.engine.run.OwnFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What a run that did not come to its end has left in its folder, to be taken away before it is run again. */
final class Remains {

    private Remains() {}

    /**
     * Looks at a folder that a run is to have.
     *
     * @param run its name
     * @throws ConfigException when there is anything that a run of that name has not written: it may be the user's
     */
    static OwnFiles in(Path folder, String run) throws IOException {
        if (FolderLock.isHeld(folder)) {
            throw foreign(folder, "is written by a run that goes on");
        }
        OwnFiles own = OwnFiles.in(folder, why -> foreign(folder, why)).withoutJobs();
        Path config = Artefact.CONFIG.in(folder);
        // It is what a run writes first.
        boolean begun = own.files().stream()
                .anyMatch(file -> !Artefact.isLeftover(file.getFileName().toString()));
        if (begun && !(Files.exists(config) && isOf(config, run))) {
            throw foreign(folder, "holds no run of that name");
        }
        return own;
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

package dev.dafl.engine.runs;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.files.DiskUse;
import dev.dafl.engine.run.FolderLock;
import dev.dafl.engine.run.OwnFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs to be deleted for good.
 *
 * @param folders of the runs, each once
 * @param bytes that they take
 */
public record RunRemoval(List<Path> folders, long bytes) {

    public RunRemoval {
        folders = List.copyOf(folders);
    }

    /**
     * Looks whether all of them may be deleted, and changes nothing.
     *
     * @throws ConfigException when a folder holds no run, or anything besides, or its run goes on
     */
    public static RunRemoval of(List<Path> asked) throws IOException {
        List<Path> folders = new ArrayList<>();
        List<Path> real = new ArrayList<>();
        long bytes = 0;
        for (Path folder : asked) {
            RunsFolder.require(folder);
            own(folder);
            if (FolderLock.isHeld(folder)) {
                throw refused(folder, "is written by a run that goes on: end it first");
            }
            if (!real.contains(folder.toRealPath())) {
                real.add(folder.toRealPath());
                folders.add(folder);
                bytes += DiskUse.of(folder).bytes();
            }
        }
        return new RunRemoval(folders, bytes);
    }

    /**
     * Deletes the folders. All are locked before the first is touched.
     *
     * @throws ConfigException when one of them has changed so that it may not be deleted any more; then all are there still
     * @throws IOException when one cannot be deleted; those before it are gone then
     */
    public void delete() throws IOException {
        List<FolderLock> locks = new ArrayList<>();
        try {
            List<OwnFiles> own = new ArrayList<>();
            for (Path folder : folders) {
                own(folder);
                // "." cannot be deleted by that name.
                Path real = folder.toRealPath();
                locks.add(FolderLock.of(real));
                own.add(own(real));
            }
            for (OwnFiles files : own) {
                files.delete();
            }
        } finally {
            for (FolderLock lock : locks) {
                lock.close();
            }
        }
    }

    private static OwnFiles own(Path folder) throws IOException {
        OwnFiles own = OwnFiles.in(folder, why -> refused(folder, why));
        if (own.files().isEmpty()) {
            throw refused(folder, Files.exists(folder) ? "is empty" : "is not there any more");
        }
        return own;
    }

    private static ConfigException refused(Path folder, String why) {
        return new ConfigException(folder + " " + why + "; nothing was removed");
    }
}

package dev.dafl.engine.runs;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.matrix.Matrix;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.LatestLink;
import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder with the folders of runs in it, as {@code runs/NAME/TIME}, or {@code runs/MATRIX/RUN}.
 *
 * @param path of the folder
 */
public record RunsFolder(Path path) {

    private static final int DEPTH = 2;

    /**
     * The runs in it and in its folders, by their folders' names. One that is damaged is there too, with the reason.
     *
     * @throws ConfigException when there is no such folder
     * @throws IOException when it cannot be read
     */
    public List<RunSummary> list() throws IOException {
        if (!Files.isDirectory(path)) {
            throw new ConfigException(
                    Files.exists(path) ? path + " is no folder" : "no such folder: " + path + "; runs make it");
        }
        List<RunSummary> runs = new ArrayList<>();
        collect(path, DEPTH, runs);
        return runs;
    }

    private static void collect(Path folder, int depth, List<RunSummary> runs) throws IOException {
        if (isRun(folder)) {
            try {
                runs.add(RunSummary.of(folder));
            } catch (NoSuchFileException _) {
                // It was taken away meanwhile.
            }
        } else if (depth > 0) {
            for (Path inner : folders(folder)) {
                collect(inner, depth - 1, runs);
            }
        }
    }

    private static List<Path> folders(Path folder) throws IOException {
        try (Stream<Path> inner = Files.list(folder)) {
            return inner.filter(path -> Files.isDirectory(path) && !LatestLink.is(path))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IOException("cannot read the folder " + folder + ": " + Reason.of(e), e);
        }
    }

    /** Whether a run was begun in a folder; it may have lost some of its files. */
    static boolean isRun(Path folder) {
        return Stream.of(Artefact.CONFIG, Artefact.METRICS, Artefact.RESULT)
                .anyMatch(file -> Files.isRegularFile(file.in(folder)));
    }

    /** @throws ConfigException when no run was begun in a folder */
    static void require(Path folder) {
        if (isRun(folder)) {
            return;
        }
        if (!Files.exists(folder)) {
            throw new ConfigException("no such run folder: " + folder + "; dafl runs lists those that there are");
        }
        throw new ConfigException(folder
                + (Files.isRegularFile(folder.resolve(Matrix.FILE))
                        ? " holds a matrix: name the folders of its runs, which dafl runs lists"
                        : " holds no run; dafl runs lists those that there are"));
    }
}

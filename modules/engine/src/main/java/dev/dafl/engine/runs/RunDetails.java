package dev.dafl.engine.runs;

import dev.dafl.engine.SavedRun;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.Checkpoints;
import dev.dafl.engine.run.RunResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * All about one run.
 *
 * @param summary of it
 * @param config the file that says what was run
 * @param checkpoints that it may go on from, the newest first
 * @param resumable whether {@code dafl resume} goes on with it
 * @param result that it left; empty where it was killed, or goes on
 */
public record RunDetails(
        RunSummary summary, String config, List<String> checkpoints, boolean resumable, Optional<RunResult> result) {

    /**
     * Reads a run.
     *
     * @throws dev.dafl.engine.config.ConfigException when the folder holds no run, or one whose configuration cannot be read
     * @throws IOException when its result cannot be read
     */
    public static RunDetails of(Path folder) throws IOException {
        RunsFolder.require(folder);
        SavedRun run = SavedRun.in(folder);
        SavedRun.State state = run.state();
        return new RunDetails(
                RunSummary.of(folder),
                Artefact.CONFIG.in(folder).toString(),
                Checkpoints.in(folder).stream().map(Path::toString).toList(),
                state != SavedRun.State.COMPLETED && state != SavedRun.State.RUNNING,
                run.result());
    }
}

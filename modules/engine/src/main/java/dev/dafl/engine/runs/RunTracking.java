package dev.dafl.engine.runs;

import dev.dafl.engine.SavedRun;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.MlflowConfig;
import dev.dafl.engine.run.FolderLock;
import dev.dafl.engine.tracking.LateTelling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a run has not told a server of MLflow's, told now.
 *
 * @param uri of the server
 * @param experiment there
 * @param run its id there
 * @param values of metrics that were sent now
 */
public record RunTracking(String uri, String experiment, String run, long values) {

    /**
     * Sends what is left.
     *
     * @param otherwise the server, instead of the one that the run's configuration names
     * @throws ConfigException when the folder holds no run, its run goes on, or nobody has said which server
     * @throws IOException when not all was sent, in a sentence
     */
    public static RunTracking of(Path folder, Optional<MlflowConfig> otherwise) throws IOException {
        RunsFolder.require(folder);
        ExperimentConfig config = SavedRun.in(folder).config();
        MlflowConfig server = otherwise
                .or(() -> config.tracking().mlflow())
                .orElseThrow(() -> new ConfigException("the run in " + folder
                        + " names no server in tracking.mlflow: name one, such as --mlflow http://127.0.0.1:5000"));
        if (FolderLock.isHeld(folder)) {
            throw new ConfigException(folder + " is written by a run that goes on: it tells what it does itself");
        }
        // The run may not go on meanwhile.
        try (FolderLock _ = FolderLock.of(folder)) {
            LateTelling.Told told = LateTelling.of(folder, config, server);
            return new RunTracking(server.uri(), server.experiment(), told.run(), told.values());
        }
    }
}

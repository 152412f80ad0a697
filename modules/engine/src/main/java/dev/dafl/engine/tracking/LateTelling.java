package dev.dafl.engine.tracking;

import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.MlflowConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Tells a server of MLflow's of a run that no process writes any more. */
public final class LateTelling {

    private static final Duration ANSWERING = Duration.ofSeconds(60);

    private LateTelling() {}

    /**
     * What came of it.
     *
     * @param run the run's id there
     * @param values of metrics that were sent
     */
    public record Told(String run, long values) {}

    /**
     * Sends all that the server does not know yet. A run that was killed is told of as such.
     *
     * @param folder of the run, locked
     * @throws IOException when not all was sent, in a sentence
     */
    public static Told of(Path folder, ExperimentConfig config, MlflowConfig server) throws IOException {
        try (MlflowSender sender =
                MlflowSender.of(folder, config, server, name -> Optional.ofNullable(System.getenv(name)), ANSWERING)) {
            sender.send(Optional.of("KILLED"));
            return new Told(sender.run().orElseThrow(), sender.sent());
        } catch (IOException e) {
            throw new IOException(
                    "MLflow at " + server.uri() + " has not taken all of " + folder + ": " + e.getMessage(), e);
        }
    }
}

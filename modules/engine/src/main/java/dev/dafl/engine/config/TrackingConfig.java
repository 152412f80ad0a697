package dev.dafl.engine.config;

import java.util.Optional;

/**
 * Where a run tells its curves besides its own files. It changes nothing of what comes out.
 *
 * @param tensorboard whether the run folder gets event files of TensorBoard's, in {@code tensorboard}, by the listener of that
 *     name; true
 * @param mlflow a server of MLflow's that is told as well; none where it is left out
 */
public record TrackingConfig(Boolean tensorboard, Optional<MlflowConfig> mlflow) {

    // As if all keys were left out.
    @SuppressWarnings("NullAway")
    static final TrackingConfig DEFAULTS = new TrackingConfig(null, null);

    public TrackingConfig {
        tensorboard = tensorboard == null || tensorboard;
        mlflow = mlflow == null ? Optional.empty() : mlflow;
    }
}

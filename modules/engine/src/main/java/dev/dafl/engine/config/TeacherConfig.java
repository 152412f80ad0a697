package dev.dafl.engine.config;

import java.util.Optional;

/**
 * The teacher: weights from a file, or trained on the data and kept in the cache.
 *
 * @param model the plugin
 * @param weights a safetensors file; trained where it is left out
 * @param epochs over the training images; 9
 * @param batch images a step; 256
 * @param seed of its first values and of the order of the images; the run's where it is left out. Runs of several seeds
 *     with one teacher set it
 * @param augment random changes of the images that it is trained on; none where it is left out. A student that learns from
 *     the original data sees them so too
 * @param optimizer Adam with learning rate 0.001
 */
public record TeacherConfig(
        Component model,
        Optional<String> weights,
        Integer epochs,
        Integer batch,
        Optional<Long> seed,
        Optional<AugmentConfig> augment,
        OptimizerConfig optimizer) {

    public TeacherConfig {
        Require.present(model, "teacher.model", "model: lenet5");
        weights = weights == null ? Optional.empty() : weights;
        seed = seed == null ? Optional.empty() : seed;
        augment = augment == null ? Optional.empty() : augment;
        epochs = epochs == null ? 9 : epochs;
        batch = batch == null ? 256 : batch;
        optimizer = optimizer == null ? OptimizerConfig.adam(0.001) : optimizer;
        Require.atLeast(1, epochs, "epochs");
        Require.atLeast(1, batch, "batch");
    }
}

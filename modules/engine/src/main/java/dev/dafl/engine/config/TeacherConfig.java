package dev.dafl.engine.config;

import dev.dafl.spi.Range;
import dev.dafl.spi.TeacherFactory;
import java.util.Optional;

/**
 * The teacher: weights from a file, or trained on the data and kept in the cache.
 *
 * @param model the plugin
 * @param file what the model is made of, where it is made of a file; the same as its option {@code file}
 * @param weights a file of safetensors (also the index of shards) or of {@code torch.save}; trained where it is left out
 * @param key which table of a file of {@code torch.save} has the weights, the way to it with dots, such as {@code ema}; the
 *     likeliest where it is left out
 * @param rename other names for the file's tensors, before what all have in front is taken off
 * @param epochs over the training images; 9
 * @param batch images a step; 256
 * @param seed of its first values and of the order of the images; the run's where it is left out. Runs of several seeds
 *     with one teacher set it
 * @param augment random changes of the images that it is trained on; none where it is left out. A student that learns from
 *     the original data sees them so too
 * @param optimizer Adam with learning rate 0.001
 */
public record TeacherConfig(
        @Needed("lenet5") @PluginOf(TeacherFactory.class) Component model,
        Optional<String> file,
        Optional<String> weights,
        Optional<String> key,
        Optional<RenameConfig> rename,
        @Range(min = 1) Integer epochs,
        @Range(min = 1) Integer batch,
        Optional<Long> seed,
        Optional<AugmentConfig> augment,
        OptimizerConfig optimizer) {

    public TeacherConfig {
        model = file == null || file.isEmpty() ? model : model.with("file", file.get());
        file = Optional.empty();
        weights = weights == null ? Optional.empty() : weights;
        key = key == null ? Optional.empty() : key;
        rename = rename == null ? Optional.empty() : rename;
        seed = seed == null ? Optional.empty() : seed;
        augment = augment == null ? Optional.empty() : augment;
        epochs = epochs == null ? 9 : epochs;
        batch = batch == null ? 256 : batch;
        optimizer = optimizer == null ? OptimizerConfig.adam(0.001) : optimizer;
    }
}

package dev.dafl.engine.config;

import dev.dafl.spi.StudentFactory;
import java.util.Optional;

/**
 * The student.
 *
 * @param model the plugin
 * @param file what the model is made of, where it is made of a file; the same as its option {@code file}
 * @param weights {@code fresh} where a model made of a file takes its form alone; the same as its option {@code weights}
 * @param optimizer Adam with learning rate 0.002
 */
public record StudentConfig(
        @Needed("lenet5-half") @PluginOf(StudentFactory.class)
        Component model,

        Optional<String> file,
        Optional<String> weights,
        OptimizerConfig optimizer) {

    public StudentConfig {
        model = file == null || file.isEmpty() ? model : model.with("file", file.get());
        model = weights == null || weights.isEmpty() ? model : model.with("weights", weights.get());
        file = Optional.empty();
        weights = Optional.empty();
        optimizer = optimizer == null ? OptimizerConfig.adam(0.002) : optimizer;
    }
}

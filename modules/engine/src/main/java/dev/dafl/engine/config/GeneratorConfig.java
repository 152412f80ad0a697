package dev.dafl.engine.config;

import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Range;
import java.util.List;
import java.util.Set;

/**
 * The generator.
 *
 * @param model the plugin
 * @param optimizer Adam with learning rate 0.2
 * @param restartEvery steps of the generator after which a fresh one takes its place, with its learning rate from the
 *     beginning; 0 is never. Each generator finds images of its own, and with a replay the student learns from all of them.
 *     Not in the paper
 * @param losses the terms whose weighted sum it makes small; at least one, unless there are no data: then some that fit the
 *     task
 */
public record GeneratorConfig(
        @Needed("dcgan") @PluginOf(GeneratorFactory.class) Component model,
        OptimizerConfig optimizer,
        @Range(min = 0) Long restartEvery,
        @PluginOf(LossTerm.class) List<WeightedComponent> losses) {

    public GeneratorConfig {
        optimizer = optimizer == null ? OptimizerConfig.adam(0.2) : optimizer;
        restartEvery = restartEvery == null ? 0 : restartEvery;
        losses = losses == null ? List.of() : List.copyOf(losses);
        if (losses.stream().map(l -> l.component().name()).distinct().count() < losses.size()) {
            throw new IllegalArgumentException("generator.losses names a term twice: "
                    + losses.stream().map(l -> l.component().name()).toList());
        }
    }

    GeneratorConfig withoutLosses(Set<String> names) {
        return new GeneratorConfig(
                model,
                optimizer,
                restartEvery,
                losses.stream()
                        .filter(loss -> !names.contains(loss.component().name()))
                        .toList());
    }
}

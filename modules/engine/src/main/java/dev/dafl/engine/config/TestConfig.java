package dev.dafl.engine.config;

import dev.dafl.spi.DatasetFactory;
import java.util.Optional;

/**
 * A data set to measure on, and for nothing else. Its test images are brought to the teacher's size and normalisation.
 *
 * @param dataset the plugin
 * @param root folder to look in before {@code DAFL_DATA} and the cache of downloads
 * @param fit how its images are brought to the teacher's size; {@code resize}
 */
public record TestConfig(
        @Needed("mnist") @PluginOf(DatasetFactory.class) Component dataset, Optional<String> root, DataConfig.Fit fit) {

    public TestConfig {
        root = root == null ? Optional.empty() : root;
        fit = fit == null ? DataConfig.Fit.RESIZE : fit;
    }
}

package dev.dafl.engine.tools;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.DataConfig;
import dev.dafl.engine.data.DataLoading;
import dev.dafl.engine.data.DownloadListener;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A data set that was found or downloaded, read and found sound.
 *
 * @param train images to train on
 * @param test images to measure on
 * @param shape of each image
 * @param classes how many
 */
public record DatasetCheck(long train, long test, ImageShape shape, int classes) {

    /** @param root a folder to look in before {@code DAFL_DATA} */
    public static DatasetCheck of(
            String name, Optional<Path> root, Extensions extensions, Path cache, DownloadListener downloads)
            throws IOException {
        DataConfig config = new DataConfig(Component.named(name), root.map(Path::toString), Optional.empty());
        try (TensorScope _ = TensorScope.open()) {
            Dataset dataset = DataLoading.load(name, extensions, config, cache, downloads);
            return new DatasetCheck(dataset.train().size(), dataset.test().size(), dataset.shape(), dataset.classes());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(e);
        }
    }
}

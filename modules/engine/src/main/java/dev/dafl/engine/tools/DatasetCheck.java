package dev.dafl.engine.tools;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.data.DataLoading;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.run.RunListener;
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

    /**
     * @param root a folder to look in before {@code DAFL_DATA}
     * @param listener hears how far downloading and reading are
     */
    public static DatasetCheck of(
            String name, Optional<Path> root, Extensions extensions, Path cache, RunListener listener)
            throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Dataset dataset = DataLoading.load(name, extensions, root.map(Path::toString), cache, listener);
            return new DatasetCheck(dataset.train().size(), dataset.test().size(), dataset.shape(), dataset.classes());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(e);
        }
    }
}

package dev.dafl.engine.config;

import java.util.Optional;

/**
 * The data set.
 *
 * @param dataset the plugin
 * @param root folder to look in before {@code DAFL_DATA} and the cache of downloads
 * @param imageSize height and width that images are resized to, bilinearly; as stored where it is left out
 */
public record DataConfig(Component dataset, Optional<String> root, Optional<Integer> imageSize) {

    public DataConfig {
        Require.present(dataset, "data.dataset", "dataset: mnist");
        root = root == null ? Optional.empty() : root;
        imageSize = imageSize == null ? Optional.empty() : imageSize;
        imageSize.ifPresent(size -> Require.atLeast(4, size, "image-size"));
    }
}

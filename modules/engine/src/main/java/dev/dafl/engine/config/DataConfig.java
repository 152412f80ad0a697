package dev.dafl.engine.config;

import dev.dafl.spi.Dataset;
import dev.dafl.spi.DatasetFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Range;
import java.util.Optional;

/**
 * The data set.
 *
 * @param dataset the plugin
 * @param root folder to look in before {@code DAFL_DATA} and the cache of downloads
 * @param imageSize height and width that images are brought to; as stored where it is left out
 * @param fit how they are; {@code resize}
 * @param normalization how pixels become what the networks see; the data set's own where it is left out
 */
public record DataConfig(
        @Needed("mnist") @PluginOf(DatasetFactory.class) Component dataset,
        Optional<String> root,
        @Range(min = 4) Optional<Integer> imageSize,
        Fit fit,
        Optional<NormalizationConfig> normalization) {

    /** How an image is brought to another size. */
    public enum Fit {
        /** Bilinearly, whatever its proportions. */
        RESIZE,
        /** With black pixels around it, as many on both sides; an odd one is at the right and at the bottom. */
        PAD,
        /** Bilinearly so that its shorter side fits, and then the middle of it. */
        CROP
    }

    public DataConfig {
        root = root == null ? Optional.empty() : root;
        imageSize = imageSize == null ? Optional.empty() : imageSize;
        fit = fit == null ? Fit.RESIZE : fit;
        normalization = normalization == null ? Optional.empty() : normalization;
        if (fit != Fit.RESIZE && imageSize.isEmpty()) {
            throw new IllegalArgumentException(
                    "fit is how images are brought to image-size, which is missing, such as" + " image-size: 32");
        }
    }

    /**
     * The data set with the normalization that is wanted here.
     *
     * @throws IllegalArgumentException when that has another number of channels, or the images do not fit the size
     */
    public Dataset fitted(Dataset loaded) {
        ImageShape stored = loaded.shape();
        imageSize.filter(_ -> fit == Fit.PAD).ifPresent(size -> {
            if (stored.height() > size || stored.width() > size) {
                throw new IllegalArgumentException("fit: pad leaves images as they are, and those of " + dataset.name()
                        + " are larger than image-size: " + stored.height() + "x" + stored.width() + " where " + size
                        + " is asked for; take a larger image-size, or fit: resize or crop");
            }
        });
        return normalization
                .map(wanted -> new Dataset(
                        stored, loaded.classNames(), wanted.of(stored.channels()), loaded.train(), loaded.test()))
                .orElse(loaded);
    }
}

package dev.dafl.plugins.cifar;

import dev.dafl.spi.DataFiles;
import dev.dafl.spi.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The same data set in two forms.
 *
 * @param binary with the original pixels, so that it comes first
 * @param pictures taken where only they are there, or where the user wants them
 */
record EitherSet(CifarSet binary, PictureSet pictures) {

    private static final Logger LOG = LoggerFactory.getLogger(Cifar10.class);

    Dataset load(DataFiles files, Cifar10Options options) throws IOException {
        return switch (options.source()) {
            case BINARY -> binary.load(files, options.limits());
            case JPEG -> pictures.load(pictures.require(files), files, options.limits());
            case AUTO -> {
                Optional<Path> archive = pictures.find(files);
                if (archive.isEmpty() || binary.isThere(files)) {
                    yield binary.load(files, options.limits());
                }
                LOG.warn(
                        "{} is read, since {} is not there; its images may differ a little from the original ones, so compare"
                                + " results with those of the same archive only",
                        archive.get(),
                        binary.archive().name());
                yield pictures.load(archive.get(), files, options.limits());
            }
        };
    }
}

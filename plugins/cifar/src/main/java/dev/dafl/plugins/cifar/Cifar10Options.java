package dev.dafl.plugins.cifar;

import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;

/**
 * Options of {@code cifar10}.
 *
 * @param trainLimit only the first so many images to train on; 0 is all
 * @param testLimit only the first so many images to measure on; 0 is all
 * @param source which of the archives is read
 */
public record Cifar10Options(
        @Range(min = 0) int trainLimit, @Range(min = 0) int testLimit, Source source) {

    static final Cifar10Options DEFAULTS = new Cifar10Options(0, 0, Source.AUTO);

    /** Which of the archives is read. */
    public enum Source {
        /** The binary one; where it is not there, the user's archive of JPEG files; where neither is, a download. */
        AUTO,
        /** The binary one, downloaded where it is not there. */
        BINARY,
        /** The user's archive of JPEG or PNG files, {@code cifar10-jpeg.tar.xz}, {@code .tar.gz} or {@code .tar}. */
        JPEG
    }

    public Cifar10Options {
        Ranges.require(Cifar10Options.class, trainLimit, testLimit, source);
    }

    Limits limits() {
        return new Limits(trainLimit, testLimit);
    }
}

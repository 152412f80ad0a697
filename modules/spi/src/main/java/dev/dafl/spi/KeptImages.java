package dev.dafl.spi;

import dev.dafl.spi.Dataset.Split;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Labelled images that were read once and are at hand in later runs; see {@link DataFiles#kept}. The tensors of both splits
 * belong to the innermost scope, and may be a file that is mapped into memory.
 *
 * @param train to train on; empty where none was put there
 * @param test to measure on; empty where none was put there
 * @param notes what was written down beside the images, by name
 */
public record KeptImages(Optional<Split> train, Optional<Split> test, Map<String, String> notes) {

    public KeptImages {
        notes = Map.copyOf(notes);
    }

    /**
     * By what images are known again.
     *
     * @param name for people, such as that of a folder
     * @param source where they come from, and every option that images follow from, in words that no other source has: what
     *     was kept of a source is given up for what comes of it later
     * @param state of the source, such as the names, sizes and times of its files: images of another state are not taken
     * @param atMost how many images there are at most
     */
    public record Origin(String name, String source, String state, long atMost) {}

    /** Reads images. */
    @FunctionalInterface
    public interface Reading {

        /**
         * Puts all images into {@code images}, from one thread.
         *
         * @throws IOException when they cannot be read, in one sentence; nothing is kept then
         */
        void into(Sink images) throws IOException;
    }

    /** Takes images one after another: first all to train on, then all to measure on. All have one shape. */
    @ProviderType
    public interface Sink {

        /**
         * @param values {@code [c, h, w]}, a byte for each, 0 black to 255
         * @param label from 0
         * @throws IllegalArgumentException when it has another shape than those before, or as many values as it should not
         * @throws IllegalStateException after images to measure on
         * @throws IOException when it cannot be kept, in one sentence
         */
        void train(ImageShape shape, byte[] values, int label) throws IOException;

        /** An image to measure on; as {@link #train} otherwise. */
        void test(ImageShape shape, byte[] values, int label) throws IOException;

        /** Writes something down that is to be known when the images are not read again. */
        void note(String name, String text);
    }
}

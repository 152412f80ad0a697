package dev.dafl.spi;

import java.io.IOException;

/** Reads, finds, downloads or draws a labelled set of images. */
public non-sealed interface DatasetFactory<O extends Record> extends Plugin<O> {

    /**
     * Loads the whole set. Its tensors belong to the innermost scope.
     *
     * @param files finds files in the user's data folders or downloads them
     * @throws IOException when files are missing, cut off or not what they should be; the message names the file and says
     *     what is wrong with it
     * @throws IllegalArgumentException when the options do not do, such as a name that must be given and is not
     */
    Dataset load(DataFiles files, O options) throws IOException;
}

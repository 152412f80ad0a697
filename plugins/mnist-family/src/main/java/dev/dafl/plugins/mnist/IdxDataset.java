package dev.dafl.plugins.mnist;

import dev.dafl.spi.Checksum;
import dev.dafl.spi.DataFiles;
import dev.dafl.spi.DataFiles.DataFile;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Tensor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Four IDX files: images and labels, to train and to test on.
 *
 * @param folder that the files are looked for in
 * @param prefixes of the file names of both splits
 * @param hashes SHA-256 of train images, train labels, test images, test labels, uncompressed
 * @param systemFolders of operating-system packages
 * @param mirrors addresses that end in a slash
 */
record IdxDataset(
        String folder,
        String[] prefixes,
        List<String> hashes,
        List<Path> systemFolders,
        List<String> mirrors,
        List<String> classNames,
        Normalization normalization) {

    static final List<String> DIGITS = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

    Dataset load(DataFiles files, Limits limits) throws IOException {
        Split train = split(files, 0, limits.trainLimit());
        Split test = split(files, 1, limits.testLimit());
        ImageShape shape = shape(train);
        if (!shape.equals(shape(test))) {
            throw new IOException(folder + " has images of " + shape + " to train on and of " + shape(test)
                    + " to measure on; the files are of different data sets");
        }
        return new Dataset(shape, classNames, normalization, train, test);
    }

    private Split split(DataFiles files, int which, int limit) throws IOException {
        Path imagesAt = files.find(file(prefixes[which] + "-images-idx3-ubyte.gz", hashes.get(2 * which)));
        Path labelsAt = files.find(file(prefixes[which] + "-labels-idx1-ubyte.gz", hashes.get(2 * which + 1)));
        IdxFile images = IdxFile.read(imagesAt, 3);
        IdxFile labels = IdxFile.read(labelsAt, 1);
        int count = images.sizes()[0];
        if (labels.sizes()[0] != count) {
            throw new IOException(
                    imagesAt + " holds " + count + " images and " + labelsAt + " " + labels.sizes()[0] + " labels");
        }
        int used = limit == 0 ? count : Math.min(limit, count);
        int pixels = images.sizes()[1] * images.sizes()[2];
        long[] classes = new long[used];
        for (int i = 0; i < used; i++) {
            classes[i] = labels.elements()[i];
            if (classes[i] < 0 || classes[i] >= classNames.size()) {
                throw new IOException(labelsAt + " is damaged: label " + i + " is " + classes[i]
                        + ", labels go from 0 to " + (classNames.size() - 1));
            }
        }
        byte[] bytes = used == count ? images.elements() : Arrays.copyOf(images.elements(), used * pixels);
        return new Split(Tensor.of(bytes, used, 1, images.sizes()[1], images.sizes()[2]), Tensor.of(classes, used));
    }

    private static ImageShape shape(Split split) {
        return new ImageShape(
                1, (int) split.images().size(2), (int) split.images().size(3));
    }

    private DataFile file(String name, String sha256) {
        return new DataFile(
                folder,
                name,
                Checksum.sha256(sha256),
                systemFolders,
                mirrors.stream().map(m -> URI.create(m + name)).toList());
    }
}

package dev.dafl.plugins.cifar;

import dev.dafl.plugins.cifar.RecordFile.Images;
import dev.dafl.spi.DataFiles;
import dev.dafl.spi.DataFiles.DataFile;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One of both data sets: an archive, or the folder that it was unpacked to.
 *
 * @param archive the official one
 * @param unpacked name of the folder in it
 * @param trainFiles in order
 * @param imagesPerTrainFile that each has to hold
 * @param testFile the one to measure on
 * @param testImages that it has to hold
 * @param layout of an image in each file
 * @param classNames by the finest label
 */
record CifarSet(
        DataFile archive,
        String unpacked,
        List<String> trainFiles,
        int imagesPerTrainFile,
        String testFile,
        int testImages,
        RecordLayout layout,
        List<String> classNames,
        Normalization normalization) {

    CifarSet {
        trainFiles = List.copyOf(trainFiles);
        classNames = List.copyOf(classNames);
        if (classNames.stream().distinct().count() != layout.classes().getLast()) {
            throw new IllegalArgumentException(
                    layout.classes().getLast() + " classes need as many names, not " + classNames);
        }
    }

    /** A folder of the user comes first: it needs no unpacking. */
    Dataset load(DataFiles files, Limits limits) throws IOException {
        Images train = Images.of(count(limits.trainLimit(), trainFiles.size() * imagesPerTrainFile));
        Images test = Images.of(count(limits.testLimit(), testImages));
        List<RecordFile> wanted = new ArrayList<>();
        for (String name : trainFiles) {
            wanted.add(new RecordFile(name, imagesPerTrainFile, train, wanted.size() * imagesPerTrainFile));
        }
        wanted.add(new RecordFile(testFile, testImages, test, 0));
        wanted.removeIf(file -> !file.wanted());

        Optional<Path> folder = folder(files);
        if (folder.isPresent()) {
            new UnpackedFolder(folder.get()).read(wanted, layout, files);
        } else {
            new Archive(files.find(archive)).read(wanted, layout);
        }
        return new Dataset(
                new ImageShape(RecordLayout.CHANNELS, RecordLayout.SIDE, RecordLayout.SIDE),
                classNames,
                normalization,
                split(train),
                split(test));
    }

    /** Whether it can be loaded without a download. */
    boolean isThere(DataFiles files) {
        if (folder(files).isPresent()) {
            return true;
        }
        try {
            files.find(new DataFile(
                    archive.folder(), archive.name(), archive.checksum(), archive.systemFolders(), List.of()));
            return true;
        } catch (IOException _) { // it is nowhere, or what is there is plainly no data
            return false;
        }
    }

    private Optional<Path> folder(DataFiles files) {
        return Stream.of(archive.folder() + "/" + unpacked, unpacked)
                .flatMap(path -> files.places(path).stream())
                .filter(Files::isDirectory)
                .findFirst();
    }

    private static int count(int limit, int all) {
        return limit == 0 ? all : Math.min(limit, all);
    }

    private static Split split(Images images) {
        long count = images.labels().length;
        return new Split(
                Tensor.of(images.pixels(), count, RecordLayout.CHANNELS, RecordLayout.SIDE, RecordLayout.SIDE),
                Tensor.of(images.labels(), count));
    }
}

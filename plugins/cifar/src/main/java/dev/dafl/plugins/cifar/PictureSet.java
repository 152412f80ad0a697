package dev.dafl.plugins.cifar;

import dev.dafl.spi.DataFiles;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.KeptImages;
import dev.dafl.spi.KeptImages.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A data set in the user's archive of image files, which are decoded once: what came of them is kept, and read again when the
 * archive has changed.
 *
 * @param folder where the archive may lie in a data folder
 * @param name of the archive, without {@code .tar} and what follows it
 * @param classNames by label; the folders in the archive are named so
 * @param trainOfEach images to train on of each class
 * @param testOfEach images to measure on of each class
 */
record PictureSet(
        String folder,
        String name,
        List<String> classNames,
        int trainOfEach,
        int testOfEach,
        Normalization normalization) {

    private static final List<String> ENDINGS = List.of(".tar.xz", ".tar.gz", ".tar");
    private static final String REMEDY = "put a whole one in its place, or remove it";

    /** Raised when the same archive comes to be read as other images. */
    private static final String DECODER = "1";

    PictureSet {
        classNames = List.copyOf(classNames);
    }

    /** The user's archive, where there is one. */
    Optional<Path> find(DataFiles files) {
        return places(files).filter(Files::isRegularFile).findFirst();
    }

    /** @throws IOException when there is none, with the paths that were looked at */
    Path require(DataFiles files) throws IOException {
        Optional<Path> found = find(files);
        if (found.isEmpty()) {
            String places = places(files).map(Path::toString).collect(Collectors.joining(", "));
            throw new IOException("cannot find " + name + ENDINGS.getFirst() + ": looked at " + places
                    + "; it cannot be downloaded. Put it into one of these places, name its folder with data.root or DAFL_DATA,"
                    + " or leave out source: jpeg.");
        }
        return found.get();
    }

    /**
     * Loads it; its tensors belong to the innermost scope.
     *
     * @throws UnsoundFileException when the archive is not what it should be
     */
    Dataset load(Path archive, DataFiles files, Limits limits) throws IOException {
        files.requireData(archive);
        Origin origin = new Origin(
                archive.getFileName().toString(),
                String.join("\n", folder, archive.toAbsolutePath().normalize().toString()),
                DECODER + " " + state(archive),
                (long) classNames.size() * (trainOfEach + testOfEach));
        KeptImages images = files.kept(
                origin,
                sink -> new PictureArchive(new TarArchive(archive, REMEDY), classNames, trainOfEach, testOfEach)
                        .read(sink, done -> files.progress(origin.name(), done, origin.atMost())));
        return new Dataset(
                PictureDecoder.SHAPE,
                classNames,
                normalization,
                first(limits.trainLimit(), images.train().orElseThrow()),
                first(limits.testLimit(), images.test().orElseThrow()));
    }

    private Stream<Path> places(DataFiles files) {
        return ENDINGS.stream()
                .flatMap(ending -> Stream.of(folder + "/" + name + ending, name + ending))
                .flatMap(path -> files.places(path).stream());
    }

    private static Split first(int limit, Split all) {
        return limit == 0 || limit >= all.size()
                ? all
                : new Split(all.images().narrow(0, 0, limit), all.labels().narrow(0, 0, limit));
    }

    /** Size and times, also that of the last change of any kind, which no program can set back. */
    private static String state(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            var read = Files.readAttributes(file, "unix:size,lastModifiedTime,ctime");
            return read.get("size") + " " + read.get("lastModifiedTime") + " " + read.get("ctime");
        }
        BasicFileAttributes read = Files.readAttributes(file, BasicFileAttributes.class);
        return read.size() + " " + read.lastModifiedTime();
    }
}

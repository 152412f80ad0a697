package dev.dafl.spi;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Where a dataset gets its files from. The engine gives one to {@link DatasetFactory#load}. */
@ProviderType
public interface DataFiles {

    /**
     * Finds a file, or downloads it with progress shown to the user. Looked in, in this order: each data folder of the
     * user (the configuration's {@code data.root}, the environment variable {@code DAFL_DATA}), by
     * {@code folder/name} and by {@code name} alone; the {@linkplain DataFile#systemFolders() system folders}; the cache
     * of earlier downloads. Only then the mirrors, one after another.
     *
     * @throws IOException when it is nowhere and cannot be downloaded, in one sentence with the paths that were looked
     *     at; when what was downloaded has another hash; or when what is there is plainly no data, such as a web page
     */
    Path find(DataFile file) throws IOException;

    /**
     * Where a file or folder of the user may be, the most wanted first; nothing says that any of them exists. A relative
     * path is looked for below each data folder of the user, then in the working folder; an absolute one only where it is.
     *
     * @param path as the user wrote it in an option, or a name that a dataset is known by when it is unpacked
     * @throws java.nio.file.InvalidPathException when it is no path
     */
    default List<Path> places(String path) {
        return List.of(Path.of(path));
    }

    /**
     * Looks at a file of the user that was found at one of its {@linkplain #places places}.
     *
     * @throws IOException when it is plainly no data, such as a web page that a failed download has left, in one sentence
     */
    default void requireData(Path file) throws IOException {}

    /**
     * Tells the user how far something is that takes long. May be called as often as one likes.
     *
     * @param what is read, in a word or two
     * @param done of {@code total}
     */
    default void progress(String what, long done, long total) {}

    /**
     * Images that are read once and then are at hand: in a file that is mapped into memory, so that they may be more than the
     * memory takes. Where they were kept in an earlier run, and their source is in the same state, they are not read again. Two
     * processes that want the same do not both read: one waits.
     *
     * <p>What this method does by itself is to read them each time and to hold them in memory.
     *
     * @param reading called at most once, before this returns
     * @throws IOException when they cannot be read or kept, in one sentence
     */
    default KeptImages kept(KeptImages.Origin origin, KeptImages.Reading reading) throws IOException {
        try (ImagesInMemory images = new ImagesInMemory()) {
            reading.into(images);
            return images.images();
        }
    }

    /**
     * A file that a dataset consists of.
     *
     * @param folder of the dataset, such as {@code mnist}
     * @param name such as {@code train-images-idx3-ubyte.gz}; a found file may also lack the {@code .gz}
     *     or have a dot for the hyphen before {@code idx}
     * @param checksum checked after a download; for files of the user it is not looked at
     * @param systemFolders folders of operating-system packages that hold it by name
     * @param mirrors full addresses; none where it cannot be downloaded
     */
    record DataFile(String folder, String name, Checksum checksum, List<Path> systemFolders, List<URI> mirrors) {

        public DataFile {
            systemFolders = List.copyOf(systemFolders);
            mirrors = List.copyOf(mirrors);
        }
    }
}

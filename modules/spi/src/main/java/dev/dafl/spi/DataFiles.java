package dev.dafl.spi;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** Where a dataset gets its files from. The engine gives one to {@link DatasetFactory#load}. */
public interface DataFiles {

    /**
     * Finds a file, or downloads it with progress shown to the user. Looked in, in this order: each data folder of the
     * user (the configuration's {@code data.root}, the environment variable {@code DAFL_DATA}), by
     * {@code folder/name} and by {@code name} alone; the {@linkplain DataFile#systemFolders() system folders}; the cache
     * of earlier downloads. Only then the mirrors, one after another.
     *
     * @throws IOException when it is nowhere and cannot be downloaded, in one sentence with the paths that were looked
     *     at; or when what was downloaded has another hash
     */
    Path find(DataFile file) throws IOException;

    /**
     * A file that a dataset consists of.
     *
     * @param folder of the dataset, such as {@code mnist}
     * @param name such as {@code train-images-idx3-ubyte.gz}; a found file may also lack the {@code .gz}
     * @param sha256 in hex, of the content (uncompressed where the name ends in {@code .gz}); checked after a download
     * @param systemFolders folders of operating-system packages that hold it by name
     * @param mirrors full addresses; none where it cannot be downloaded
     */
    record DataFile(String folder, String name, String sha256, List<Path> systemFolders, List<URI> mirrors) {

        public DataFile {
            systemFolders = List.copyOf(systemFolders);
            mirrors = List.copyOf(mirrors);
        }
    }
}

package dev.dafl.libtorch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The libtorch that Maven Central gives as jars on the class path, unpacked into a folder that is named after their
 * versions.
 *
 * <p>Two processes may unpack at the same time: each fills a folder of its own and renames it; the first rename wins
 * and the other folder is thrown away. A folder with the final name is therefore always whole.
 */
record PackagedLibtorch(String folderName, List<String> resourceFolders) {

    /** What the folder is called. */
    static final String PREFIX = "libtorch-";
    /** What stands in the name of a folder that is not whole. */
    static final String UNPACKING = ".unpacking-";

    private static final String PLATFORM = "linux-x86_64";

    static PackagedLibtorch ofThisBuild() {
        Properties artifacts = new Properties();
        try (InputStream in = PackagedLibtorch.class.getResourceAsStream("artifacts.properties")) {
            if (in == null) {
                throw new LibtorchException(
                        "artifacts.properties is missing from the dafl-libtorch jar; build it again");
            }
            artifacts.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new PackagedLibtorch(
                PREFIX + artifacts.getProperty("pytorch") + "-" + PLATFORM,
                List.of("org/bytedeco/pytorch/" + PLATFORM, "org/bytedeco/openblas/" + PLATFORM));
    }

    /** Unpacks below {@code cache} unless that was done before, and gives the folder with the libraries. */
    Path unpack(Path cache) {
        Path target = cache.resolve(folderName);
        if (Files.isDirectory(target)) {
            return target;
        }
        try {
            Files.createDirectories(cache);
            Path temporary = Files.createTempDirectory(cache, folderName + UNPACKING);
            try {
                for (String folder : resourceFolders) {
                    copyLibraries(folder, temporary);
                }
                rename(temporary, target);
            } finally {
                CacheFolder.delete(temporary);
            }
        } catch (IOException e) {
            throw new LibtorchException(
                    "cannot unpack libtorch into " + cache + " (" + e
                            + "); about 365 MB are needed. Set DAFL_CACHE to a folder that can be written, or DAFL_LIBTORCH"
                            + " to a libtorch that is installed already.",
                    e);
        }
        return target;
    }

    private static void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (DirectoryNotEmptyException | FileAlreadyExistsException | AtomicMoveNotSupportedException e) {
            if (!Files.isDirectory(to)) {
                throw e;
            }
        } catch (java.nio.file.FileSystemException e) {
            // Linux reports a rename onto a filled folder as "Directory not empty": another process was first.
            if (!Files.isDirectory(to)) {
                throw e;
            }
        }
    }

    private static void copyLibraries(String resourceFolder, Path target) throws IOException {
        URL url = PackagedLibtorch.class.getClassLoader().getResource(resourceFolder + "/");
        if (url == null) {
            url = PackagedLibtorch.class.getClassLoader().getResource(resourceFolder);
        }
        if (url == null) {
            throw new LibtorchException("no " + resourceFolder + " on the class path: the jars of libtorch for this"
                    + " platform are missing. Install a dafl that has its libtorch or build it with Maven, or name a"
                    + " libtorch folder with --libtorch or DAFL_LIBTORCH.");
        }
        Path jar = Path.of(URI.create(
                ((JarURLConnection) url.openConnection()).getJarFileURL().toString()));
        // Opened by path, not by URI: two threads may then read the same jar.
        try (FileSystem content = FileSystems.newFileSystem(jar);
                Stream<Path> files = Files.list(content.getPath("/" + resourceFolder))) {
            for (Path file : files.filter(PackagedLibtorch::isWanted).toList()) {
                Files.copy(file, target.resolve(file.getFileName().toString()));
            }
        }
    }

    /** JavaCPP's own JNI libraries lie in the same folder; nothing here calls them. */
    private static boolean isWanted(Path file) {
        String name = file.getFileName().toString();
        return name.contains(".so") && !name.startsWith("libjni") && !name.equals("libtorch.so");
    }
}

package dev.dafl.release;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * An OCI image of an unpacked package, written as one file by Jib, without a container engine. The layers are those of the
 * base, then Java, libtorch and dafl itself, the last of which alone changes between most versions. The same package, base and
 * time give the same bytes: entries are sorted, owned by root and dated with {@code time}.
 *
 * @param tree the unpacked package, with {@code bin}, {@code runtime} and {@code libtorch}; its modes are kept
 * @param base as Jib takes it: a name in a registry, such as {@code debian:trixie-slim}, or {@code tar://} and an image saved
 *     by Docker
 * @param version the tag
 * @param time when the image and all its files were made
 * @param cache a folder for what is fetched and made on the way
 */
record ContainerImage(Path tree, String base, String version, Instant time, Path cache) {

    private static final String HOME = "/usr/lib/dafl";
    /** Written by whoever the container runs as: the cache, the server's data. */
    private static final String STATE = "/var/lib/dafl";
    /** Where a user mounts the folder with the experiments. */
    private static final String WORK = "/experiments";

    private static final List<String> LARGE = List.of("runtime", "libtorch");

    /** With the unpacked package, the base, the version, the time as ISO 8601, the cache and the file to write. */
    public static void main(String[] arguments) throws Exception {
        new ContainerImage(
                        Path.of(arguments[0]),
                        arguments[1],
                        arguments[2],
                        Instant.parse(arguments[3]),
                        Path.of(arguments[4]))
                .write(Path.of(arguments[5]));
    }

    /**
     * Writes the image in OCI's layout, as a tar.
     *
     * @throws Exception what Jib throws: the base is not there or no image, or the file cannot be written
     */
    void write(Path file) throws Exception {
        Files.createDirectories(cache);
        Jib.from(base)
                .setFileEntriesLayers(
                        layer("java", List.of("runtime")), layer("libtorch", List.of("libtorch")), program())
                .setEntrypoint(HOME + "/bin/dafl")
                .addEnvironmentVariable("HOME", STATE)
                .addVolume(AbsoluteUnixPath.get(STATE))
                .setWorkingDirectory(AbsoluteUnixPath.get(WORK))
                .setUser("1000:1000")
                .addLabel("org.opencontainers.image.title", "dafl")
                .addLabel("org.opencontainers.image.version", version)
                .addLabel("org.opencontainers.image.licenses", "Apache-2.0")
                .setCreationTime(time)
                .setFormat(ImageFormat.OCI)
                .containerize(Containerizer.to(TarImage.at(file).named("dafl:" + version))
                        .setBaseImageLayersCache(cache.resolve("base"))
                        .setApplicationLayersCache(cache.resolve("layers"))
                        .setToolName("dafl"));
    }

    private FileEntriesLayer program() throws IOException {
        List<String> rest;
        try (Stream<Path> names = Files.list(tree)) {
            rest = names.map(path -> path.getFileName().toString())
                    .filter(name -> !LARGE.contains(name))
                    .sorted()
                    .toList();
        }
        Path empty = Files.createDirectories(cache.resolve("empty"));
        FilePermissions anybody = FilePermissions.fromOctalString("777");
        return layer("dafl", rest).toBuilder()
                .addEntry(empty, AbsoluteUnixPath.get(STATE), anybody, time)
                .addEntry(empty, AbsoluteUnixPath.get(WORK), anybody, time)
                .build();
    }

    private FileEntriesLayer layer(String name, List<String> parts) throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
        for (String part : parts) {
            layer.addEntryRecursive(
                    tree.resolve(part),
                    AbsoluteUnixPath.get(HOME).resolve(part),
                    (source, _) -> permissions(source),
                    (_, _) -> time);
        }
        return layer.build();
    }

    /** Only whether it can be executed: the rest would follow from the umask of whoever unpacked it. */
    private static FilePermissions permissions(Path source) {
        return FilePermissions.fromOctalString(Files.isExecutable(source) ? "755" : "644");
    }
}

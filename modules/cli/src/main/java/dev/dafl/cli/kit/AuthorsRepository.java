package dev.dafl.cli.kit;

import dev.dafl.libtorch.CacheFolder;
import dev.dafl.tensor.files.Reason;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Maven repository with what a plugin's author compiles and tests against, with sources. What these jars need is on Maven
 * Central.
 *
 * <p>dafl carries one. Maven keeps its copy of a version for ever, while a dafl that is built anew may have other jars of the same
 * version: so the repository that projects see is a copy, whose version has a number behind it that follows from the jars.
 *
 * @param folder in Maven's layout
 * @param version of all that is in it
 */
public record AuthorsRepository(Path folder, String version) {

    private static final Path CONFIG = Path.of(".mvn", "maven.config");
    private static final Path GROUP = Path.of("dev", "dafl");
    private static final String OURS = "-Ddafl.";
    private static final int ID_DIGITS = 8;

    /**
     * That of a dafl.
     *
     * @param home the folder with its lib, plugins and repository
     * @param cache where copies lie
     * @param released the version that dafl says it is
     * @throws IOException when there is none, or no copy can be written
     */
    public static AuthorsRepository of(Path home, Path cache, String released) throws IOException {
        Path carried = home.resolve("repository");
        if (!Files.isDirectory(carried)) {
            throw new IOException("this dafl has no " + carried + ", from which plugins are built; build it again with"
                    + " mvn package");
        }
        List<Path> files = filesIn(carried.resolve(GROUP));
        String version = released + "-" + id(files);
        Path folder =
                cache.resolve("repository").resolve(version).toAbsolutePath().normalize();
        if (!Files.isDirectory(folder)) {
            try {
                write(files, carried, folder, released, version);
            } catch (IOException e) {
                throw new IOException("cannot write " + folder + ": " + Reason.of(e), e);
            }
        }
        return new AuthorsRepository(folder, version);
    }

    /** It is there as a whole or not at all, whoever else writes it at the same time. */
    private static void write(List<Path> files, Path carried, Path folder, String released, String version)
            throws IOException {
        Path copy = Files.createTempDirectory(Files.createDirectories(folder.getParent()), ".");
        for (Path file : files) {
            String name = carried.relativize(file).toString().replace(released, version);
            copy(file, copy.resolve(name), released, version);
        }
        try {
            Files.move(copy, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            CacheFolder.delete(copy);
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file ->
                            file.toString().endsWith(".jar") || file.toString().endsWith(".pom"))
                    .sorted()
                    .toList();
        }
    }

    private static String id(List<Path> files) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                digest.update(Files.readAllBytes(file));
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, ID_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void copy(Path from, Path to, String released, String version) throws IOException {
        Files.createDirectories(to.getParent());
        if (from.toString().endsWith(".pom")) {
            Files.writeString(
                    to,
                    Files.readString(from)
                            .replace("<version>" + released + "</version>", "<version>" + version + "</version>"));
        } else {
            Files.copy(from, to);
        }
    }

    /** The properties by which a project's pom finds it. */
    List<String> arguments() {
        return List.of(OURS + "repository=" + folder.toUri(), OURS + "version=" + version);
    }

    /** Lets whoever calls Maven in a project find it too, an editor for instance. A file of the author's is left alone. */
    public void writeConfig(Path project) throws IOException {
        Path file = project.resolve(CONFIG);
        String text = String.join("\n", arguments()) + "\n";
        String before = WholeFile.read(file).orElse("");
        if (!before.equals(text) && before.lines().allMatch(line -> line.startsWith(OURS))) {
            Files.createDirectories(file.getParent());
            WholeFile.write(file, text);
        }
    }
}

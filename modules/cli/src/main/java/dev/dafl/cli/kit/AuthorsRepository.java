package dev.dafl.cli.kit;

import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The Maven repository that dafl carries: what a plugin's author compiles and tests against, with sources. What these jars need
 * is on Maven Central.
 *
 * @param folder in Maven's layout
 */
public record AuthorsRepository(Path folder) {

    private static final Path CONFIG = Path.of(".mvn", "maven.config");
    private static final int ID_DIGITS = 8;

    /**
     * That of a dafl.
     *
     * @param home the folder with its lib, plugins and repository
     * @throws IOException when there is none
     */
    public static AuthorsRepository of(Path home) throws IOException {
        Path folder = home.resolve("repository");
        if (!Files.isDirectory(folder)) {
            throw new IOException("this dafl has no " + folder + ", from which plugins are built; build it again with"
                    + " mvn package");
        }
        return new AuthorsRepository(folder.toAbsolutePath().normalize());
    }

    /** The properties by which a project's pom finds it. */
    List<String> arguments() throws IOException {
        return List.of("-Ddafl.repository=" + folder.toUri(), "-Ddafl.repository.id=dafl-" + id());
    }

    /** Lets whoever calls Maven in a project find it too, an editor for instance. A file of the author's is left alone. */
    public void writeConfig(Path project) throws IOException {
        Path file = project.resolve(CONFIG);
        String text = String.join("\n", arguments()) + "\n";
        String before = WholeFile.read(file).orElse("");
        if (!before.equals(text) && before.lines().allMatch(line -> line.startsWith("-Ddafl.repository"))) {
            Files.createDirectories(file.getParent());
            WholeFile.write(file, text);
        }
    }

    /**
     * From what is in its jars. Maven keeps a copy of a released version for ever, but asks a repository of another name again:
     * so a plugin is never built against an older dafl of the same version.
     */
    private String id() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList()) {
                digest.update(Files.readAllBytes(jar));
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, ID_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

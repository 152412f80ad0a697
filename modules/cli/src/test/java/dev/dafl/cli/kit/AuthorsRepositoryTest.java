package dev.dafl.cli.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorsRepositoryTest {

    @TempDir
    private Path work;

    private Path carried;

    @BeforeEach
    void carriedByADafl() throws IOException {
        carried = Files.createDirectories(work.resolve("home/repository/dev/dafl/dafl-spi/0.1.0"));
        Files.writeString(carried.resolve("dafl-spi-0.1.0.pom"), """
                <project>
                  <parent><artifactId>dafl-parent</artifactId><version>0.1.0</version></parent>
                  <dependency><artifactId>other</artifactId><version>0.1.01</version></dependency>
                </project>
                """);
        Files.writeString(carried.resolve("dafl-spi-0.1.0.jar"), "classes");
        Files.writeString(carried.resolve("dafl-spi-0.1.0-sources.jar"), "sources");
        Files.writeString(carried.resolve("_remote.repositories"), "Maven's own");
    }

    @Test
    void theCopyHasAVersionThatFollowsFromTheJars() throws IOException {
        AuthorsRepository first = repository();
        assertTrue(first.version().matches("0\\.1\\.0-[0-9a-f]{8}"), first.version());
        assertEquals(first, repository());
        Path artifact = first.folder().resolve("dev/dafl/dafl-spi").resolve(first.version());
        String name = "dafl-spi-" + first.version();
        assertEquals("classes", Files.readString(artifact.resolve(name + ".jar")));
        assertEquals("sources", Files.readString(artifact.resolve(name + "-sources.jar")));
        String pom = Files.readString(artifact.resolve(name + ".pom"));
        assertTrue(pom.contains("<version>" + first.version() + "</version></parent>"), pom);
        assertTrue(pom.contains("<version>0.1.01</version>"), pom);
        assertFalse(Files.exists(artifact.resolve("_remote.repositories")));

        Files.writeString(carried.resolve("dafl-spi-0.1.0.jar"), "other classes");
        AuthorsRepository second = repository();
        assertNotEquals(first.version(), second.version());
        assertTrue(Files.isDirectory(second.folder()) && Files.isDirectory(first.folder()));
    }

    @Test
    void aProjectIsToldOfItUnlessItsAuthorHasWrittenThere() throws IOException {
        AuthorsRepository repository = repository();
        Path config = work.resolve("project/.mvn/maven.config");
        repository.writeConfig(work.resolve("project"));
        assertEquals(String.join("\n", repository.arguments()) + "\n", Files.readString(config));
        Files.writeString(config, "-Ddafl.repository=file:///elsewhere/\n-Ddafl.version=0.0.9\n");
        repository.writeConfig(work.resolve("project"));
        assertTrue(Files.readString(config).contains(repository.version()));
        Files.writeString(config, "-T2\n");
        repository.writeConfig(work.resolve("project"));
        assertEquals("-T2\n", Files.readString(config));
    }

    @Test
    void aDaflWithoutOneSaysSo() {
        IOException none =
                assertThrows(IOException.class, () -> AuthorsRepository.of(work.resolve("nowhere"), work, "0.1.0"));
        assertTrue(String.valueOf(none.getMessage()).contains("build it again"), none.getMessage());
    }

    private AuthorsRepository repository() throws IOException {
        return AuthorsRepository.of(work.resolve("home"), work.resolve("ca che"), "0.1.0");
    }
}

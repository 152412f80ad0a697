package dev.dafl.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Maven as a plugin's author has it: with a local repository of its own, in which nothing of ours is. What is from Maven Central
 * comes from that of this build instead of from the network.
 */
public final class AuthorsMaven {

    private AuthorsMaven() {}

    /** Writes its settings, with the local repository beside them. */
    public static Path settings(Path folder) throws IOException {
        Path local = Path.of(System.getProperty("maven.repository"));
        return Files.writeString(
                folder.resolve("settings.xml"), """
                <settings>
                  <localRepository>%s</localRepository>
                  <mirrors>
                    <mirror><id>this-build</id><mirrorOf>central</mirrorOf><url>%s</url></mirror>
                  </mirrors>
                </settings>
                """.formatted(folder.resolve("repository"), local.toUri()));
    }

    /** The program. */
    public static Path program() {
        return Path.of(System.getProperty("maven.home"), "bin", "mvn");
    }
}

package dev.dafl.cli.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The loop with real processes and real files: in the place of Maven a script that makes a bundle of the project's source, or
 * fails where it says so; in that of dafl one that lives until its input ends. The real ones are in the distribution's tests.
 */
class DevLoopTest {

    private static final String MVN = """
            #!/bin/sh
            if grep -q broken src/main/java/A.java; then
              echo '[ERROR] COMPILATION ERROR :'
              echo "[ERROR] $PWD/src/main/java/A.java:[1,1] it is broken"
              exit 1
            fi
            mkdir -p classes
            printf 'Manifest-Version: 1.0\\nBundle-SymbolicName: a\\n' > manifest
            cp src/main/java/A.java classes
            "$JAVA_HOME/bin/jar" --create --file target/a.jar --manifest manifest -C classes .
            """;

    @TempDir
    private Path work;

    private Path project;
    private Path source;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    @BeforeEach
    void files() throws IOException {
        Path bin = Files.createDirectory(work.resolve("bin"));
        Files.writeString(bin.resolve("mvn"), MVN);
        Files.setPosixFilePermissions(bin.resolve("mvn"), PosixFilePermissions.fromString("rwxr-xr-x"));
        project = Files.createDirectories(work.resolve("project"));
        source = Files.createDirectories(project.resolve("src/main/java")).resolve("A.java");
        Files.writeString(project.resolve("pom.xml"), "<project/>");
        Files.writeString(source, "first");
    }

    @Test
    void itBuildsRunsAndBeginsAgainWithEachChangeUntilItIsAskedToEnd() throws Exception {
        BlockingQueue<Path> bundles = new LinkedBlockingQueue<>();
        DevLoop loop = loop(folder -> {
            bundles.add(folder);
            return List.of("cat"); // ends when its input does
        });
        FutureTask<Boolean> running = start(loop);
        heard("built and tested");
        Path plugins = bundles.take();

        Files.writeString(source, "broken"); // while a run goes on
        heard("src/main/java/A.java:1: it is broken");
        heard("the compiler failed; all that was said is in " + project.resolve("target/dafl-build.txt"));
        heard("waiting for a change in " + project);

        // In a folder that was not there when it began to watch.
        Path other = Files.createDirectories(project.resolve("src/main/java/b")).resolve("B.java");
        Files.writeString(other, "whatever");
        Files.writeString(source, "mended");
        heard("built and tested");
        loop.end();
        assertTrue(running.get());
        assertEquals(project.resolve("target/dafl-plugins"), plugins);
        try (var jars = Files.list(plugins)) {
            assertEquals(
                    List.of("a.jar"),
                    jars.map(jar -> jar.getFileName().toString()).toList());
        }
    }

    @Test
    void aRunThatEndsIsToldOfAndTheFilesItReadCountToo() throws Exception {
        Path config = Files.writeString(work.resolve("my.yaml"), "a");
        DevLoop loop = loop(_ -> List.of("sh", "-c", "exit 7"));
        FutureTask<Boolean> running = start(loop, config);
        heard("the run ended with exit code 7");
        heard("waiting for a change");
        Files.writeString(work.resolve("other.yaml"), "none of its business");
        Files.writeString(config, "b");
        heard("building and testing");
        heard("the run ended with exit code 7");
        loop.end();
        assertTrue(running.get());
    }

    @Test
    void whoeverHasNoMavenTakesTheWrapperAndWhoeverHasNoProjectIsTold() throws IOException {
        assertEquals(
                List.of(work.resolve("bin/mvn").toString()), MavenBuild.maven(project, "/nowhere:" + work + "/bin"));
        ConfigException none = assertThrows(ConfigException.class, () -> MavenBuild.maven(project, "/nowhere"));
        assertTrue(String.valueOf(none.getMessage()).endsWith("install Maven 3.8 or newer"), none.getMessage());
        Files.writeString(project.resolve("mvnw"), "");
        assertEquals(List.of("sh", "mvnw"), MavenBuild.maven(project, "/nowhere"));
        ConfigException noProject = assertThrows(ConfigException.class, () -> build(work));
        assertTrue(String.valueOf(noProject.getMessage()).startsWith(work + " has no pom.xml"), noProject.getMessage());
    }

    @Test
    void aBuildThatMakesNoBundleIsAFailure() throws IOException {
        Files.writeString(work.resolve("bin/mvn"), "#!/bin/sh\ntrue\n");
        MavenBuild.Outcome outcome = build(project).run();
        assertTrue(
                outcome instanceof MavenBuild.Outcome.Failed failed
                        && failed.problems().getFirst().startsWith("it made no bundle in " + project.resolve("target")),
                outcome::toString);
    }

    private MavenBuild build(Path folder) throws IOException {
        Path repository = Files.createDirectories(work.resolve("repository"));
        return MavenBuild.of(
                folder,
                new AuthorsRepository(repository, "0.1.0-1"),
                Map.of("PATH", work.resolve("bin") + ":/usr/bin:/bin"));
    }

    private DevLoop loop(Function<Path, List<String>> run) throws IOException {
        return new DevLoop(project, build(project), run, said::add);
    }

    private static FutureTask<Boolean> start(DevLoop loop, Path... files) {
        FutureTask<Boolean> running = new FutureTask<>(() -> {
            loop.run(List.of(files));
            return true;
        });
        Thread.ofPlatform().daemon().start(running);
        return running;
    }

    /** Waits until something was said that begins so; what was said before is passed over. */
    private void heard(String beginning) throws InterruptedException {
        while (!said.take().startsWith(beginning)) {
            // something else
        }
    }
}

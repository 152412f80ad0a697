package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.distribution.Launcher.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The SPI from outside: a Maven project that knows nothing of this reactor is built against the SPI as it is installed in
 * a repository, its jar is dropped into a plugin folder, and an experiment names its loss.
 */
class SamplePluginTest {

    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final String VERSION = System.getProperty("dafl.version");

    @TempDir
    private Path work;

    @Test
    void aPluginOfAnotherRepositoryIsBuiltAndNamed() throws Exception {
        Path project = copyProject();
        build(project, installedSpi());
        Path plugins = Files.createDirectory(work.resolve("plugins"));
        Files.copy(project.resolve("target/roughness-1.0.0.jar"), plugins.resolve("roughness.jar"));
        Launcher launcher = Launcher.in(work).with("DAFL_PLUGINS", plugins.toString());

        Outcome described = launcher.run("plugins", "describe", "roughness");
        assertEquals(0, described.code(), described.err());
        assertTrue(described.out().contains("power: 1"), described.out());

        Files.writeString(work.resolve("experiment.yaml"), """
                precision: fp32
                data:
                  dataset: {name: stroke-digits, train: 100, test: 50}
                  image-size: 32
                teacher: {model: lenet5, epochs: 1}
                student: {model: lenet5-half, optimizer: {learning-rate: 0.002}}
                generator:
                  model: {name: dcgan, latent: 20, width: 8}
                  optimizer: {learning-rate: 0.02}
                  losses:
                    - {name: one-hot, weight: 1}
                    - {name: roughness, weight: 0.5, power: 2}
                distillation: {schedule: {kind: joint, steps: 4}, batch: 16, log-every: 1}
                """);
        Outcome run = launcher.run("run", "experiment.yaml", "--out", "run");
        assertEquals(0, run.code(), run.err());
        JsonNode line = Files.readAllLines(work.resolve("run/metrics.jsonl")).stream()
                .map(text -> new JsonMapper().readTree(text))
                .filter(metrics -> metrics.path("event").asString().equals("distillation"))
                .findFirst()
                .orElseThrow();
        assertTrue(line.path("loss/roughness").asDouble() > 0, line.toString());

        Outcome wrong =
                launcher.run("run", "experiment.yaml", "--set", "generator.losses=[{name: roughness, power: 3}]");
        assertEquals(2, wrong.code());
        assertTrue(wrong.err().contains("roughness: power must be 1 or 2, not 3"), wrong.err());
    }

    private Path copyProject() throws IOException {
        Path from = Path.of("src/test/projects/roughness").toAbsolutePath();
        Path to = work.resolve("roughness");
        try (var files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
        return to;
    }

    /** A repository that holds what a plugin author gets, and nothing else of ours. */
    private Path installedSpi() throws IOException {
        Path repository = Files.createDirectory(work.resolve("installed"));
        install(repository, "dafl-parent", ROOT.resolve("pom.xml"), null);
        for (Map.Entry<String, String> module : Map.of(
                        "dafl-libtorch", "native-bindings", "dafl-tensor", "modules/tensor", "dafl-spi", "modules/spi")
                .entrySet()) {
            Path folder = ROOT.resolve(module.getValue());
            install(
                    repository,
                    module.getKey(),
                    folder.resolve("pom.xml"),
                    folder.resolve("target/" + module.getKey() + "-" + VERSION + ".jar"));
        }
        return repository;
    }

    private static void install(Path repository, String artifact, Path pom, Path jar) throws IOException {
        Path folder = Files.createDirectories(
                repository.resolve("dev/dafl").resolve(artifact).resolve(VERSION));
        Files.copy(pom, folder.resolve(artifact + "-" + VERSION + ".pom"));
        if (jar != null) {
            Files.copy(jar, folder.resolve(artifact + "-" + VERSION + ".jar"));
        }
    }

    /**
     * On the Java that Maven runs on by itself here, not on that of the tests; with a local repository of its own, filled
     * from that of this build instead of from the network.
     */
    private void build(Path project, Path installed) throws IOException, InterruptedException {
        Path local = Path.of(System.getProperty("maven.repository"));
        Files.writeString(work.resolve("settings.xml"), """
                <settings>
                  <localRepository>%s</localRepository>
                  <mirrors>
                    <mirror><id>this-build</id><mirrorOf>central</mirrorOf><url>%s</url></mirror>
                  </mirrors>
                  <profiles>
                    <profile>
                      <id>installed</id>
                      <repositories>
                        <repository><id>installed</id><url>%s</url></repository>
                      </repositories>
                    </profile>
                  </profiles>
                  <activeProfiles><activeProfile>installed</activeProfile></activeProfiles>
                </settings>
                """.formatted(
                        work.resolve("repository"), local.toUri(), installed.toUri()));
        List<String> command = List.of(
                Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(),
                "-B",
                "-q",
                "-ntp",
                "-s",
                work.resolve("settings.xml").toString(),
                "package");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("mvn.txt").toFile());
        assertEquals(0, builder.start().waitFor(), () -> {
            try {
                return Files.readString(work.resolve("mvn.txt"));
            } catch (IOException e) {
                return e.toString();
            }
        });
    }
}

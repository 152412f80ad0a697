package dev.dafl.cli.kit;

import dev.dafl.engine.config.ConfigException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** Builds and tests the project of a plugin's author: with the Maven on the path or the project's wrapper, on the Java of dafl. */
public final class MavenBuild {

    /** Fetches a Maven where none is installed. */
    static final String WRAPPER = "mvnw";

    private final Path folder;
    private final List<String> command;

    private MavenBuild(Path folder, List<String> command) {
        this.folder = folder;
        this.command = command;
    }

    /** How a build ended. */
    public sealed interface Outcome {

        /** @param bundle the jar of the plugin */
        record Built(Path bundle) implements Outcome {}

        /**
         * @param what failed, in a word or two
         * @param problems a line each
         * @param log all that Maven said
         */
        record Failed(String what, List<String> problems, Path log) implements Outcome {}
    }

    /**
     * The build of a project.
     *
     * @param folder with its {@code pom.xml}
     * @param environment where the path is, and {@code DAFL_MAVEN_ARGS} with more arguments
     * @throws ConfigException when there is no project, no Maven or no compiler
     */
    public static MavenBuild of(Path folder, AuthorsRepository repository, Map<String, String> environment)
            throws IOException {
        if (!Files.isRegularFile(folder.resolve("pom.xml"))) {
            throw new ConfigException(folder + " has no pom.xml; name the folder of a plugin's project, such as"
                    + " 'dafl plugins new' writes");
        }
        Path java = Path.of(System.getProperty("java.home"));
        if (!Files.isExecutable(java.resolve("bin/javac"))) {
            throw new ConfigException("the Java in " + java + " has no compiler; install a JDK 25 (such as"
                    + " temurin-25-jdk) or name its folder with DAFL_JAVA_HOME");
        }
        List<String> command = new ArrayList<>(maven(folder, environment.getOrDefault("PATH", "")));
        command.addAll(List.of("-B", "-q", "-ntp"));
        command.addAll(repository.arguments());
        Stream.of(environment.getOrDefault("DAFL_MAVEN_ARGS", "").split("\\s+"))
                .filter(word -> !word.isEmpty())
                .forEach(command::add);
        command.add("package");
        return new MavenBuild(folder, List.copyOf(command));
    }

    static List<String> maven(Path folder, String path) {
        for (String place : path.split(File.pathSeparator)) {
            if (!place.isEmpty() && Files.isExecutable(Path.of(place, "mvn"))) {
                return List.of(Path.of(place, "mvn").toString());
            }
        }
        if (Files.isRegularFile(folder.resolve(WRAPPER))) {
            return List.of("sh", WRAPPER);
        }
        throw new ConfigException("there is neither mvn on the path nor a wrapper " + folder.resolve(WRAPPER)
                + "; install Maven 3.8 or newer");
    }

    /** Begins. What it says goes to a file, since most of it is for nobody. */
    Process start() throws IOException {
        Files.createDirectories(log().getParent());
        // What lies there afterwards is of this build.
        for (Path jar : jars()) {
            Files.delete(jar);
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(log().toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }

    /** @param ended what {@link #start} gave, at its end */
    Outcome outcome(Process ended) throws IOException {
        if (ended.exitValue() != 0) {
            BuildLog log = BuildLog.of(Files.readString(log(), StandardCharsets.UTF_8), folder);
            return new Outcome.Failed(log.what(), log.problems(), log());
        }
        for (Path jar : jars()) {
            if (isBundle(jar)) {
                return new Outcome.Built(jar);
            }
        }
        return new Outcome.Failed(
                "the build",
                List.of("it made no bundle in " + log().getParent()
                        + "; bnd-maven-plugin makes one, as in a project that 'dafl plugins new' writes"),
                log());
    }

    /** Builds it and waits. */
    public Outcome run() throws IOException {
        Process process = start();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return outcome(process);
    }

    private Path log() {
        return folder.resolve("target").resolve("dafl-build.txt").normalize();
    }

    private List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("target"))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isBundle(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return Optional.ofNullable(file.getManifest())
                    .map(Manifest::getMainAttributes)
                    .map(attributes -> attributes.getValue("Bundle-SymbolicName"))
                    .isPresent();
        }
    }
}

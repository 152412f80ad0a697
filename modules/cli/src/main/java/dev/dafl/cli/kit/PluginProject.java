package dev.dafl.cli.kit;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.OneLine;
import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;

/**
 * The project that a plugin's author begins with: a whole plugin that does something, with a test, an experiment that uses it,
 * and a build that needs nothing of dafl's own.
 *
 * @param name of the plugin, the artifact and, unless the user says otherwise, the folder
 * @param kind what it provides
 * @param packageName of its classes, and the group of its artifact
 */
public record PluginProject(String name, ProjectKind kind, String packageName) {

    /** The experiment in a project's folder that uses the plugin. */
    public static final String EXAMPLE = "example.yaml";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final int LONGEST_NAME = 60;

    /** @throws ConfigException when the name or the package is none */
    public PluginProject {
        if (!NAME.matcher(name).matches() || name.length() > LONGEST_NAME) {
            throw new ConfigException("'" + OneLine.shortened(name) + "' is no name of a plugin: lower-case words with"
                    + " hyphens between them, such as my-loss, of at most " + LONGEST_NAME + " characters");
        }
        if (!SourceVersion.isName(packageName)) {
            throw new ConfigException("--package: '" + OneLine.shortened(packageName)
                    + "' is no name of a Java package, such as com.example");
        }
        if (Stream.of("java", "javax", "dev.dafl").anyMatch(taken -> (packageName + ".").startsWith(taken + "."))) {
            throw new ConfigException(
                    "--package: " + packageName + " belongs to others; take one of your own, such as com.example");
        }
    }

    /** The class of the plugin. */
    public String className() {
        String camel = Arrays.stream(name.split("-"))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining());
        // A class must not hide one that its own code names.
        Pattern named = Pattern.compile("\\b" + camel + "\\b");
        boolean taken = Stream.of("Plugin.java", "PluginTest.java")
                .anyMatch(file -> named.matcher(template(kind + "/" + file)).find());
        return taken ? camel + "Plugin" : camel;
    }

    /** All files with what is in them, by their paths in the project's folder. */
    public SequencedMap<String, String> files() {
        String sources = packageName.replace('.', '/') + "/" + className();
        SequencedMap<String, String> files = new LinkedHashMap<>();
        files.put("pom.xml", filled("pom.xml"));
        files.put("README.md", filled("README.md"));
        files.put(EXAMPLE, filled(kind + "/example.yaml"));
        files.put("src/main/java/" + sources + ".java", filled(kind + "/Plugin.java"));
        files.put("src/test/java/" + sources + "Test.java", filled(kind + "/PluginTest.java"));
        files.put(".gitignore", template("gitignore"));
        files.put(MavenBuild.WRAPPER, template("mvnw"));
        files.put(".mvn/wrapper/maven-wrapper.properties", template("maven-wrapper.properties"));
        return files;
    }

    /**
     * Writes it into a folder that is empty or not yet there.
     *
     * @throws ConfigException when something else is in it
     * @throws IOException when it cannot be written, naming the file and the reason
     */
    public void write(Path folder) throws IOException {
        requireRoom(folder);
        for (Map.Entry<String, String> file : files().entrySet()) {
            Path path = folder.resolve(file.getKey());
            try {
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
                if (file.getKey().equals(MavenBuild.WRAPPER)) {
                    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            } catch (IOException e) {
                throw new IOException("cannot write " + path + ": " + Reason.of(e), e);
            }
        }
    }

    private static void requireRoom(Path folder) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new ConfigException(folder + " is a file; name a folder");
        }
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                if (files.findAny().isPresent()) {
                    throw new ConfigException(folder + " is not empty; name another folder behind the plugin's name");
                }
            }
        }
    }

    private String filled(String template) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("name", name);
        values.put("package", packageName);
        values.put("path", packageName.replace('.', '/'));
        values.put("Class", className());
        values.put("kind", kind.words());
        Properties versions = versions();
        versions.stringPropertyNames().forEach(key -> values.put(key, versions.getProperty(key)));
        String text = template(template);
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("@" + value.getKey() + "@", value.getValue());
        }
        return text;
    }

    private static Properties versions() {
        Properties versions = new Properties();
        try (InputStream in = resource("versions.properties")) {
            versions.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return versions;
    }

    private static String template(String name) {
        try (InputStream in = resource(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream resource(String name) throws IOException {
        InputStream in = PluginProject.class.getResourceAsStream(name);
        if (in == null) {
            throw new IOException("this build of dafl lacks the template " + name);
        }
        return in;
    }
}

package dev.dafl.cli.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PluginProjectTest {

    @TempDir
    private Path work;

    /** The last are words of the templates: a class of that name would hide what they mean. */
    @ParameterizedTest
    @CsvSource({
        "my-loss, LOSS, MyLoss",
        "net-2, NETWORK, Net2",
        "x, DATASET, X",
        "tensor, LOSS, TensorPlugin",
        "options, GENERATOR, OptionsPlugin",
        "string, DATASET, StringPlugin",
        "test, LOSS, TestPlugin"
    })
    void theClassIsNamedAfterThePlugin(String name, ProjectKind kind, String className) {
        assertEquals(className, new PluginProject(name, kind, "com.example").className());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            MyLoss  | com.example  | 'MyLoss' is no name of a plugin
            my_loss | com.example  | 'my_loss' is no name of a plugin
            -loss   | com.example  | '-loss' is no name of a plugin
            a--b    | com.example  | 'a--b' is no name of a plugin
            ../x    | com.example  | '../x' is no name of a plugin
            2nd     | com.example  | '2nd' is no name of a plugin
            my-loss | com.my-firm  | --package: 'com.my-firm' is no name of a Java package, such as com.example
            my-loss | com.int.x    | --package: 'com.int.x' is no name of a Java package
            my-loss | dev.dafl.spi | --package: dev.dafl.spi belongs to others; take one of your own
            my-loss | java.util    | --package: java.util belongs to others
            """)
    void whatIsNoNameIsRefused(String name, String packageName, String message) {
        ConfigException refused =
                assertThrows(ConfigException.class, () -> new PluginProject(name, ProjectKind.LOSS, packageName));
        assertTrue(String.valueOf(refused.getMessage()).startsWith(message), refused.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void everyKindHasAllFilesAndNoPlaceIsLeftOpen(ProjectKind kind) throws IOException {
        PluginProject project = new PluginProject("some-plugin", kind, "org.example.some");
        project.write(work.resolve("project"));
        for (String file : List.of(
                "pom.xml",
                "README.md",
                "example.yaml",
                "mvnw",
                ".gitignore",
                ".mvn/wrapper/maven-wrapper.properties",
                "src/main/java/org/example/some/SomePlugin.java",
                "src/test/java/org/example/some/SomePluginTest.java")) {
            String text = Files.readString(work.resolve("project").resolve(file));
            assertFalse(text.isBlank(), file);
            assertFalse(text.matches("(?s).*@(name|package|path|Class|kind|dafl|bnd|compiler)@.*"), file);
            assertFalse(text.contains("${project.version}") || text.contains(".plugin.version}"), file);
        }
        assertTrue(Files.isExecutable(work.resolve("project/mvnw")));
        assertTrue(Files.readString(work.resolve("project/example.yaml")).contains("some-plugin"));
    }

    @Test
    void aFolderThatHoldsSomethingIsLeftAsItIs() throws IOException {
        PluginProject project = new PluginProject("my-loss", ProjectKind.LOSS, "com.example");
        Path full = Files.createDirectory(work.resolve("full"));
        Path file = Files.writeString(full.resolve("notes"), "mine");
        assertRefused(project, full, full + " is not empty");
        assertRefused(project, file, file + " is a file; name a folder");
        try (Stream<Path> files = Files.list(full)) {
            assertEquals(List.of(file), files.toList());
        }
        assertEquals("mine", Files.readString(file));
        project.write(Files.createDirectory(work.resolve("empty")));
        assertTrue(Files.exists(work.resolve("empty/pom.xml")));
    }

    private static void assertRefused(PluginProject project, Path folder, String message) {
        ConfigException refused = assertThrows(ConfigException.class, () -> project.write(folder));
        assertTrue(String.valueOf(refused.getMessage()).startsWith(message), refused.getMessage());
    }
}

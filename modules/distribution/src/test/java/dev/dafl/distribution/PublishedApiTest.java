package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A plugin that was built against the SPI, the tensors and the ONNX graphs of a version runs with all later ones of the same major
 * version. {@code published-api.txt} is what was published last.
 */
class PublishedApiTest {

    private static final Path LIB = Path.of("target/dafl/lib");
    private static final Path PUBLISHED = Path.of("src/test/resources/dev/dafl/distribution/published-api.txt");
    /** To be put in the other's place by whoever publishes a version. */
    private static final Path NOW = Path.of("target/published-api.txt");

    private static final String BEFORE = """
            package p;
            public interface A {
                int LIMIT = 3;
                String name();
                default void go(java.util.List<? extends Number> list) throws java.io.IOException {}
                record Pair(int first, int second) {}
                sealed interface Shape permits Round, Square {}
                record Round() implements Shape {}
                record Square() implements Shape {}
                enum Colour { RED }
                final class Number extends Hidden { private int secret; }
                @org.osgi.annotation.versioning.ProviderType interface Engine { int steps(); }
            }
            class Hidden { public <T extends Comparable<T>> T inherited(T[] all) { return all[0]; } void inside() {} }
            """;

    @TempDir
    private Path work;

    @Test
    void pluginsOfTheVersionThatWasPublishedStillRun() throws IOException {
        PublishedApi now = PublishedApi.exportedBy(jars());
        assertTrue(
                now.packages()
                        .keySet()
                        .containsAll(Set.of("dev.dafl.spi", "dev.dafl.tensor", "dev.dafl.tensor.nn", "dev.dafl.onnx")),
                now.packages().keySet().toString());
        Files.writeString(NOW, now.text());
        List<String> objections =
                PublishedApi.parse(Files.readString(PUBLISHED)).objectionsTo(now);
        assertTrue(objections.isEmpty(), () -> String.join("\n\n", objections));
    }

    /** What is put in the place of what, the version then, and what is said of it; nothing where it may be. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            String name();             | String name();                          | 1.0.0 |
            String name();             |                                         | 1.0.0 | - A: public abstract java.lang.String name()
            String name();             |                                         | 1.1.0 | @Version("2.0.0")
            String name();             |                                         | 2.0.0 |
            String name();             | Object name();                          | 1.0.0 | + A: public abstract java.lang.Object name()
            String name();             | String name(); int more();              | 1.1.0 | @Version("2.0.0")
            String name();             | String name(); default void more() {}   | 1.0.0 | @Version("1.1.0")
            String name();             | String name(); default void more() {}   | 1.1.0 |
            String name();             | String name(); interface B { int b(); } | 1.1.0 |
            String name();             | default String name() { return ""; }    | 1.0.0 | - A: public abstract java.lang.String name()
            int LIMIT = 3;             | int LIMIT = 4;                          | 1.1.0 | - A: public static final int LIMIT = 3
            int first, int second      | int second, int first                   | 1.1.0 | - A.Pair: component 0 int first
            int first, int second      | int first, int second, int third        | 1.1.0 | - A.Pair: public new(int, int)
            permits Round, Square {}   | permits Round, Square, Oval {} record Oval() implements Shape {} | 1.0.0 | + A.Shape: permits p.A.Oval
            permits Round, Square {}   | permits Round, Square, Oval {} record Oval() implements Shape {} | 1.1.0 |
            enum Colour { RED }        | enum Colour { RED, BLUE }               | 1.0.0 | + A.Colour: public static final p.A.Colour BLUE
            enum Colour { RED }        | enum Colour { RED, BLUE }               | 1.1.0 |
            extends Number>            | super Integer>                          | 1.1.0 | + A: public void go(java.util.List<? super java.lang.Integer>) throws java.io.IOException
            throws java.io.IOException |                                         | 1.1.0 | - A: public void go(java.util.List<? extends p.A.Number>) throws java.io.IOException
            extends Hidden             |                                         | 1.1.0 | - A.Number: public <T extends java.lang.Comparable<T>> T inherited(T[])
            void inside() {}           |                                         | 1.0.0 |
            private int secret;        |                                         | 1.0.0 |
            int steps();               | int steps(); int more();                | 1.0.0 | @Version("1.1.0")
            int steps();               | int steps(); int more();                | 1.1.0 |
            """)
    void whatBreaksPluginsIsToldFromWhatDoesNot(String old, String now, String version, String part)
            throws IOException {
        PublishedApi before = compiled("before", BEFORE, "1.0.0");
        assertTrue(BEFORE.contains(old), old);
        PublishedApi after = compiled("after", BEFORE.replace(old, now == null ? "" : now), version);
        List<String> objections = before.objectionsTo(after);
        assertEquals(part == null ? 0 : 1, objections.size(), objections.toString());
        assertTrue(part == null || objections.getFirst().contains(part), objections.toString());
    }

    @Test
    void aPackageThatIsGoneAndAVersionThatGoesBackAreTold() throws IOException {
        PublishedApi before = compiled("before", BEFORE, "1.1.0");
        assertEquals(
                List.of("the package p, which plugins use, is gone; bring it back"),
                before.objectionsTo(new PublishedApi(Map.of())));
        assertEquals(
                List.of("p 1.0.9 is older than what was published, 1.1.0"),
                before.objectionsTo(compiled("after", BEFORE, "1.0.9")));
        assertEquals(before, PublishedApi.parse(before.text()));
    }

    private PublishedApi compiled(String folder, String source, String version) throws IOException {
        Path classes = new SourceBundle(folder, version, Map.of("p.A", source), Map.of())
                .compile(Files.createDirectory(work.resolve(folder)), System.getProperty("java.class.path"));
        return new PublishedApi(Map.of(
                "p",
                new PublishedApi.Contents(
                        version, ApiClasses.in(classes.resolve("p")).lines())));
    }

    private static List<Path> jars() throws IOException {
        try (Stream<Path> jars = Files.list(LIB)) {
            return jars.filter(jar -> jar.getFileName().toString().matches("dafl-(spi|tensor|onnx)-.*\\.jar"))
                    .sorted()
                    .toList();
        }
    }
}

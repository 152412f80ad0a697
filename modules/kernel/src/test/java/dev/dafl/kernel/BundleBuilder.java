package dev.dafl.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.EmbeddedResource;
import aQute.bnd.osgi.Jar;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles sources and packs them with bnd, as a plugin's author does. */
final class BundleBuilder {

    private static final String GREETER = "dev.dafl.kernel.sample.Greeter";

    private final Path work;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> entries = new LinkedHashMap<>();
    private final Properties headers = new Properties();

    private BundleBuilder(Path work, String symbolicName) {
        this.work = work;
        header("Bundle-SymbolicName", symbolicName);
        header("Bundle-Version", "1.0.0");
        header("-noextraheaders", "true");
    }

    static BundleBuilder bundle(Path work, String symbolicName) {
        return new BundleBuilder(work, symbolicName);
    }

    /** A bundle with one Greeter of that name in a package of its own. */
    static BundleBuilder greeter(Path work, String symbolicName, String name) {
        String type = symbolicName + ".Hello";
        return bundle(work, symbolicName).provider(type, greeterSource(type, name, "hello from " + name));
    }

    static String greeterSource(String type, String name, String greeting) {
        return "public class " + simple(type) + " implements " + GREETER + " { public String name() { return \"" + name
                + "\"; } public String greet() { return \"" + greeting + "\"; } }";
    }

    BundleBuilder header(String name, String value) {
        headers.setProperty(name, value);
        return this;
    }

    /** A class, given without its package line. */
    BundleBuilder source(String type, String source) {
        sources.put(type, "package " + type.substring(0, type.lastIndexOf('.')) + "; " + source);
        return this;
    }

    /** A class that the bundle's services file names as a Greeter. */
    BundleBuilder provider(String type, String source) {
        return source(type, source).entry("META-INF/services/" + GREETER, type);
    }

    BundleBuilder entry(String path, String content) {
        entries.merge(path, content, (a, b) -> a + "\n" + b);
        return this;
    }

    Path build(Path jar) {
        return build(jar, List.of());
    }

    /** @param classPath jars that the sources need besides the tests' classes */
    Path build(Path jar, List<Path> classPath) {
        try {
            Path classes = Files.createTempDirectory(work, "classes");
            compile(classes, classPath);
            try (Builder builder = new Builder()) {
                builder.addProperties(headers);
                builder.setJar(new Jar(classes.toFile()));
                builder.addClasspath(Path.of("target/test-classes").toFile());
                for (Path path : classPath) {
                    builder.addClasspath(path.toFile());
                }
                if (headers.getProperty("Private-Package") == null && headers.getProperty("Export-Package") == null) {
                    builder.setProperty("-includeresource", classes.toString());
                }
                Jar built = builder.build();
                assertTrue(
                        builder.getErrors().isEmpty(), () -> builder.getErrors().toString());
                for (Map.Entry<String, String> entry : entries.entrySet()) {
                    built.putResource(entry.getKey(), new EmbeddedResource(entry.getValue(), 0L));
                }
                Path part = jar.resolveSibling(jar.getFileName() + ".part");
                built.write(part.toFile());
                Files.move(part, jar, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void compile(Path classes, List<Path> classPath) throws IOException {
        if (sources.isEmpty()) {
            return;
        }
        List<JavaFileObject> units = new ArrayList<>();
        sources.forEach((type, source) -> units.add(new Source(type, source)));
        String path = Stream.concat(
                        Stream.of(System.getProperty("java.class.path")),
                        classPath.stream().map(Path::toString))
                .reduce((a, b) -> a + java.io.File.pathSeparator + b)
                .orElseThrow();
        StringWriter messages = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        boolean done = compiler.getTask(
                        messages,
                        null,
                        null,
                        List.of("-d", classes.toString(), "-cp", path, "-proc:none", "-Xlint:none"),
                        null,
                        units)
                .call();
        assertEquals(true, done, messages.toString());
    }

    private static String simple(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String type, String text) {
            super(URI.create("string:///" + type.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}

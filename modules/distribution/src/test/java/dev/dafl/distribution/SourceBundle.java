package dev.dafl.distribution;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * A bundle out of sources, as somebody might have written them.
 *
 * @param name its symbolic name
 * @param version of it
 * @param sources by the full names of their classes
 * @param providers names of classes, by the types of the SPI that they provide
 */
record SourceBundle(String name, String version, Map<String, String> sources, Map<Class<?>, List<String>> providers) {

    /** All that a plugin's author has: the SPI, the tensors, and the annotations that come with them. */
    static String authorsClassPath() throws IOException {
        try (Stream<Path> jars = Files.list(Path.of("target/dafl/lib"))) {
            return jars.map(Path::toString)
                    .filter(jar -> jar.matches(".*/(dafl-spi|dafl-tensor|biz\\.aQute|org\\.osgi).*\\.jar"))
                    .sorted()
                    .collect(Collectors.joining(":"));
        }
    }

    /** Writes it to a jar; the sources see nothing but that class path. */
    void write(Path jar, String classPath) throws IOException {
        Path classes = compile(Files.createTempDirectory(jar.toAbsolutePath().getParent(), name), classPath);
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest())) {
            for (Map.Entry<Class<?>, List<String>> provided : providers.entrySet()) {
                entry(
                        entries,
                        "META-INF/services/" + provided.getKey().getName(),
                        String.join("\n", provided.getValue()).getBytes(StandardCharsets.UTF_8));
            }
            try (Stream<Path> files = Files.walk(classes)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    entry(entries, classes.relativize(file).toString(), Files.readAllBytes(file));
                }
            }
        }
    }

    private Manifest manifest() {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", name);
        main.putValue("Bundle-Version", version);
        main.putValue(
                "Import-Package",
                "dev.dafl.spi;version=\"[1.0,2)\",dev.dafl.tensor;version=\"[1.0,2)\","
                        + "dev.dafl.tensor.nn;version=\"[1.0,2)\",dev.dafl.tensor.optim;version=\"[1.0,2)\"");
        return manifest;
    }

    /** @return the folder of the classes, below {@code work} */
    Path compile(Path work, String classPath) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = work.resolve("sources").resolve(source.getKey().replace('.', '/') + ".java");
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, source.getValue()));
        }
        Path classes = Files.createDirectory(work.resolve("classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter problems = new StringWriter();
        boolean compiled = compiler.getTask(
                        problems,
                        null,
                        null,
                        List.of("-d", classes.toString(), "-cp", classPath, "-proc:none"),
                        null,
                        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)
                                .getJavaFileObjectsFromPaths(files))
                .call();
        if (!compiled) {
            throw new IllegalArgumentException(problems.toString());
        }
        return classes;
    }

    private static void entry(JarOutputStream out, String name, byte[] content) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(content);
        out.closeEntry();
    }
}

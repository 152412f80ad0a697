package dev.dafl.distribution;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Makes a bundle with one loss term out of a few lines, as somebody might have written it. */
public final class PluginJar {

    private PluginJar() {}

    /**
     * The bundle {@code odd 1.2.3} with the loss term {@code odd}.
     *
     * @param body of its {@code compute}, which has {@code batch}, and {@code calls} with the number of this call from 1
     */
    public static void write(Path jar, String body) throws IOException {
        Path work = Files.createTempDirectory(jar.toAbsolutePath().getParent(), "odd");
        Path source = work.resolve("Odd.java");
        Files.writeString(source, """
                package odd;

                import dev.dafl.spi.GeneratedBatch;
                import dev.dafl.spi.LossTerm;
                import dev.dafl.spi.Plugin.NoOptions;
                import dev.dafl.tensor.Tensor;

                public final class Odd implements LossTerm<NoOptions> {
                    private int calls;
                    private Tensor kept;
                    public String name() { return "odd"; }
                    public String description() { return "for a test"; }
                    public NoOptions defaults() { return NoOptions.INSTANCE; }
                    private static long endless(long n) { return 1 + endless(n + 1); }
                    public Tensor compute(GeneratedBatch batch, NoOptions options) {
                        calls++;
                        %s
                    }
                }
                """.formatted(body));
        compile(source, work);
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "odd");
        main.putValue("Bundle-Version", "1.2.3");
        main.putValue("Import-Package", "dev.dafl.spi,dev.dafl.tensor,dev.dafl.tensor.nn");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest)) {
            entry(entries, "META-INF/services/dev.dafl.spi.LossTerm", "odd.Odd\n".getBytes(StandardCharsets.UTF_8));
            try (Stream<Path> classes = Files.list(work.resolve("odd"))) {
                for (Path compiled : classes.sorted().toList()) {
                    entry(entries, "odd/" + compiled.getFileName(), Files.readAllBytes(compiled));
                }
            }
        }
    }

    private static void compile(Path source, Path folder) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter problems = new StringWriter();
        boolean compiled = compiler.getTask(
                        problems,
                        null,
                        null,
                        List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none"),
                        null,
                        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)
                                .getJavaFileObjects(source))
                .call();
        if (!compiled) {
            throw new IllegalArgumentException(problems.toString());
        }
    }

    private static void entry(JarOutputStream out, String name, byte[] content) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(content);
        out.closeEntry();
    }
}

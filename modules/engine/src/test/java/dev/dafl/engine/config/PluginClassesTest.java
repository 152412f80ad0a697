package dev.dafl.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.plugins.ExperimentParts;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.PluginReference;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The classes of a plugin that is taken out are let go of, whatever was done with its options. */
class PluginClassesTest {

    private static final int MOST_COLLECTIONS = 100;
    private static final String SOURCE = """
            package guest;

            public final class Term implements dev.dafl.spi.LossTerm<Term.Options> {
                public enum Way { SHORT, VERY_LONG }
                public record Options(Way way, boolean squared, double scale) {
                    public Options {
                        if (scale < 0) {
                            throw new IllegalArgumentException("scale must not be negative");
                        }
                    }
                }
                public String name() { return "guest"; }
                public String description() { return "of a test"; }
                public Options defaults() { return new Options(Way.SHORT, true, 1); }
                public dev.dafl.tensor.Tensor compute(dev.dafl.spi.GeneratedBatch batch, Options options) {
                    throw new UnsupportedOperationException();
                }
            }
            """;
    private static final String EXPERIMENT = """
            data: {dataset: stroke-digits, image-size: 32}
            teacher: {model: lenet5, epochs: 2}
            student: {model: lenet5-half}
            generator:
              model: dcgan
              losses: [{name: guest, weight: 1, way: very-long}]
            distillation: {schedule: {kind: joint, steps: 10}}
            """;

    @TempDir
    private Path folder;

    @Test
    void theyAreLetGoOf() throws Exception {
        compile();
        WeakReference<ClassLoader> loader = used();
        for (int i = 0; i < MOST_COLLECTIONS && loader.get() != null; i++) {
            System.gc();
        }
        assertNull(loader.get(), "something still holds the classes of the plugin");
    }

    /** In a method of its own, whose variables are gone afterwards. */
    private WeakReference<ClassLoader> used() throws Exception {
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            LossTerm<?> term = (LossTerm<?>)
                    loader.loadClass("guest.Term").getConstructor().newInstance();
            assertEquals(loader, term.getClass().getClassLoader());
            use(term);
            return new WeakReference<>(loader);
        }
    }

    /** As the commands do that run, check, list and draft experiments. */
    private static void use(LossTerm<?> term) {
        Extensions extensions = ClassPathExtensions.with(term);
        assertEquals(
                "Options[way=VERY_LONG, squared=true, scale=1.0]",
                ((ExperimentParts.ImageSource.Generated) ExperimentParts.of(experiment(EXPERIMENT), extensions)
                                .distillation()
                                .orElseThrow()
                                .images())
                        .terms()
                        .getFirst()
                        .options()
                        .toString());
        for (String wrong : List.of("way: long", "squared: 3", "scale: -1", "scales: 1")) {
            ExperimentFile file = experiment(EXPERIMENT.replace("way: very-long", wrong));
            assertThrows(ConfigException.class, () -> ExperimentParts.of(file, extensions));
        }
        Record defaults = term.defaults();
        assertTrue(ExperimentFile.toYaml(defaults).contains("way: short"));
        assertEquals(4, OptionChoices.of("guest", defaults).size());
        assertTrue(ConfigSchema.of(kind -> kind == LossTerm.class ? List.<Plugin<?>>of(term) : List.of())
                .contains("very-long"));
        assertEquals(
                "guest {way: very-long}",
                Component.of(new PluginReference("guest", Map.of("way", way(term))))
                        .toString());
    }

    private static Object way(LossTerm<?> term) {
        return term.defaults().getClass().getRecordComponents()[0].getType().getEnumConstants()[1];
    }

    private static ExperimentFile experiment(String yaml) {
        return ExperimentFile.parse("x.yaml", yaml, Map.of(), "x");
    }

    private void compile() {
        JavaFileObject source =
                new SimpleJavaFileObject(URI.create("string:///guest/Term.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return SOURCE;
                    }
                };
        assertTrue(ToolProvider.getSystemJavaCompiler()
                .getTask(
                        null,
                        null,
                        null,
                        List.of(
                                "-d",
                                folder.toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-proc:none",
                                "-Xlint:none"),
                        null,
                        List.of(source))
                .call());
    }
}

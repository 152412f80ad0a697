package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loss that README and docs show compiles against what its author has; only its imports are left out there. */
class DocsLossTest {

    private static final Pattern JAVA = Pattern.compile("^```java\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    private static final String IMPORTS = """
            package org.example.losses;
            import aQute.bnd.annotation.spi.ServiceProvider;
            import dev.dafl.spi.GeneratedBatch;
            import dev.dafl.spi.LossTerm;
            import dev.dafl.tensor.Tensor;
            """;

    @TempDir
    private Path work;

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/plugins.md"})
    void theLossCompiles(String page) throws Exception {
        Matcher shown = JAVA.matcher(Files.readString(Path.of("../..").resolve(page)));
        assertTrue(shown.find(), page + " shows no Java");
        new SourceBundle(
                        "org.example.losses",
                        "1.0.0",
                        Map.of("org.example.losses.Roughness", IMPORTS + shown.group(1)),
                        Map.of())
                .compile(work, SourceBundle.authorsClassPath());
    }
}

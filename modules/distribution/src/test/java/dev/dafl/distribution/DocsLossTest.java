package dev.dafl.distribution;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loss that README and docs show compiles against what its author has; only its imports are left out there. */
class DocsLossTest {

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
        String shown = FencedBlocks.of(Path.of("../..").resolve(page), "java").getFirst();
        new SourceBundle(
                        "org.example.losses",
                        "1.0.0",
                        Map.of("org.example.losses.Roughness", IMPORTS + shown),
                        Map.of())
                .compile(work, SourceBundle.authorsClassPath());
    }
}

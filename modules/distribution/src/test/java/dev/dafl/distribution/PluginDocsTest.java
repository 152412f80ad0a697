package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.cli.kit.PluginProject;
import dev.dafl.cli.kit.ProjectKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugins that README and docs show compile against what their authors have; only their imports are left out there. */
class PluginDocsTest {

    private static final Path ROOT = Path.of("../..");
    private static final String PACKAGE = "com.example";
    private static final Pattern NAME = Pattern.compile("public String name\\(\\) \\{\\s*return \"([a-z-]+)\";");

    @TempDir
    private Path work;

    /** What the page shows is what the command writes, so there is one of each to look after. */
    @Test
    void thePageShowsWhatIsWrittenForEachKindAndItCompiles() throws Exception {
        // The listener is one that OwnListenerTest builds and runs.
        List<String> shown = FencedBlocks.of(ROOT.resolve("docs/plugins.md"), "java").stream()
                .filter(block -> !block.contains("ListenerFactory"))
                .toList();
        Map<String, String> sources = new TreeMap<>();
        List<ProjectKind> kinds = new ArrayList<>();
        for (String block : shown) {
            ProjectKind kind = kind(block);
            PluginProject project = new PluginProject(name(block), kind, PACKAGE);
            String source = project.files().get("src/main/java/com/example/" + project.className() + ".java");
            assertEquals(source.substring(source.indexOf("/**")), block);
            kinds.add(kind);
            sources.put(PACKAGE + "." + project.className(), source);
        }
        assertEquals(List.of(ProjectKind.values()), kinds);
        new SourceBundle(PACKAGE, "1.0.0", sources, Map.of()).compile(work, SourceBundle.authorsClassPath());
    }

    /** Shorter than the one that is written, for whoever looks for the first time. */
    @Test
    void theLossOfTheReadmeCompiles() throws Exception {
        List<String> shown = FencedBlocks.of(ROOT.resolve("README.md"), "java");
        assertEquals(1, shown.size());
        String imports = """
                package com.example;
                import aQute.bnd.annotation.spi.ServiceProvider;
                import dev.dafl.spi.GeneratedBatch;
                import dev.dafl.spi.LossTerm;
                import dev.dafl.tensor.Tensor;
                """;
        new SourceBundle(PACKAGE, "1.0.0", Map.of("com.example.Roughness", imports + shown.getFirst()), Map.of())
                .compile(work, SourceBundle.authorsClassPath());
    }

    private static ProjectKind kind(String block) throws IOException {
        for (ProjectKind kind : ProjectKind.values()) {
            if (block.contains("@ServiceProvider(" + kind.type().getSimpleName() + ".class)")) {
                return kind;
            }
        }
        throw new IOException("a plugin of no known kind: " + block);
    }

    private static String name(String block) {
        var found = NAME.matcher(block);
        assertTrue(found.find(), block);
        return found.group(1);
    }
}

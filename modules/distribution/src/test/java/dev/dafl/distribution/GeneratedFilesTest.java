package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.distribution.Launcher.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files in the repository that the program writes are what it writes now. {@code -Ddafl.generate=true} writes them anew instead
 * of comparing.
 */
class GeneratedFilesTest {

    private static final Path ROOT = Path.of("../..");
    private static final Path SCHEMA = ROOT.resolve("configs/schema.json");
    private static final Path REFERENCE = ROOT.resolve("docs/configuration.md");
    private static final String BEGIN = "<!-- written by dafl config reference -->\n";
    private static final String END = "<!-- end -->\n";
    private static final String FIRST_LINE = "# yaml-language-server: $schema=";
    private static final String ANEW =
            " is not what the program writes; write it anew: mvn -B test -pl modules/distribution"
                    + " -Dtest=GeneratedFilesTest -Ddafl.generate=true";

    @TempDir
    private Path work;

    @Test
    void theSchemaIsThatOfThisProgram() throws Exception {
        compare(SCHEMA, written("config", "schema"));
    }

    @Test
    void theReferenceIsThatOfThisProgram() throws Exception {
        String now = Files.readString(REFERENCE);
        int begin = now.indexOf(BEGIN) + BEGIN.length();
        int end = now.indexOf(END, begin);
        assertTrue(begin >= BEGIN.length() && end > 0, REFERENCE + " has no part to be written");
        compare(REFERENCE, now.substring(0, begin) + "\n" + written("config", "reference") + "\n" + now.substring(end));
    }

    @Test
    void everyConfigurationNamesTheSchema() throws IOException {
        List<Path> configs;
        try (Stream<Path> files = Files.walk(ROOT.resolve("configs"))) {
            configs = files.filter(file -> file.toString().endsWith(".yaml")).toList();
        }
        assertFalse(configs.isEmpty());
        for (Path config : configs) {
            String first = Files.readAllLines(config).getFirst();
            assertTrue(first.startsWith(FIRST_LINE), config + " begins with " + first);
            Path named = config.resolveSibling(first.substring(FIRST_LINE.length()));
            assertTrue(Files.isSameFile(SCHEMA, named), config + " names " + named);
        }
    }

    @Test
    void aShellCompletesByTheScript() throws Exception {
        for (String shell : List.of("bash", "zsh")) {
            Files.writeString(work.resolve("completion"), written("completion", shell));
            // What bash does at a tab: the words so far, and which of them is asked for.
            assertEquals(
                    "resume report retry",
                    bash("source completion; COMP_WORDS=(dafl re); COMP_CWORD=1; _complete_dafl 2>/dev/null; echo ${COMPREPLY[@]}")
                            .strip());
        }
    }

    private String bash(String script) throws Exception {
        Process process = new ProcessBuilder("bash", "-c", script)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertTrue(process.waitFor(Launcher.PATIENCE_MINUTES, TimeUnit.MINUTES));
        assertEquals(0, process.exitValue(), out);
        return out;
    }

    private String written(String... command) throws Exception {
        // Without the plugins of whoever runs the tests.
        Outcome outcome = Launcher.in(work)
                .with("XDG_DATA_HOME", work.toString())
                .with("DAFL_PLUGINS", "")
                .run(command);
        assertEquals(0, outcome.code(), outcome.err());
        return outcome.out();
    }

    private static void compare(Path file, String written) throws IOException {
        if (Boolean.getBoolean("dafl.generate")) {
            Files.writeString(file, written);
        }
        String there = Files.exists(file) ? Files.readString(file) : "";
        assertTrue(there.equals(written), file + ANEW);
    }
}

package dev.dafl.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.runs.RunsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatestLinkTest {

    @TempDir
    private Path root;

    private Path begun(String name) throws IOException {
        try (RunFolder folder = RunFolder.below(root.resolve("runs"), name)) {
            folder.text(Artefact.CONFIG, "name: " + name + "\nteacher: {model: lenet5}\ndata: {dataset: mnist}\n");
            return folder.path();
        }
    }

    @Test
    void itLeadsToTheNewestRunAndIsNone() throws IOException {
        Path runs = root.resolve("runs");
        begun("first");
        Path second = begun("second");
        Path link = runs.resolve("latest");
        assertTrue(Files.isSameFile(second, link));
        assertFalse(Files.readSymbolicLink(link).isAbsolute(), "the folder may be moved");
        assertEquals(2, new RunsFolder(runs).list().size());
        try (Stream<Path> all = Files.list(runs)) {
            assertEquals(3, all.count(), "nothing is left of the making");
        }
    }

    @Test
    void somethingElseOfThatNameStays() throws IOException {
        Path runs = root.resolve("runs");
        Files.createDirectories(runs.resolve("latest/mine"));
        begun("first");
        assertTrue(Files.isDirectory(runs.resolve("latest/mine")));
        assertFalse(Files.isSymbolicLink(runs.resolve("latest")));
    }

    @Test
    void anExperimentMayBeNamedSo() throws IOException {
        Path runs = root.resolve("runs");
        Path first = begun("first");
        Path named = begun("latest");
        assertEquals(runs.resolve("latest"), named.getParent());
        assertFalse(Files.isSymbolicLink(runs.resolve("latest")));
        assertFalse(Files.exists(first.resolve(named.getFileName())), "the run is not in that of the link");
        assertEquals(2, new RunsFolder(runs).list().size());
    }
}

package dev.dafl.tensor.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

    @TempDir
    private Path folder;

    @Test
    void aFileIsReplacedAndNothingElseStays() throws IOException {
        Path file = folder.resolve("a.txt");
        Files.writeString(folder.resolve("a.txt.tmp"), "left by a process that was killed, and longer");
        WholeFile.write(file, "first");
        WholeFile.write(file, "é");
        assertEquals("é", Files.readString(file));
        WholeFile.write(file, folder.resolve("own.part"), out -> {
            out.write('a');
            out.write(new byte[] {'b', 'c'});
            assertEquals("é", Files.readString(file));
            assertEquals("abc", Files.readString(folder.resolve("own.part")));
        });
        assertEquals("abc", Files.readString(file));
        assertEquals(List.of(file), files());
    }

    @Test
    void whatFailsHalfWayLeavesTheOldFileAndIsThrownAsItIs() throws IOException {
        Path file = folder.resolve("a.txt");
        WholeFile.write(file, "old");
        for (Exception problem : List.of(new IOException("broke off"), new IllegalStateException("freed"))) {
            assertSame(
                    problem,
                    assertThrows(
                            Exception.class,
                            () -> WholeFile.write(file, out -> {
                                out.write('x');
                                switch (problem) {
                                    case IOException e -> throw e;
                                    case RuntimeException e -> throw e;
                                    default -> throw new AssertionError(problem);
                                }
                            })));
            assertEquals("old", Files.readString(file));
            assertEquals(List.of(file), files());
        }
    }

    @Test
    void aContentThatCannotBeWrittenIsToldWithFileAndReason() throws IOException {
        Path nowhere = folder.resolve("none/a.txt");
        IOException missing = assertThrows(IOException.class, () -> WholeFile.write(nowhere, "x"));
        assertEquals("cannot write " + nowhere + ": there is no " + nowhere + ".tmp", missing.getMessage());
        Path taken = Files.createDirectories(folder.resolve("taken/b")).getParent();
        IOException folderThere = assertThrows(IOException.class, () -> WholeFile.write(taken, "x"));
        assertEquals(
                "cannot write " + taken + ": ",
                folderThere.getMessage().substring(0, ("cannot write " + taken + ": ").length()));
        assertFalse(Files.exists(folder.resolve("taken.tmp")));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}

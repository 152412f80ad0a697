package dev.dafl.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The libtorch that an installation has in its folder. */
class InstalledLibtorchTest {

    @TempDir
    private Path home;

    private Path torch;

    @BeforeEach
    void install() throws IOException {
        torch = FakeLibrary.write(home.resolve("libtorch/libtorch_cpu.so"));
    }

    @Test
    void itIsTakenAsTheBuiltIn() {
        NativeLibraries libraries = NativeLibraries.locate(Optional.empty(), Optional.of(home));
        assertEquals(torch.getParent(), libraries.folder());
        assertTrue(libraries.builtIn());
        assertEquals(List.of(torch), libraries.inOrder());
    }

    @Test
    void whatTheUserNamesGoesFirst(@TempDir Path own) throws IOException {
        FakeLibrary.write(own.resolve("libtorch_cpu.so"));
        assertEquals(
                own, NativeLibraries.locate(Optional.of(own), Optional.of(home)).folder());
    }

    @Test
    void oneThatIsNotWholeIsToBeInstalledAgain() throws IOException {
        FakeLibrary.write(torch, "libmade-up-for-a-test.so.1");
        LibtorchException e = assertThrows(
                LibtorchException.class,
                () -> NativeLibraries.locate(Optional.empty(), Optional.of(home))
                        .loadAll());
        assertEquals(
                "libtorch in " + torch.getParent()
                        + " lacks libmade-up-for-a-test.so.1, which libtorch_cpu.so needs; install dafl again",
                e.getMessage());
    }
}

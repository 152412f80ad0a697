package dev.dafl.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On small folders that lie like those of a CUDA wheel. */
class LibrarySearchTest {

    private static final List<String> CUDNN_PARTS = Stream.of(
                    "graph", "ops", "cnn", "adv", "heuristic", "engines_precompiled", "engines_runtime_compiled")
            .map(part -> "libcudnn_" + part + ".so.9")
            .toList();

    @TempDir
    private Path site;

    private Path torch;
    private Path cuda13;
    private Path cudnn;

    @BeforeEach
    void aCudaWheel() throws IOException {
        torch = site.resolve("torch/lib");
        cuda13 = site.resolve("nvidia/cu13/lib");
        cudnn = site.resolve("nvidia/cudnn/lib");
        FakeLibrary.write(torch.resolve("libtorch_cpu.so"), "libc10.so", "libcudart.so.13", "libc.so.6");
        FakeLibrary.write(torch.resolve("libc10.so"), "libc.so.6");
        FakeLibrary.write(torch.resolve("libc10_cuda.so"), "libc10.so", "libcudart.so.13");
        FakeLibrary.write(
                torch.resolve("libtorch_cuda.so"),
                "libc10_cuda.so",
                "libtorch_cpu.so",
                "libcublas.so.13",
                "libcublasLt.so.13",
                "libcudnn.so.9",
                "libnvrtc.so.13");
        FakeLibrary.write(torch.resolve("libtorch_cuda_linalg.so"), "libtorch_cuda.so", "libcusolver.so.12");
        FakeLibrary.write(torch.resolve("libtorch_python.so"), "libpython3.so");
        FakeLibrary.write(cuda13.resolve("libcudart.so.13"), "libc.so.6");
        FakeLibrary.write(cuda13.resolve("libcublas.so.13"), "libcublasLt.so.13");
        FakeLibrary.write(cuda13.resolve("libcublasLt.so.13"));
        FakeLibrary.write(cuda13.resolve("libcusolver.so.12"), "libcublas.so.13");
        FakeLibrary.write(cuda13.resolve("libnvrtc.so.13"));
        FakeLibrary.write(cuda13.resolve("libnvrtc-builtins.so.13.0"));
        FakeLibrary.write(cuda13.resolve("libnvrtc-builtins.alt.so.13.0"));
        FakeLibrary.write(cudnn.resolve("libcudnn.so.9"));
        for (String part : CUDNN_PARTS) {
            FakeLibrary.write(cudnn.resolve(part));
        }
    }

    @Test
    void dependenciesComeBeforeDependants() {
        LibrarySearch search = search(torch);
        assertEquals(
                List.of(
                        torch.resolve("libc10.so"),
                        cuda13.resolve("libcudart.so.13"),
                        torch.resolve("libtorch_cpu.so"),
                        torch.resolve("libc10_cuda.so"),
                        cuda13.resolve("libcublasLt.so.13"),
                        cuda13.resolve("libcublas.so.13"),
                        cudnn.resolve("libcudnn.so.9"),
                        cuda13.resolve("libnvrtc.so.13"),
                        torch.resolve("libtorch_cuda.so"),
                        cuda13.resolve("libnvrtc-builtins.so.13.0")),
                search.inOrder());
        assertEquals(List.of(), search.missing());
    }

    @Test
    void aPackageForEachLibraryDoesAsWell() throws IOException {
        // As the wheels for CUDA 12 had it.
        List<Path> moved = new ArrayList<>();
        for (String name : List.of("libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13", "libnvrtc.so.13")) {
            Path own = site.resolve("nvidia/" + name.substring(3, name.indexOf('.')) + "/lib");
            Files.createDirectories(own);
            moved.add(Files.move(cuda13.resolve(name), own.resolve(name)));
        }
        LibrarySearch search = search(torch);
        assertTrue(search.inOrder().containsAll(moved), search.inOrder().toString());
        assertEquals(List.of(), search.missing());
    }

    @Test
    void aMissingLibraryIsNamedWithTheOneThatNeedsIt() throws IOException {
        Files.delete(cuda13.resolve("libcublasLt.so.13"));
        Files.delete(cudnn.resolve("libcudnn.so.9"));
        assertEquals(
                List.of(
                        "libcublasLt.so.13, which libcublas.so.13 needs",
                        "libcudnn.so.9, which libtorch_cuda.so needs"),
                missing(torch));
    }

    @Test
    void withoutALibraryNothingIsLoaded() throws IOException {
        FakeLibrary.write(cudnn.resolve("libcudnn.so.9"), "libmade-up-for-a-test.so.1");
        String message = assertThrows(
                        LibtorchException.class,
                        () -> NativeLibraries.locate(Optional.of(torch), Optional.empty())
                                .loadAll())
                .getMessage();
        assertTrue(
                message.startsWith("libtorch in " + torch + " lacks libmade-up-for-a-test.so.1, which libcudnn.so.9"
                        + " needs; such libraries are looked for there, in nvidia/*/lib"),
                message);
    }

    @Test
    void whatIsOpenedLaterIsMissedButNotLoaded() throws IOException {
        Files.delete(cudnn.resolve("libcudnn_ops.so.9"));
        Files.delete(cuda13.resolve("libcusolver.so.12"));
        assertEquals(
                List.of(
                        "libcusolver.so.12, which libtorch_cuda_linalg.so needs when it is first used",
                        "libcudnn_ops.so.9, which libcudnn.so.9 needs when it is first used"),
                missing(torch));
        assertFalse(search(torch).inOrder().contains(torch.resolve("libtorch_cuda_linalg.so")));
    }

    @Test
    void whatTheSystemHasIsNotMissing() throws IOException {
        Files.delete(cuda13.resolve("libcudart.so.13"));
        assertEquals(List.of("libcudart.so.13, which libtorch_cpu.so needs"), missing(torch));
        LibrarySearch search = new LibrarySearch(torch, name -> isLibc(name) || name.equals("libcudart.so.13"));
        assertEquals(List.of(), search.missing());
    }

    @Test
    void aLinkToTheFolderFindsWhatLiesBesideTheRealOne() throws IOException {
        Path link = Files.createSymbolicLink(
                Files.createDirectories(site.resolve("elsewhere/a/b")).resolve("libtorch"), torch);
        assertEquals(List.of(), missing(link));
    }

    @Test
    void aLibrarysOwnSearchPathIsFollowed() throws IOException {
        Path elsewhere = site.resolve("store/cudart");
        Files.createDirectories(elsewhere);
        Files.move(cuda13.resolve("libcudart.so.13"), elsewhere.resolve("libcudart.so.13"));
        FakeLibrary.write(
                torch.resolve("libtorch_cpu.so"),
                "$ORIGIN/../../store/cudart",
                List.of("libc10.so", "libcudart.so.13", "libc.so.6"));
        assertEquals(List.of(), missing(torch));
        assertTrue(search(torch).inOrder().contains(elsewhere.resolve("libcudart.so.13")));
    }

    @Test
    void aLibtorchForTheCpuNeedsNothingOfCuda() throws IOException {
        Path cpu = site.resolve("cpu");
        FakeLibrary.write(cpu.resolve("libtorch_cpu.so"), "libc10.so", "libtorch_cpu.so");
        FakeLibrary.write(cpu.resolve("libc10.so"), "libtorch_cpu.so");
        LibrarySearch search = search(cpu);
        assertEquals(List.of(cpu.resolve("libc10.so"), cpu.resolve("libtorch_cpu.so")), search.inOrder());
        assertEquals(List.of(), search.missing());
    }

    private static LibrarySearch search(Path folder) {
        return new LibrarySearch(folder, LibrarySearchTest::isLibc);
    }

    private static List<String> missing(Path folder) {
        return search(folder).missing().stream().map(Object::toString).toList();
    }

    private static boolean isLibc(String name) {
        return name.equals("libc.so.6");
    }
}

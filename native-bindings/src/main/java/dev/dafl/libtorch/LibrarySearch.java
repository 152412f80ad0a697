package dev.dafl.libtorch;

import dev.dafl.libtorch.NativeLibraries.MissingLibrary;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds what a libtorch needs, as the dynamic linker would, and besides in the packages beside it: a CUDA wheel keeps CUDA's
 * own libraries in {@code site-packages/nvidia/cudnn/lib}, {@code nvidia/cu13/lib} and so on, next to
 * {@code site-packages/torch/lib}.
 */
final class LibrarySearch {

    static final String TORCH_CPU = "libtorch_cpu.so";
    static final String TORCH_CUDA = "libtorch_cuda.so";

    /** What libtorch_cuda opens by itself, next to it. */
    private static final String CUDA_LINEAR_ALGEBRA = "libtorch_cuda_linalg.so";

    /** What cuDNN 9 opens by itself; each name ends as its own does. */
    private static final List<String> CUDNN_PARTS = List.of(
            "libcudnn_graph",
            "libcudnn_ops",
            "libcudnn_cnn",
            "libcudnn_adv",
            "libcudnn_heuristic",
            "libcudnn_engines_precompiled",
            "libcudnn_engines_runtime_compiled");

    private final Predicate<String> onSystem;
    private final Set<Path> folders = new LinkedHashSet<>();
    private final Set<String> seen = new HashSet<>();
    private final List<Path> inOrder = new ArrayList<>();
    private final List<MissingLibrary> missing = new ArrayList<>();

    /**
     * @param torch the folder with libtorch_cpu.so
     * @param onSystem whether the dynamic linker finds a library of that name by itself
     */
    LibrarySearch(Path torch, Predicate<String> onSystem) {
        this.onSystem = onSystem;
        Path real = realFolder(torch);
        List<Path> packages = nvidiaPackages(torch);
        folders.add(torch);
        folders.addAll(packages.isEmpty() ? nvidiaPackages(real) : packages);
        folders.add(real);
        visit(torch.resolve(TORCH_CPU), inOrder, true);
        if (Files.isRegularFile(torch.resolve(TORCH_CUDA))) {
            visit(torch.resolve(TORCH_CUDA), inOrder, true);
            loadCompilerParts();
            lookForWhatIsOpenedLater(torch);
        }
    }

    /** Whether a library is libtorch itself; all others are there because it needs them. */
    static boolean isWanted(Path library) {
        return library.endsWith(TORCH_CPU) || library.endsWith(TORCH_CUDA);
    }

    List<Path> inOrder() {
        return inOrder;
    }

    List<MissingLibrary> missing() {
        return missing;
    }

    private void visit(Path file, List<Path> found, boolean atOnce) {
        if (!seen.add(file.getFileName().toString())) {
            return;
        }
        SharedObject library = SharedObject.read(file);
        folders.addAll(library.searched());
        for (String name : library.needed()) {
            if (!seen.contains(name)) {
                require(name, library, found, atOnce);
            }
        }
        found.add(file);
    }

    private void require(String name, SharedObject by, List<Path> found, boolean atOnce) {
        Optional<Path> file = find(name);
        if (file.isPresent()) {
            visit(file.get(), found, atOnce);
        } else if (seen.add(name) && !onSystem.test(name)) {
            missing.add(new MissingLibrary(name, by.file().getFileName().toString(), atOnce));
        }
    }

    private Optional<Path> find(String name) {
        return folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /**
     * NVRTC, with which cuDNN compiles, opens a second library by its name alone. The linker would find it by the search path
     * of whoever loaded NVRTC; that is Java here, which has none.
     */
    private void loadCompilerParts() {
        for (Path compiler : loaded("libnvrtc.so")) {
            try (DirectoryStream<Path> parts =
                    Files.newDirectoryStream(compiler.getParent(), "libnvrtc-builtins.so*")) {
                parts.forEach(part -> visit(part, inOrder, true));
            } catch (IOException e) {
                throw new LibtorchException("cannot read " + compiler.getParent() + ": " + e.getMessage(), e);
            }
        }
    }

    /** These are only looked for: their openers know where they lie, and most programs need few of them. */
    private void lookForWhatIsOpenedLater(Path torch) {
        List<Path> later = new ArrayList<>();
        if (Files.isRegularFile(torch.resolve(CUDA_LINEAR_ALGEBRA))) {
            visit(torch.resolve(CUDA_LINEAR_ALGEBRA), later, false);
        }
        for (Path cudnn : loaded("libcudnn.so")) {
            String suffix = cudnn.getFileName().toString().substring("libcudnn".length());
            SharedObject opener = SharedObject.read(cudnn);
            CUDNN_PARTS.forEach(part -> require(part + suffix, opener, later, false));
        }
    }

    private List<Path> loaded(String prefix) {
        return inOrder.stream()
                .filter(file -> file.getFileName().toString().startsWith(prefix))
                .toList();
    }

    /** Where libtorch_cpu.so lies when the name leads there through links, as in conda's environments. */
    private static Path realFolder(Path torch) {
        try {
            Path library = torch.resolve(TORCH_CPU).toRealPath();
            return Objects.requireNonNull(library.getParent(), "a real path to a file has a folder");
        } catch (IOException e) {
            throw new LibtorchException("cannot read " + torch.resolve(TORCH_CPU) + ": " + e.getMessage(), e);
        }
    }

    private static List<Path> nvidiaPackages(Path torch) {
        Path nvidia = torch.resolve("../../nvidia").normalize();
        if (!Files.isDirectory(nvidia)) {
            return List.of();
        }
        try (Stream<Path> packages = Files.list(nvidia)) {
            return packages.map(one -> one.resolve("lib"))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new LibtorchException("cannot read " + nvidia + ": " + e.getMessage(), e);
        }
    }
}

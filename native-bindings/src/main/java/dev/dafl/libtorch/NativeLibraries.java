package dev.dafl.libtorch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The shared libraries of one libtorch, in the order in which they have to be loaded. */
record NativeLibraries(Path folder, String flavour, List<Path> inOrder) {

    /**
     * Dependencies before dependants: the dynamic linker finds what is needed by soname among what is loaded, so no
     * search path has to be set. A name ends where the version suffix begins.
     */
    private static final List<String> LOAD_ORDER = List.of(
            "libgomp",
            "libgcc_s",
            "libquadmath",
            "libgfortran",
            "libopenblas",
            "libcudart",
            "libnvJitLink",
            "libcublasLt",
            "libcublas",
            "libcufft",
            "libcurand",
            "libcusparse",
            "libcusolver",
            "libcusolverMg",
            "libnvrtc-builtins",
            "libnvrtc",
            "libcupti",
            "libnvToolsExt",
            "libcudnn",
            "libcudnn_graph",
            "libcudnn_ops",
            "libcudnn_engines_runtime_compiled",
            "libcudnn_engines_precompiled",
            "libcudnn_heuristic",
            "libcudnn_cnn",
            "libcudnn_adv",
            "libcusparseLt",
            "libnccl",
            "libcufile",
            "libnvshmem_host",
            "libc10",
            "libtorch_cpu",
            "libc10_cuda",
            "libtorch_cuda");

    static NativeLibraries locate(Optional<Path> userFolder) {
        if (userFolder.isPresent()) {
            return inUserFolder(userFolder.get());
        }
        requireSupportedPlatform();
        PackagedLibtorch packaged = PackagedLibtorch.ofThisBuild();
        return of(packaged.unpack(CacheFolder.ofUser()), packaged.flavour());
    }

    void loadAll() {
        ProcessSettings.apply();
        for (Path library : inOrder) {
            try {
                System.load(library.toString());
            } catch (UnsatisfiedLinkError e) {
                throw new LibtorchException(
                        "cannot load " + library + ": " + e.getMessage()
                                + ". Name a complete libtorch folder with --libtorch or DAFL_LIBTORCH,"
                                + " or delete the folder to have it unpacked again.",
                        e);
            }
        }
    }

    private static NativeLibraries inUserFolder(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        if (!Files.isRegularFile(absolute.resolve("libtorch_cpu.so"))) {
            throw new LibtorchException("no libtorch_cpu.so in " + absolute
                    + "; --libtorch and DAFL_LIBTORCH take the folder that holds it,"
                    + " such as site-packages/torch/lib of a Python installation");
        }
        return of(absolute, "folder");
    }

    private static NativeLibraries of(Path folder, String flavour) {
        List<Path> candidates = new ArrayList<>(filesOf(folder));
        nvidiaWheelFolders(folder).forEach(f -> candidates.addAll(filesOf(f)));
        List<Path> ordered = new ArrayList<>();
        for (String name : LOAD_ORDER) {
            candidates.stream()
                    .filter(file -> isLibrary(file, name))
                    .findFirst()
                    .ifPresent(ordered::add);
        }
        return new NativeLibraries(folder, flavour, List.copyOf(ordered));
    }

    /** A CUDA wheel keeps CUDA's own libraries in sibling packages: site-packages/nvidia/x/lib beside torch/lib. */
    private static List<Path> nvidiaWheelFolders(Path torchLib) {
        Path nvidia = torchLib.resolve("../../nvidia").normalize();
        if (!Files.isRegularFile(torchLib.resolve("libtorch_cuda.so")) || !Files.isDirectory(nvidia)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.walk(nvidia, 3)) {
            return folders.filter(f -> f.endsWith("lib") && Files.isDirectory(f))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new LibtorchException("cannot read " + nvidia + ": " + e.getMessage(), e);
        }
    }

    private static List<Path> filesOf(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new LibtorchException("cannot read " + folder + ": " + e.getMessage(), e);
        }
    }

    private static boolean isLibrary(Path file, String name) {
        return file.getFileName().toString().matches(Pattern.quote(name) + "(-[0-9a-f]+)?\\.so(\\.[0-9.]+)?");
    }

    private static void requireSupportedPlatform() {
        String os = System.getProperty("os.name");
        String arch = System.getProperty("os.arch");
        if (!os.toLowerCase(Locale.ROOT).startsWith("linux") || !arch.equals("amd64")) {
            throw new LibtorchException("this build carries libtorch for Linux x86-64, not for " + os + " " + arch
                    + "; name a folder with libtorch 2.10 or newer for this platform with --libtorch or DAFL_LIBTORCH");
        }
    }
}

package dev.dafl.libtorch;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The shared libraries of one libtorch.
 *
 * @param folder where libtorch itself lies
 * @param builtIn whether it is the one that travels with the build and not a folder that the user named
 * @param inOrder what has to be loaded, dependencies before dependants: the dynamic linker finds what a library needs by
 *     its soname among what is loaded, so no search path has to be set
 * @param missing what is neither in these folders nor on the system
 */
public record NativeLibraries(Path folder, boolean builtIn, List<Path> inOrder, List<MissingLibrary> missing) {

    /**
     * A library that was not found.
     *
     * @param name its file's name, such as {@code libcudnn.so.9}
     * @param neededBy the library that asks for it
     * @param atOnce whether libtorch cannot be loaded without it; else what needs it fails when it is used
     */
    public record MissingLibrary(String name, String neededBy, boolean atOnce) {

        @Override
        public String toString() {
            return name + ", which " + neededBy + (atOnce ? " needs" : " needs when it is first used");
        }
    }

    /** The folder of an installation that holds its libtorch. */
    private static final String INSTALLED = "libtorch";

    public NativeLibraries {
        inOrder = List.copyOf(inOrder);
        missing = List.copyOf(missing);
    }

    /** Whether this libtorch was built with CUDA; it may lack libraries, and the machine a driver. */
    public boolean withCuda() {
        return Files.isRegularFile(folder.resolve(LibrarySearch.TORCH_CUDA));
    }

    /**
     * @param userFolder what the user named
     * @param home where dafl is installed; a release has its libtorch there, a build has only the jars
     */
    static NativeLibraries locate(Optional<Path> userFolder, Optional<Path> home) {
        if (userFolder.isPresent()) {
            return inUserFolder(userFolder.get());
        }
        requireSupportedPlatform();
        Path folder = home.map(installation -> installation.resolve(INSTALLED))
                .filter(installed -> Files.isRegularFile(installed.resolve(LibrarySearch.TORCH_CPU)))
                .orElseGet(() -> PackagedLibtorch.ofThisBuild().unpack(CacheFolder.ofUser()));
        return find(folder, true);
    }

    void loadAll() {
        requireAll();
        ProcessSettings.apply();
        List<UnsatisfiedLinkError> putOff = new ArrayList<>();
        for (Path library : inOrder) {
            try {
                System.load(library.toString());
            } catch (UnsatisfiedLinkError e) {
                if (LibrarySearch.isWanted(library)) {
                    throw cannotLoad(library, e, putOff);
                }
                // libtorch_nvshmem uses symbols of libraries that it does not name: alone it cannot be loaded, only by
                // libtorch_cuda, which needs those too.
                putOff.add(e);
            }
        }
    }

    private LibtorchException cannotLoad(Path library, UnsatisfiedLinkError error, List<UnsatisfiedLinkError> before) {
        LibtorchException e = new LibtorchException(
                "cannot load " + library + ": " + error.getMessage() + "; "
                        + (builtIn
                                ? remedyOfBuiltIn()
                                : "name a complete libtorch folder with --libtorch or DAFL_LIBTORCH"),
                error);
        before.forEach(e::addSuppressed);
        return e;
    }

    private void requireAll() {
        String lacking = missing.stream()
                .filter(MissingLibrary::atOnce)
                .map(MissingLibrary::toString)
                .collect(Collectors.joining("; "));
        if (!lacking.isEmpty()) {
            throw new LibtorchException(
                    "libtorch in " + folder + " lacks " + lacking + "; "
                            + (builtIn
                                    ? remedyOfBuiltIn()
                                    : "such libraries are looked for there, in nvidia/*/lib beside the folder torch, and on the system:"
                                            + " install the packages that hold them, such as nvidia-cudnn-cu13 for libcudnn.so.9"));
        }
    }

    private String remedyOfBuiltIn() {
        return folder.endsWith(INSTALLED) ? "install dafl again" : "delete the folder to have it unpacked again";
    }

    private static NativeLibraries inUserFolder(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        if (!Files.isRegularFile(absolute.resolve(LibrarySearch.TORCH_CPU))) {
            throw new LibtorchException("no libtorch_cpu.so in " + absolute
                    + "; --libtorch and DAFL_LIBTORCH take the folder that holds it,"
                    + " such as site-packages/torch/lib of a Python installation");
        }
        return find(absolute, false);
    }

    private static NativeLibraries find(Path folder, boolean builtIn) {
        LibrarySearch search = new LibrarySearch(folder, NativeLibraries::isOnSystem);
        return new NativeLibraries(folder, builtIn, search.inOrder(), search.missing());
    }

    private static boolean isOnSystem(String name) {
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup _ = SymbolLookup.libraryLookup(name, arena);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
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

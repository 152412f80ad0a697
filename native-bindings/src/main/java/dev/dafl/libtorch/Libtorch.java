package dev.dafl.libtorch;

import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The libtorch of this process: found and loaded at the first use, once, and never unloaded.
 *
 * <p>Which one is used: the folder given to {@link #useFolder}, else the folder named by the environment variable
 * {@code DAFL_LIBTORCH}, else the one that travels with dafl: {@code libtorch} in the folder that the system property
 * {@code dafl.home} names, else the jars on the class path, which are unpacked into the user's cache.
 */
public final class Libtorch {

    private static volatile @Nullable Path chosenFolder;
    private static volatile boolean loaded;

    private Libtorch() {}

    /**
     * Names the folder to load libtorch from, such as the {@code torch/lib} of a Python wheel.
     *
     * @throws IllegalStateException when libtorch is loaded already
     */
    public static void useFolder(Path folder) {
        if (loaded) {
            throw new IllegalStateException("libtorch is already loaded from " + info().folder()
                    + "; name another folder before the first tensor is made");
        }
        chosenFolder = folder;
    }

    /**
     * Loads libtorch if that has not been done yet.
     *
     * @throws LibtorchException when there is none for this platform or it cannot be loaded; the message says what to do
     */
    public static void load() {
        Holder.ensure();
    }

    /** What was loaded and from where; loads it if need be. */
    public static LibtorchInfo info() {
        return Holder.ensure();
    }

    /**
     * Finds the libraries of the libtorch of this process and loads none of them: for those who want to know what is where.
     *
     * @throws LibtorchException when there is no libtorch for this platform or in the folder that was named
     */
    public static NativeLibraries libraries() {
        return NativeLibraries.locate(chosenFolder(), home());
    }

    /**
     * The C++ entry points that dafl calls and the loaded libtorch does not export, each with what it is for; empty if all is
     * well. No version promises them, unlike the C functions. Loads libtorch if need be.
     */
    public static List<String> missingEntryPoints() {
        Holder.ensure();
        return CppSymbols.missing(SymbolLookup.loaderLookup());
    }

    /**
     * For a program whose threads may be in the middle of libtorch when it ends, as by a signal: it then ends without the
     * destructors of native libraries, by which such threads would crash and leave a crash report. What other native libraries do
     * at the end of a process is left out too, which is why a program has to ask for it.
     */
    public static void endWithoutDestructors() {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("dafl-process-end").unstarted(Libtorch::skipDestructors));
    }

    /**
     * Ends this process at once, whatever its threads compute: without the JVM's shutdown hooks and the destructors of native
     * libraries.
     *
     * @param code the process' exit code
     */
    public static void halt(int code) {
        try {
            skipDestructors();
        } finally {
            Runtime.getRuntime().halt(code);
        }
    }

    private static void skipDestructors() {
        if (loaded) {
            ProcessEnd.skipDestructors();
        }
    }

    /** The version to name when an operator is called: operators keep that version's schema. */
    static long callAbi() {
        return Holder.callAbi;
    }

    static Optional<Path> chosenFolder() {
        Path chosen = chosenFolder;
        if (chosen != null) {
            return Optional.of(chosen);
        }
        String environment = System.getenv("DAFL_LIBTORCH");
        return environment == null || environment.isBlank() ? Optional.empty() : Optional.of(Path.of(environment));
    }

    private static Optional<Path> home() {
        return Optional.ofNullable(System.getProperty("dafl.home")).map(Path::of);
    }

    /** Loads on first use; a failed load is kept and thrown again, so that each caller sees the reason. */
    private static final class Holder {
        private static @Nullable LibtorchInfo info;
        private static long callAbi;
        private static @Nullable LibtorchException failure;

        static {
            try {
                NativeLibraries libraries = NativeLibraries.locate(chosenFolder(), home());
                libraries.loadAll();
                AbiVersion version = new AbiVersion(libtorch_c_h.aoti_torch_abi_version());
                if (!version.isSupported()) {
                    throw new LibtorchException("libtorch " + version + " in " + libraries.folder()
                            + " is too old; dafl needs " + AbiVersion.OLDEST_SUPPORTED.minor() + " or newer");
                }
                if (version.isNewerThanTried()) {
                    LoggerFactory.getLogger(Libtorch.class)
                            .warn(
                                    "libtorch {} in {} is newer than {}, the newest that dafl was tried with; see what"
                                            + " 'dafl doctor' says",
                                    version,
                                    libraries.folder(),
                                    AbiVersion.NEWEST_TRIED.minor());
                }
                callAbi = version.forCalls().word();
                info = new LibtorchInfo(version.toString(), libraries.folder());
                loaded = true;
            } catch (LibtorchException e) {
                failure = e;
            } catch (IllegalCallerException e) {
                failure = new LibtorchException(
                        "Java may not call native code: start it with --enable-native-access=ALL-UNNAMED", e);
            }
        }

        static LibtorchInfo ensure() {
            if (failure != null) {
                throw failure;
            }
            return Objects.requireNonNull(info);
        }
    }
}

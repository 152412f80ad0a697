package dev.dafl.libtorch;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The libtorch of this process: found and loaded at the first use, once, and never unloaded.
 *
 * <p>Which one is used: the folder given to {@link #useFolder}, else the folder named by the environment variable
 * {@code DAFL_LIBTORCH}, else the one that travels with this build, which is unpacked into the user's cache.
 */
public final class Libtorch {

    /** The newest libtorch whose operator schemas these bindings were written against. */
    private static final long NEWEST_KNOWN_ABI = abi(2, 13);

    private static final long OLDEST_SUPPORTED_ABI = abi(2, 10);

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

    private static long abi(int major, int minor) {
        return ((long) major << 56) | ((long) minor << 48);
    }

    /** Loads on first use; a failed load is kept and thrown again, so that each caller sees the reason. */
    private static final class Holder {
        private static @Nullable LibtorchInfo info;
        private static long callAbi;
        private static @Nullable LibtorchException failure;

        static {
            try {
                NativeLibraries libraries = NativeLibraries.locate(chosenFolder());
                libraries.loadAll();
                long abi = libtorch_c_h.aoti_torch_abi_version();
                if (Long.compareUnsigned(abi, OLDEST_SUPPORTED_ABI) < 0) {
                    throw new LibtorchException("libtorch " + version(abi) + " in " + libraries.folder()
                            + " is too old; dafl needs 2.10 or newer");
                }
                callAbi = Math.min(abi, NEWEST_KNOWN_ABI);
                info = new LibtorchInfo(version(abi), libraries.folder(), libraries.flavour());
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

        private static String version(long abi) {
            return (abi >>> 56) + "." + (abi >>> 48 & 0xff) + "." + (abi >>> 40 & 0xff);
        }
    }
}

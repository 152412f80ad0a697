package dev.dafl.mpi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.dafl.mpi.Flavour.Constant;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The processes that were started together. Every process calls the same methods in the same order, each of which waits for the
 * others. Memory is native and outlives the call. MPI itself ends all processes when a call fails.
 */
public final class Mpi implements AutoCloseable {

    /** {@code MPI_THREAD_FUNNELED} of both families: only the thread that began calls it. */
    private static final int FUNNELED = 1;

    private static final int VERSION_BYTES = 8192;

    /** Counts are ints; larger buffers go in parts. */
    private static final long MOST_AT_ONCE = 1L << 28;

    private final Flavour flavour;
    private final String version;
    private final long world;
    private final int rank;
    private final int size;

    private Mpi(Flavour flavour) {
        this.flavour = flavour;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(JAVA_INT);
            check("MPI_Initialized", mpi_c_h.MPI_Initialized(number));
            if (number.get(JAVA_INT, 0) != 0) {
                throw new MpiException("MPI was started in this process before, and cannot be started twice");
            }
            check("MPI_Init_thread", mpi_c_h.MPI_Init_thread(MemorySegment.NULL, MemorySegment.NULL, FUNNELED, number));
            this.world = flavour.handle(Constant.COMM_WORLD, mpi_c_h.SYMBOL_LOOKUP);
            check("MPI_Comm_rank", mpi_c_h.MPI_Comm_rank(world, number));
            this.rank = number.get(JAVA_INT, 0);
            check("MPI_Comm_size", mpi_c_h.MPI_Comm_size(world, number));
            this.size = number.get(JAVA_INT, 0);
            MemorySegment text = arena.allocate(VERSION_BYTES);
            check("MPI_Get_library_version", mpi_c_h.MPI_Get_library_version(text, number));
            this.version = text.getString(0)
                    .lines()
                    .findFirst()
                    .orElse(flavour.toString())
                    .replaceFirst("\\s+Version:\\s*", " v");
        }
    }

    /** The family of the MPI that has started this process, by the environment; empty where none has. */
    public static Optional<String> launched(Map<String, String> environment) {
        return Flavour.of(environment).map(Flavour::toString);
    }

    /**
     * Joins the processes that were started with this one ({@code MPI_Init_thread}); once in a process.
     *
     * @param environment of the process
     * @throws MpiException when no MPI has started it, its library is not found, or it is not the one that did
     */
    public static Mpi start(Map<String, String> environment) {
        Flavour flavour = Flavour.of(environment)
                .orElseThrow(
                        () -> new MpiException("no MPI has started this process; start it with mpirun -n RANKS, or with"
                                + " srun --mpi=pmi2 or --mpi=pmix"));
        Mpi mpi;
        try (SignalHandlers _ = SignalHandlers.keep()) {
            load(flavour, environment);
            mpi = new Mpi(flavour);
        }
        String said = environment.getOrDefault("OMPI_COMM_WORLD_SIZE", environment.getOrDefault("PMI_SIZE", ""));
        if (!said.isEmpty() && !said.equals(String.valueOf(mpi.size))) {
            mpi.close();
            throw new MpiException("this process is one of " + said + ", and " + mpi.version + " sees " + mpi.size
                    + ": it is not the MPI that started it; name the folder of the right one in LD_LIBRARY_PATH");
        }
        return mpi;
    }

    /** The libraries of MPI that a process of this environment would find, each with its family, such as {@code Open MPI}. */
    public static Map<Path, String> libraries(Map<String, String> environment) {
        Map<Path, String> libraries = new LinkedHashMap<>();
        for (Flavour flavour : Flavour.values()) {
            found(flavour, environment).stream().findFirst().ifPresent(file -> libraries.put(file, flavour.toString()));
        }
        return libraries;
    }

    /** By its name, as the dynamic linker finds it: there may be several, and the user's environment says which. */
    private static List<Path> found(Flavour flavour, Map<String, String> environment) {
        Stream<Path> folders = Stream.concat(
                Stream.of(environment.getOrDefault("LD_LIBRARY_PATH", "").split(":"))
                        .filter(folder -> !folder.isBlank())
                        .map(Path::of),
                Stream.concat(
                        Stream.ofNullable(environment.get("OPAL_PREFIX")).map(prefix -> Path.of(prefix, "lib")),
                        Stream.of(
                                        "/usr/lib/x86_64-linux-gnu",
                                        "/usr/lib/aarch64-linux-gnu",
                                        "/usr/lib64",
                                        "/usr/lib64/openmpi/lib",
                                        "/usr/lib64/mpich/lib",
                                        "/usr/local/lib")
                                .map(Path::of)));
        return folders.flatMap(folder -> flavour.libraries().stream().map(folder::resolve))
                .filter(Files::isRegularFile)
                .toList();
    }

    private static void load(Flavour flavour, Map<String, String> environment) {
        List<Path> found = found(flavour, environment);
        if (found.isEmpty()) {
            throw new MpiException(flavour + " has started this process, and its library ("
                    + String.join(" or ", flavour.libraries())
                    + ") is not found; name its folder in LD_LIBRARY_PATH");
        }
        try {
            System.load(found.getFirst().toRealPath().toString());
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new MpiException("cannot load " + found.getFirst() + ": " + e.getMessage(), e);
        }
    }

    /** From 0. */
    public int rank() {
        return rank;
    }

    /** How many processes there are. */
    public int size() {
        return size;
    }

    /** What the library says of itself, such as {@code Open MPI v4.1.4, ...}. */
    public String version() {
        return version;
    }

    /**
     * Adds up what all processes have, element by element, in place ({@code MPI_Allreduce}). All get the same bits.
     *
     * @param floats of float32; its size is that of all others
     */
    public void sumFloats(MemorySegment floats) {
        sum(floats, Constant.FLOAT, Float.BYTES);
    }

    /** As {@link #sumFloats}, of float64. */
    public void sumDoubles(MemorySegment doubles) {
        sum(doubles, Constant.DOUBLE, Double.BYTES);
    }

    private void sum(MemorySegment numbers, Constant type, long width) {
        long datatype = handle(type);
        long sum = handle(Constant.SUM);
        long count = numbers.byteSize() / width;
        for (long done = 0; done < count; done += MOST_AT_ONCE) {
            int part = (int) Math.min(MOST_AT_ONCE, count - done);
            check(
                    "MPI_Allreduce",
                    mpi_c_h.MPI_Allreduce(
                            flavour.inPlace(), numbers.asSlice(done * width), part, datatype, sum, world));
        }
    }

    /**
     * What all processes have, one after the other by rank ({@code MPI_Allgather}).
     *
     * @param own at most 1 GiB, of the same size everywhere
     * @param all of that size times that of the world
     */
    public void gather(MemorySegment own, MemorySegment all) {
        if (own.byteSize() > 1L << 30 || all.byteSize() != own.byteSize() * size) {
            throw new IllegalArgumentException(
                    "all must have " + size + " times the bytes of own, which are 1 GiB at most," + " not "
                            + all.byteSize() + " and " + own.byteSize());
        }
        int bytes = (int) own.byteSize();
        long type = handle(Constant.BYTE);
        check("MPI_Allgather", mpi_c_h.MPI_Allgather(own, bytes, type, all, bytes, type, world));
    }

    /** What the first process has goes to all ({@code MPI_Bcast}). */
    public void broadcast(MemorySegment bytes) {
        long type = handle(Constant.BYTE);
        for (long done = 0; done < bytes.byteSize(); done += MOST_AT_ONCE) {
            int part = (int) Math.min(MOST_AT_ONCE, bytes.byteSize() - done);
            check("MPI_Bcast", mpi_c_h.MPI_Bcast(bytes.asSlice(done), part, type, 0, world));
        }
    }

    /** A text of the first process, everywhere. */
    public String broadcast(String text) {
        byte[] own = text.getBytes(StandardCharsets.UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment length = arena.allocate(JAVA_INT);
            length.set(JAVA_INT, 0, own.length);
            broadcast(length);
            MemorySegment bytes = arena.allocate(Math.max(1, length.get(JAVA_INT, 0)));
            if (rank == 0) {
                MemorySegment.copy(own, 0, bytes, JAVA_BYTE, 0, own.length);
            }
            broadcast(bytes);
            return new String(bytes.asSlice(0, length.get(JAVA_INT, 0)).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
        }
    }

    /** Waits until all processes are here. */
    public void barrier() {
        check("MPI_Barrier", mpi_c_h.MPI_Barrier(world));
    }

    /** Ends all processes at once. */
    public void abort(int code) {
        check("MPI_Abort", mpi_c_h.MPI_Abort(world, code));
    }

    private long handle(Constant constant) {
        return flavour.handle(constant, mpi_c_h.SYMBOL_LOOKUP);
    }

    /** Leaves, once all others do ({@code MPI_Finalize}). */
    @Override
    public void close() {
        check("MPI_Finalize", mpi_c_h.MPI_Finalize());
    }

    private static void check(String function, int error) {
        if (error != 0) {
            throw new MpiException(function + " gives error " + error);
        }
    }
}

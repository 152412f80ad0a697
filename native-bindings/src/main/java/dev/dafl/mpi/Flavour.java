package dev.dafl.mpi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The two families of MPI, which give their constants in two ways. */
enum Flavour {
    /** Handles are the addresses of objects that the library exports. */
    OPEN_MPI("Open MPI", List.of("libmpi.so.40", "libmpi.so"), 1, List.of("OMPI_COMM_WORLD_SIZE", "PMIX_RANK")) {
        @Override
        long handle(Constant constant, SymbolLookup library) {
            return library.find(constant.openMpi)
                    .map(MemorySegment::address)
                    .orElseThrow(() -> new MpiException("the library exports no " + constant.openMpi
                            + ", as Open MPI does: another MPI than the one that started this process was found"));
        }
    },
    /** Handles are the numbers of its ABI, which Intel's, Cray's and MVAPICH share. */
    MPICH("MPICH", List.of("libmpi.so.12", "libmpich.so.12"), -1, List.of("PMI_SIZE", "PMI_RANK")) {
        @Override
        long handle(Constant constant, SymbolLookup library) {
            return constant.mpich;
        }
    };

    /** What of MPI's constants is used. */
    enum Constant {
        COMM_WORLD("ompi_mpi_comm_world", 0x44000000L),
        BYTE("ompi_mpi_byte", 0x4c00010dL),
        FLOAT("ompi_mpi_float", 0x4c00040aL),
        DOUBLE("ompi_mpi_double", 0x4c00080bL),
        SUM("ompi_mpi_op_sum", 0x58000003L);

        private final String openMpi;
        private final long mpich;

        Constant(String openMpi, long mpich) {
            this.openMpi = openMpi;
            this.mpich = mpich;
        }
    }

    private final String words;
    private final List<String> libraries;
    private final long inPlace;
    private final List<String> signs;

    Flavour(String words, List<String> libraries, long inPlace, List<String> signs) {
        this.words = words;
        this.libraries = libraries;
        this.inPlace = inPlace;
        this.signs = signs;
    }

    abstract long handle(Constant constant, SymbolLookup library);

    /** {@code MPI_IN_PLACE}. */
    MemorySegment inPlace() {
        return MemorySegment.ofAddress(inPlace);
    }

    /** Names that the dynamic linker may know, the likelier first. */
    List<String> libraries() {
        return libraries;
    }

    /**
     * That of what has started this process, by the environment that it sets; empty where nothing has, or where Slurm has started a
     * step of one task, for which it sets the same.
     */
    static Optional<Flavour> of(Map<String, String> environment) {
        if ("1".equals(environment.get("SLURM_STEP_NUM_TASKS")) && !environment.containsKey("OMPI_COMM_WORLD_SIZE")) {
            return Optional.empty();
        }
        return Arrays.stream(values())
                .filter(flavour -> flavour.signs.stream().anyMatch(environment::containsKey))
                .findFirst();
    }

    @Override
    public String toString() {
        return words;
    }
}

package dev.dafl.libtorch;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * NVIDIA's driver and the GPUs that it shows to this process, asked through the CUDA driver API ({@code cuda.h}).
 *
 * @param version the driver's own, such as {@code 580.65.06}; empty where the kernel does not tell it, as on WSL
 * @param cuda the newest CUDA that it runs, such as {@code 13.0}
 * @param gpus those that the process may use, in the order of {@code cuda:0, cuda:1, ...}
 * @param problem why it shows no GPUs, in the driver's words
 */
public record CudaDriver(Optional<String> version, String cuda, List<Gpu> gpus, Optional<String> problem) {

    /** The library that the driver installs; no package of CUDA has it. */
    public static final String LIBRARY = "libcuda.so.1";

    private static final Path KERNEL_MODULE = Path.of("/proc/driver/nvidia/version");
    private static final Pattern KERNEL_MODULE_VERSION = Pattern.compile("Kernel Module.*?\\s(\\d+(?:\\.\\d+)+)\\s");

    /**
     * A GPU.
     *
     * @param name such as {@code NVIDIA H100 80GB HBM3}
     * @param computeCapability such as {@code 9.0}
     * @param bytes its memory
     */
    public record Gpu(String name, String computeCapability, long bytes) {}

    public CudaDriver {
        gpus = List.copyOf(gpus);
    }

    /** Empty where no driver is installed. */
    public static Optional<CudaDriver> find() {
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return Optional.of(ask(library, kernelModuleVersion()));
    }

    static CudaDriver ask(SymbolLookup library, Optional<String> version) {
        CudaDriverApi api = new CudaDriverApi(library);
        String cuda = api.cudaVersion();
        try {
            return new CudaDriver(version, cuda, api.gpus(), Optional.empty());
        } catch (LibtorchException e) {
            String reason = Objects.requireNonNull(e.getMessage(), "CudaDriverApi gives each of its failures a reason");
            return new CudaDriver(version, cuda, List.of(), Optional.of(reason));
        }
    }

    static Optional<String> kernelModuleVersion(String text) {
        Matcher matcher = KERNEL_MODULE_VERSION.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static Optional<String> kernelModuleVersion() {
        try {
            return kernelModuleVersion(Files.readString(KERNEL_MODULE));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}

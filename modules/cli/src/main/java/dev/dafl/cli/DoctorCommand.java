package dev.dafl.cli;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;

import dev.dafl.engine.compute.PrecisionProbe;
import dev.dafl.libtorch.CudaDriver;
import dev.dafl.libtorch.Libtorch;
import dev.dafl.libtorch.LibtorchInfo;
import dev.dafl.libtorch.NativeLibraries;
import dev.dafl.libtorch.ThreadModes;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.MpiRanks;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "doctor", description = "Shows what dafl found on this machine and checks that it computes rightly.")
final class DoctorCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("dafl      %s%n", DaflCommand.version());
        out.printf(
                "java      %s (%s), %s %s%n",
                System.getProperty("java.version"),
                System.getProperty("java.home"),
                System.getProperty("os.name"),
                System.getProperty("os.arch"));
        NativeLibraries libraries = Libtorch.libraries();
        libraries(out, libraries);
        Optional<CudaDriver> driver = CudaDriver.find();
        driver(out, driver);
        // Said before libtorch is loaded and asked, which may fail for what is missing.
        out.flush();
        long start = System.nanoTime();
        LibtorchInfo info = Libtorch.info();
        out.printf(
                Locale.ROOT,
                "libtorch  %s, %s, loaded from %s in %.0f ms%n",
                info.version(),
                libraries.builtIn() ? "built-in" : "of your choice",
                info.folder(),
                (System.nanoTime() - start) / 1e6);
        List<String> missing = Libtorch.missingEntryPoints();
        missing.forEach(symbol -> out.printf("symbols   missing %s%n", symbol));
        if (missing.isEmpty()) {
            out.printf("symbols   all C++ entry points are there%n");
        }
        out.flush();
        out.printf(
                "cpu       %s, %s of %s%n",
                ThreadModes.cpuCapability(),
                Counts.words(ThreadModes.threads(), "thread"),
                Counts.words(Runtime.getRuntime().availableProcessors(), "core"));
        boolean cuda = Device.cuda(0).isAvailable();
        out.printf("cuda      %s%n", cuda ? "available" : "not available: " + whyNoCuda(libraries, driver));
        mpi(out, System.getenv());
        PrecisionProbe probe = PrecisionProbe.on(cuda ? Device.cuda(0) : Device.CPU);
        out.printf("precision auto means %s here: %s%n", probe.prefersBf16() ? "bf16" : "fp32", probe.text());
        boolean right = check(out, Device.CPU) & (!cuda || check(out, Device.cuda(0)));
        out.flush();
        return right && missing.isEmpty() && libraries.missing().isEmpty() ? 0 : Failures.FAILED;
    }

    /** Which libraries there are, folder by folder, and which are missing. */
    static void libraries(PrintWriter out, NativeLibraries libraries) {
        libraries.inOrder().stream()
                .collect(groupingBy(
                        Path::getParent,
                        LinkedHashMap::new,
                        mapping(f -> f.getFileName().toString(), joining(", "))))
                .forEach((folder, names) -> out.printf("libraries %s: %s%n", folder, names));
        libraries.missing().forEach(library -> out.printf("missing   %s%n", library));
    }

    /** By which several processes could train together. */
    static void mpi(PrintWriter out, Map<String, String> environment) {
        Map<Path, String> libraries = MpiRanks.libraries(environment);
        libraries.forEach((file, family) -> out.printf("mpi       %s: %s%n", family, file));
        if (libraries.isEmpty()) {
            out.printf("mpi       no library found; mpirun -n RANKS dafl run wants one (Debian: openmpi-bin)%n");
        }
        MpiRanks.launcher(environment)
                .ifPresent(family -> out.printf("mpi       %s has started this process with others%n", family));
    }

    static void driver(PrintWriter out, Optional<CudaDriver> found) {
        if (found.isEmpty()) {
            out.printf("driver    no driver: the system has no %s%n", CudaDriver.LIBRARY);
            return;
        }
        CudaDriver driver = found.get();
        out.printf(
                "driver    NVIDIA %s, runs CUDA up to %s%s%n",
                driver.version().orElse("of unknown version"),
                driver.cuda(),
                driver.problem().map(problem -> ", but " + problem).orElse(""));
        for (int i = 0; i < driver.gpus().size(); i++) {
            CudaDriver.Gpu gpu = driver.gpus().get(i);
            out.printf(
                    Locale.ROOT,
                    "gpu       cuda:%d: %s, compute capability %s, %.1f GiB%n",
                    i,
                    gpu.name(),
                    gpu.computeCapability(),
                    gpu.bytes() / (double) (1 << 30));
        }
    }

    private static String whyNoCuda(NativeLibraries libraries, Optional<CudaDriver> driver) {
        if (!libraries.withCuda()) {
            return "this libtorch is for the CPU; --libtorch or DAFL_LIBTORCH names the torch/lib of a CUDA wheel";
        }
        if (driver.isEmpty()) {
            return "no driver";
        }
        return driver.get().gpus().isEmpty() ? "the driver shows no GPU" : "libtorch cannot use the GPU";
    }

    /** A convolution and its gradient whose values are known: of ones over ones, each is a count. */
    private static boolean check(PrintWriter out, Device device) {
        try (TensorScope _ = TensorScope.open()) {
            Tensor image = Tensor.ones(DType.FLOAT32, device, 1, 3, 8, 8);
            Tensor weight = Tensor.ones(DType.FLOAT32, device, 4, 3, 3, 3).requiresGrad_(true);
            Tensor y = Functional.conv2d(image, weight, Optional.empty(), 1, 0, 1, 1);
            y.sum().backward();
            double sum = y.detach().sum().item();
            double gradient = weight.takeGrad().orElseThrow().sum().item();
            // 6x6 places, 4 filters, 27 weights: each product is 1, in the sum and in the gradient.
            double expected = 6 * 6 * 4 * 27;
            boolean right = sum == expected && gradient == expected;
            out.printf(
                    Locale.ROOT,
                    "check     %s: a convolution gives %.0f and its gradient %.0f: %s%n",
                    device,
                    sum,
                    gradient,
                    right ? "right" : "WRONG, expected " + expected);
            return right;
        }
    }
}

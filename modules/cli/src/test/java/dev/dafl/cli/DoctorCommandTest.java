package dev.dafl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.libtorch.CudaDriver;
import dev.dafl.libtorch.NativeLibraries;
import dev.dafl.libtorch.NativeLibraries.MissingLibrary;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {

    @Test
    void librariesAreListedFolderByFolderAndTheMissingByName() {
        Path torch = Path.of("/site/torch/lib");
        Path cuda = Path.of("/site/nvidia/cu13/lib");
        NativeLibraries libraries = new NativeLibraries(
                torch,
                false,
                List.of(torch.resolve("libc10.so"), cuda.resolve("libcudart.so.13"), torch.resolve("libtorch_cpu.so")),
                List.of(new MissingLibrary("libcudnn.so.9", "libtorch_cuda.so", true)));
        assertEquals("""
                libraries /site/torch/lib: libc10.so, libtorch_cpu.so
                libraries /site/nvidia/cu13/lib: libcudart.so.13
                missing   libcudnn.so.9, which libtorch_cuda.so needs
                """, printed(out -> DoctorCommand.libraries(out, libraries)));
    }

    @Test
    void theDriverIsToldWithEachGpu() {
        CudaDriver driver = new CudaDriver(
                Optional.of("580.65.06"),
                "13.0",
                List.of(new CudaDriver.Gpu("NVIDIA H100 80GB HBM3", "9.0", 85_520_809_984L)),
                Optional.empty());
        assertEquals("""
                driver    NVIDIA 580.65.06, runs CUDA up to 13.0
                gpu       cuda:0: NVIDIA H100 80GB HBM3, compute capability 9.0, 79.6 GiB
                """, printed(out -> DoctorCommand.driver(out, Optional.of(driver))));
        assertEquals(
                "driver    no driver: the system has no libcuda.so.1\n",
                printed(out -> DoctorCommand.driver(out, Optional.empty())));
    }

    private static String printed(Consumer<PrintWriter> printing) {
        StringWriter text = new StringWriter();
        printing.accept(new PrintWriter(text, true));
        return text.toString();
    }
}

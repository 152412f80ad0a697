package dev.dafl.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.onnx.GoldenModel.Distance;
import dev.dafl.tensor.MemoryFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * torchvision's classifiers at their full size, which are too large to be kept here: {@code models.py large FOLDER} writes
 * them, {@code mvn test -Ddafl.onnx.models=FOLDER -Dtest=KnownClassifiersTest} (or the environment variable {@code
 * DAFL_ONNX_MODELS}) holds them against ONNX Runtime and PyTorch.
 */
class KnownClassifiersTest {

    private static final String FOLDER = "dafl.onnx.models";

    @Test
    void computeWhatPyTorchAndOnnxRuntimeCompute() throws Exception {
        String folder = System.getProperty(FOLDER, System.getenv("DAFL_ONNX_MODELS"));
        if (folder == null) {
            System.err.println("KnownClassifiersTest is skipped: -D" + FOLDER + " names no folder of models");
        }
        Assumptions.assumeTrue(folder != null, "-D" + FOLDER + " names no folder of models");
        List<Path> models;
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            models = files.filter(file -> file.toString().endsWith(".onnx"))
                    .sorted()
                    .toList();
        }
        assertTrue(!models.isEmpty(), folder + " holds no models");
        for (Path file : models) {
            GoldenModel model = new GoldenModel(file);
            Distance plain = model.check(MemoryFormat.CONTIGUOUS);
            Distance channelsLast = model.check(MemoryFormat.CHANNELS_LAST);
            System.out.printf(
                    Locale.ROOT,
                    "%-34s logits %.1e, gradient %.1e; channels last %.1e, %.1e; allowed %.1e%n",
                    file.getFileName(),
                    plain.logits(),
                    plain.gradient(),
                    channelsLast.logits(),
                    channelsLast.gradient(),
                    plain.allowed());
        }
    }
}

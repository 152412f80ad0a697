package dev.dafl.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.tensor.MemoryFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Small networks of the kinds that people export, by both exporters of PyTorch and as other converters write them. */
class ExportedNetworksTest {

    private static final Path MODELS = Path.of("src/test/resources/models");

    private static Stream<Path> models() throws IOException {
        try (Stream<Path> files = Files.list(MODELS)) {
            return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList().stream();
        }
    }

    @Test
    void thereAreManyOfThem() throws IOException {
        assertTrue(models().count() >= 30);
    }

    @ParameterizedTest
    @MethodSource("models")
    void computeWhatPyTorchAndOnnxRuntimeCompute(Path file) throws Exception {
        for (MemoryFormat format : MemoryFormat.values()) {
            new GoldenModel(file).check(format);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void takeBatchesOfAnySize(Path file) throws IOException {
        new GoldenModel(file).checkBatches();
    }
}

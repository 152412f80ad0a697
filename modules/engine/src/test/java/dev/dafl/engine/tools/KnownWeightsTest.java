package dev.dafl.engine.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Renaming;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.tensor.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * torchvision's classifiers at their full size as {@code torch.save} writes them: {@code models.py large FOLDER} of modules/onnx
 * makes them, {@code mvn test -Ddafl.onnx.models=FOLDER -Dtest=KnownWeightsTest} finds the network of each by its tensors, loads
 * it and compares logits with PyTorch's. Those of which there is no network here are named.
 */
class KnownWeightsTest {

    private static final String FOLDER = "dafl.onnx.models";
    private static final double LOGITS = 1e-4;
    private static final ClassPathExtensions EXTENSIONS = ClassPathExtensions.with();

    @Test
    void giveWhatPyTorchGives() throws IOException {
        String folder = System.getProperty(FOLDER, System.getenv("DAFL_ONNX_MODELS"));
        Assumptions.assumeTrue(folder != null, "-D" + FOLDER + " names no folder of models");
        List<Path> files;
        try (Stream<Path> all = Files.list(Path.of(folder))) {
            files = all.filter(file -> file.toString().endsWith(".pth"))
                    .sorted()
                    .toList();
        }
        assertTrue(!files.isEmpty(), folder + " holds no weights");
        for (Path file : files) {
            WeightsInspection found = WeightsInspection.of(file, Optional.empty(), EXTENSIONS);
            Optional<FittingNetwork> fit = found.fits().stream()
                    .filter(one -> one.images().contains("3x224x224"))
                    .reduce((_, last) -> last);
            System.out.printf(
                    Locale.ROOT,
                    "%-24s %s%n",
                    file.getFileName(),
                    fit.isPresent() ? fit.get().model() + ": logits " + apart(file, fit.get()) : "no network here");
        }
    }

    private static double apart(Path file, FittingNetwork fit) throws IOException {
        long before = Tensor.liveCount();
        double apart;
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> golden =
                    Safetensors.read(Path.of(file.toString().replaceFirst("\\.pth$", ".safetensors")));
            Tensor expected = golden.get("logits");
            ClassifierFactory<?> factory = EXTENSIONS.all(TeacherFactory.class).stream()
                    .filter(network -> network.name().equals(fit.model().name()))
                    .findFirst()
                    .orElseThrow();
            try (Network network = Network.build(
                    new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(1)),
                    path -> create(factory, fit.model(), path, (int) expected.size(1)))) {
                network.parameters().load(Weights.read(file, Optional.empty()).tensors(), Renaming.NONE);
                Tensor logits = network.forward(golden.get("images"), Pass.evaluate());
                apart = logits.sub(expected).abs().max().item()
                        / expected.abs().max().item();
            }
        }
        assertTrue(apart < LOGITS, file + ": " + apart);
        assertEquals(before, Tensor.liveCount());
        return apart;
    }

    private static <O extends Record> Layer create(
            ClassifierFactory<O> factory, Component component, ParameterPath path, int classes) {
        return factory.create(path, new ImageShape(3, 224, 224), classes, component.bind(factory.defaults()));
    }
}

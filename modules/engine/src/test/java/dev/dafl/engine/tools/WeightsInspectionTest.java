package dev.dafl.engine.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.tools.WeightsInspection.TensorLine;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.StoredTensor;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.tensor.torch.TorchFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightsInspectionTest {

    private static final ClassPathExtensions EXTENSIONS = ClassPathExtensions.with();
    private static final Path PYTORCHS = Path.of("../tensor/src/test/resources/torch");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lenet5   | 1x32x32 | 10  | 1x28x28, 1x32x32                   | 61706
            hinton   | 1x28x28 | 7   | 1x28x28                            | 2391607
            resnet18 | 3x32x32 | 100 | 3x28x28, 3x32x32, 3x64x64, 3x224x224 | 11220132
            """)
    void theNetworkThatWeightsAreOfIsFound(String model, String image, int classes, String images, long parameters)
            throws IOException {
        long before = Tensor.liveCount();
        Path file = folder.resolve("weights");
        String[] sizes = image.split("x");
        ImageShape shape =
                new ImageShape(Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]), Integer.parseInt(sizes[2]));
        try (TensorScope _ = TensorScope.open();
                Network network = network(model, shape, classes)) {
            Map<String, Tensor> weights = new LinkedHashMap<>();
            network.parameters().stateDict().forEach((name, value) -> weights.put("module." + name, value));
            TorchFile.write(file, weights);
            WeightsInspection found = WeightsInspection.of(file, Optional.empty(), EXTENSIONS);
            assertEquals("PyTorch", found.format());
            assertEquals(weights.size(), found.tensors().size());
            assertFound(found, model, classes, images, parameters);
            // As Python writes safetensors: by name.
            Safetensors.write(file, new TreeMap<>(weights), Map.of("format", "pt"));
            WeightsInspection sorted = WeightsInspection.of(file, Optional.empty(), EXTENSIONS);
            assertEquals("safetensors", sorted.format());
            assertEquals(Map.of("format", "pt"), sorted.metadata());
            assertFound(sorted, model, classes, images, parameters);
        }
        assertEquals(before, Tensor.liveCount());
    }

    private static void assertFound(
            WeightsInspection found, String model, long classes, String images, long parameters) {
        assertEquals(Optional.of(classes), found.classes());
        assertEquals(parameters, found.parameters());
        assertTrue(
                found.fits().contains(new FittingNetwork(Component.named(model), classes, List.of(images.split(", ")))),
                found.fits().toString());
    }

    @Test
    void tablesTensorsAndNotesAreListed() {
        WeightsInspection found = WeightsInspection.of(PYTORCHS.resolve("averaged.pt"), Optional.empty(), EXTENSIONS);
        assertEquals("net", found.key());
        assertEquals(Map.of("net", 9, "run.ema.state_dict", 9), found.tables());
        assertEquals(
                new TensorLine("conv.weight", "float32", List.of(2L, 1L, 3L, 3L)),
                found.tensors().getFirst());
        assertEquals(Optional.of(3L), found.classes());
        assertEquals(51, found.parameters());
        assertEquals(List.of(), found.fits());
        assertTrue(found.notes().getFirst().startsWith("took net (9 tensors)"), found.notes()::toString);
        assertEquals(
                "module.conv.weight",
                WeightsInspection.of(PYTORCHS.resolve("averaged.pt"), Optional.of("run.ema.state_dict"), EXTENSIONS)
                        .tensors()
                        .getFirst()
                        .name());
        assertTrue(assertThrows(
                        ConfigException.class,
                        () -> WeightsInspection.of(folder.resolve("none.pt"), Optional.empty(), EXTENSIONS))
                .getMessage()
                .startsWith("no such file: "));
    }

    @Test
    void linesThatHelpStayLines() {
        String message = assertThrows(
                        ConfigException.class,
                        () -> WeightsInspection.of(PYTORCHS.resolve("module.pt"), Optional.empty(), EXTENSIONS))
                .getMessage();
        assertEquals(4, message.lines().count(), message);
        assertTrue(message.lines().skip(1).allMatch(line -> line.startsWith("  ")), message);
    }

    @Test
    void aNetworkThatCannotBeTriedIsANoteAndNoMore() {
        record Options() {}
        TeacherFactory<Options> broken = new TeacherFactory<>() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public String description() {
                return "throws";
            }

            @Override
            public Options defaults() {
                return new Options();
            }

            @Override
            public Layer create(ParameterPath path, ImageShape input, int classes, Options options) {
                throw new IllegalStateException("boom");
            }
        };
        WeightsInspection found = WeightsInspection.of(
                PYTORCHS.resolve("averaged.pt"), Optional.empty(), ClassPathExtensions.with(broken));
        assertTrue(found.notes().getLast().startsWith("could not try broken: "), found.notes()::toString);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            fc2 10 84, fc1 84 120, conv 6 1 5 5                 | 10
            classifier.0 64 32, classifier.3 64 64, z.6 5 64    | 5
            classifier.1 1000 512 1 1, features.0 96 3 7 7, features.3 16 96 1 1 | 1000
            conv 6 1 5 5                                        | 0
            a 12 12                                             | 12
            """)
    void classesAreTheOutputsOfTheLastLayer(String layers, long classes) {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        for (String layer : layers.split(", ")) {
            String[] words = layer.split(" ");
            List<Long> shape = List.of(words).subList(1, words.length).stream()
                    .map(Long::valueOf)
                    .toList();
            tensors.put(words[0] + ".weight", new StoredTensor(DType.FLOAT32.toString(), shape));
        }
        assertEquals(Optional.of(classes).filter(known -> known > 0), new LayerShapes(tensors).classes());
    }

    private static Network network(String name, ImageShape image, int classes) {
        TeacherFactory<?> factory = EXTENSIONS.all(TeacherFactory.class).stream()
                .filter(network -> network.name().equals(name))
                .findFirst()
                .orElseThrow();
        return Network.build(
                new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(1)),
                path -> create(factory, path, image, classes));
    }

    private static <O extends Record> Layer create(
            ClassifierFactory<O> factory, ParameterPath path, ImageShape image, int classes) {
        return factory.create(path, image, classes, factory.defaults());
    }
}

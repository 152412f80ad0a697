package dev.dafl.engine.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.task.Task;
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
import dev.dafl.tensor.torch.TorchFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StarterTest {

    private static final ClassPathExtensions EXTENSIONS = ClassPathExtensions.with();
    private static final Path GRAPHS = Path.of("../onnx/src/test/resources/models");
    private static final Path PYTORCHS = Path.of("../tensor/src/test/resources/torch");

    @TempDir
    private Path folder;

    @Test
    void aGraphTellsAllButItsNormalisation() throws IOException {
        // Blanks, commas and braces of a name stay what they are.
        Path file = Files.copy(GRAPHS.resolve("shufflenet.script.onnx"), folder.resolve("my {best}, 3: teacher.onnx"));
        Starter starter = Starter.of(file, Optional.empty(), "new.yaml", EXTENSIONS);
        ExperimentConfig config = config(starter);
        assertEquals("onnx", config.teacher().model().name());
        assertEquals(starter.model(), config.teacher().model());
        assertTrue(config.input().isEmpty());
        assertTrue(starter.yaml().contains("# CIFAR-10"), starter.yaml());
    }

    @Test
    void weightsTellTheirNetworkAndAreUsedUnderTheirKey() throws IOException {
        Path file = folder.resolve("checkpoint.pth.tar");
        saveLeNet(file);
        Starter starter = Starter.of(file, Optional.empty(), "new.yaml", EXTENSIONS);
        ExperimentConfig config = config(starter);
        assertEquals("lenet5", config.teacher().model().name());
        assertEquals(Optional.of(file.toString()), config.teacher().weights());
        assertEquals(Optional.of(32), config.input().orElseThrow().size());
        assertTrue(starter.yaml().contains("(they fit 28, 32)"), starter.yaml());
        assertTrue(starter.yaml().contains("# MNIST"), starter.yaml());
        // No network that is installed is as small as a quarter of this one.
        assertEquals("layers", config.student().orElseThrow().model().name());
        assertQuarter(starter);
    }

    @Test
    void aStemForLargeImagesTellsTheSize() throws IOException {
        Path file = folder.resolve("resnet.pth");
        save(file, "{name: resnet18, stem: imagenet}", new ImageShape(3, 224, 224));
        Starter starter = Starter.of(file, Optional.empty(), "new.yaml", EXTENSIONS);
        assertEquals(
                Component.parse("{name: resnet18, stem: imagenet}"),
                config(starter).teacher().model());
        assertEquals(Optional.of(224), config(starter).input().orElseThrow().size());
        assertEquals(
                5,
                config(starter)
                        .generator()
                        .orElseThrow()
                        .model()
                        .options()
                        .path("stages")
                        .asInt());
        assertQuarter(starter);
    }

    /** What is shown as comments is what a run takes. */
    @Test
    void theValuesInTheCommentsAreTheDefaultOnes() throws IOException {
        Path file = folder.resolve("teacher.pt");
        saveLeNet(file);
        Starter starter = Starter.of(file, Optional.empty(), "new.yaml", EXTENSIONS);
        String begin = "# generator:\n";
        String written = starter.yaml().substring(starter.yaml().indexOf(begin)).replaceAll("(?m)^# ", "");
        Path all = Files.writeString(folder.resolve("all.yaml"), starter.yaml() + written);
        ExperimentConfig spelled = Experiment.prepare(ExperimentFile.read(all, Map.of()), EXTENSIONS)
                .config();
        assertEquals(ExperimentFile.toYaml(config(starter).named("all")), ExperimentFile.toYaml(spelled.named("all")));
    }

    @Test
    void whatIsOfNoNetworkIsTold() {
        assertFails(PYTORCHS.resolve("averaged.pt"), "fits none of the installed networks");
        assertFails(folder.resolve("no.onnx"), "no such file");
        assertFails(folder, "is no file");
        assertFails(PYTORCHS.resolve("evil.pt"), "it would call posix.system");
    }

    private void assertFails(Path file, String problem) {
        String message = assertThrows(
                        ConfigException.class, () -> Starter.of(file, Optional.empty(), "new.yaml", EXTENSIONS))
                .getMessage();
        assertTrue(message.contains(problem), message);
    }

    private static void assertQuarter(Starter starter) {
        Task task = Experiment.prepare(parsed(starter), EXTENSIONS)
                .task()
                .orElseThrow()
                .task();
        long teacher = ModelSize.of(starter.model(), task.shape(), task.classes(), EXTENSIONS)
                .parameters();
        assertTrue(starter.student().size().parameters() * 4 <= teacher, starter.toString());
        starter.student()
                .others()
                .forEach(other -> assertTrue(other.parameters() * 4 <= teacher && other.parameters() > 0));
    }

    private static ExperimentFile parsed(Starter starter) {
        return ExperimentFile.parse("new.yaml", starter.yaml(), Map.of(), "new");
    }

    private static ExperimentConfig config(Starter starter) {
        return Experiment.prepare(parsed(starter), EXTENSIONS).config();
    }

    private static void saveLeNet(Path file) throws IOException {
        save(file, "lenet5", new ImageShape(1, 32, 32));
    }

    private static void save(Path file, String model, ImageShape image) throws IOException {
        Component component = Component.parse(model);
        TeacherFactory<?> factory = EXTENSIONS.all(TeacherFactory.class).stream()
                .filter(network -> network.name().equals(component.name()))
                .findFirst()
                .orElseThrow();
        try (TensorScope _ = TensorScope.open();
                Network network = Network.build(
                        new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(5)),
                        path -> create(factory, component, path, image))) {
            Map<String, Tensor> weights = new LinkedHashMap<>();
            network.parameters().stateDict().forEach((name, value) -> weights.put("module." + name, value));
            TorchFile.write(file, weights);
        }
    }

    private static <O extends Record> Layer create(
            ClassifierFactory<O> factory, Component component, ParameterPath path, ImageShape image) {
        return factory.create(path, image, 10, component.bind(factory.defaults()));
    }
}

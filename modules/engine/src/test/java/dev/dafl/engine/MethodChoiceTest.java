package dev.dafl.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.Schedule;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.plugins.lenet.LeNet5;
import dev.dafl.plugins.wideresnet.WideResNet;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiments that leave open how their student learns. */
class MethodChoiceTest {

    private static final ImageShape COLOUR = new ImageShape(3, 32, 32);
    private static final ImageShape GREY = new ImageShape(1, 32, 32);

    @TempDir
    private Path root;

    @Test
    void aTeacherWithBatchNormAndColoursGetsTheBestMethod() throws IOException {
        Experiment experiment = prepared(residual(COLOUR));
        ExperimentConfig config = experiment.config();
        assertEquals("spaceshipnet", config.method().map(Component::name).orElseThrow());
        assertEquals("dfad", config.fallback().map(Component::name).orElseThrow());
        assertEquals("30m", config.budget().orElseThrow().text());
        assertEquals(new Schedule.Rounds(220L, 400L, 20L), config.distillation().schedule());
        assertEquals(
                "method spaceshipnet {batch: 128, steps: 20, stored: 512}",
                experiment.choice().orElseThrow().what());
        assertEquals(128, config.distillation().batch());
        assertTrue(config.distillation().augment().orElseThrow().flip());
        assertEquals(0.1, config.student().orElseThrow().optimizer().learningRate());
    }

    @Test
    void whoSaysHowLongIsNotGivenATime() throws IOException {
        ExperimentConfig config = prepared(residual(COLOUR)
                        + "distillation: {batch: 16, schedule: {kind: rounds, rounds: 3, round-student-steps: 5}}\n")
                .config();
        assertEquals("spaceshipnet", config.method().map(Component::name).orElseThrow());
        assertEquals(16, config.distillation().batch());
        assertEquals(Optional.empty(), config.budget());
        assertEquals(3, config.distillation().schedule().generatorSteps());
    }

    @Test
    void aTeacherWithoutBatchNormHasAGenerator() throws IOException {
        assertGenerator(lenet(COLOUR));
    }

    @Test
    void greyImagesHaveAGenerator() throws IOException {
        assertGenerator(residual(GREY));
    }

    @Test
    void largeImagesHaveAGenerator() throws IOException {
        assertGenerator(residual(new ImageShape(3, 96, 96)));
    }

    private void assertGenerator(String yaml) throws IOException {
        Experiment experiment = prepared(yaml);
        assertEquals(Optional.empty(), experiment.config().method());
        assertTrue(experiment.config().generator().isPresent());
        assertEquals(Optional.empty(), experiment.choice());
    }

    private String residual(ImageShape shape) throws IOException {
        WideResNet.Options options = new WideResNet.Options(10, 1);
        return experiment(
                "{name: wide-resnet, depth: 10, width: 1}",
                shape,
                path -> new WideResNet().create(path, shape, 10, options));
    }

    private String lenet(ImageShape shape) throws IOException {
        return experiment("lenet5", shape, path -> new LeNet5().create(path, shape, 10, new LeNet5.Options()));
    }

    private String experiment(String model, ImageShape shape, Function<ParameterPath, Layer> create)
            throws IOException {
        Path file = root.resolve("teacher.safetensors");
        try (TensorScope _ = TensorScope.open();
                Network network = Network.build(
                        new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(5)), create)) {
            Safetensors.write(file, network.parameters().stateDict(), Map.of());
        }
        return "teacher: {model: " + model + ", weights: " + file + "}\n"
                + "student: {model: {name: wide-resnet, depth: 10, width: 1}}\n"
                + "input: {channels: " + shape.channels() + ", size: " + shape.height() + ", classes: 10}\n";
    }

    private static Experiment prepared(String yaml) {
        return Experiment.prepare(
                ExperimentFile.parse("experiment.yaml", yaml, Map.of(), "small"), ClassPathExtensions.with());
    }
}

package dev.dafl.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.onnx.OnnxModel.Weights;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models with mistakes: each becomes a network that computes, or is refused in a sentence that names the file. {@code
 * -Ddafl.fuzz=5000} tries so many, {@code -Ddafl.fuzz.seed=N} begins with the one that a failure names.
 */
class MutatedModelsTest {

    private static final Path MODELS = Path.of("src/test/resources/models");
    private static final int FEW = 300;
    private static final int LONGEST_MESSAGE = 1000;

    @TempDir
    private Path folder;

    private record Sound(String name, byte[] bytes, int channels, int size, int classes) {

        static Sound of(Path file) throws IOException {
            OnnxModel model = OnnxModel.read(file);
            return new Sound(
                    file.getFileName().toString(),
                    Files.readAllBytes(file),
                    model.channels().orElse(1),
                    model.height().orElse(6),
                    model.classes().orElseThrow());
        }
    }

    @Test
    void areTakenOrRefusedInASentence() throws IOException {
        List<Sound> sound;
        try (Stream<Path> files = Files.list(MODELS)) {
            List<Path> models = files.filter(file -> file.toString().endsWith(".onnx"))
                    .sorted()
                    .toList();
            sound = new ArrayList<>();
            for (Path model : models) {
                sound.add(Sound.of(model));
            }
        }
        long begin = Long.getLong("dafl.fuzz.seed", 1);
        int count = Integer.getInteger("dafl.fuzz", FEW);
        Map<String, Integer> outcomes = new TreeMap<>();
        long before = Tensor.liveCount();
        for (long seed = begin; seed < begin + count; seed++) {
            Sound one = sound.get((int) (seed % sound.size()));
            Path file = Files.write(folder.resolve("m.onnx"), new GraphMistakes(seed).in(one.bytes()));
            String which = "seed " + seed + " of " + one.name();
            String outcome;
            try {
                outcome = run(one, file);
            } catch (IllegalArgumentException | IOException e) {
                String message = String.valueOf(e.getMessage());
                assertTrue(message.contains(file.toString()), which + ": " + message);
                assertTrue(message.length() <= LONGEST_MESSAGE, which + ": " + message);
                assertTrue(message.lines().count() == 1, which + ": " + message);
                assertTrue(!message.contains("java.") && !message.contains("null"), which + ": " + message);
                outcome = "refused";
            } catch (Throwable e) {
                throw new AssertionError(which + ": " + e, e);
            }
            outcomes.merge(outcome, 1, Integer::sum);
            assertEquals(before, Tensor.liveCount(), which + " leaves tensors");
        }
        System.out.println("models with mistakes: " + outcomes);
        assertTrue(outcomes.getOrDefault("refused", 0) > count / 4, outcomes.toString());
    }

    private static String run(Sound one, Path file) throws IOException {
        OnnxModel model = OnnxModel.read(file);
        Parameters parameters = new Parameters(Device.CPU, MemoryFormat.CHANNELS_LAST, new RandomStream(1));
        try (TensorScope _ = TensorScope.open();
                Network network = Network.build(
                        parameters,
                        path -> model.network(
                                path, one.channels(), one.size(), one.size(), one.classes(), Weights.FILE))) {
            int numbers = 3 * one.channels() * one.size() * one.size();
            Tensor images = Tensor.of(TestGraph.numbers(1, numbers), 3, one.channels(), one.size(), one.size())
                    .requiresGrad_(true);
            network.forward(images, Pass.evaluate()).sum().backward();
            return "computes";
        }
    }
}

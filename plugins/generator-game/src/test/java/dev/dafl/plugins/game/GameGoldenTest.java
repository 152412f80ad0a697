package dev.dafl.plugins.game;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.plugins.adversarial.Adversarial;
import dev.dafl.plugins.adversarial.Form;
import dev.dafl.plugins.batchnorm.BatchNormStatistics;
import dev.dafl.plugins.game.GameOptions.RateSchedule;
import dev.dafl.plugins.losses.InformationEntropy;
import dev.dafl.plugins.losses.OneHot;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.SynthesizerFactory;
import dev.dafl.spi.test.Begun;
import dev.dafl.spi.test.MethodTrial;
import dev.dafl.spi.test.MethodTrial.Bind;
import dev.dafl.spi.test.MethodTrial.Outcome;
import dev.dafl.spi.test.SmallGenerator;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A round of three steps of each game, with the losses that it has by default, against PyTorch; see reference.py. */
class GameGoldenTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/rounds.safetensors");
    private static final double RATE = 0.02;
    private static final double CLIP = 0.5;

    @TempDir
    private Path folder;

    private TensorScope scope;
    private Map<String, Tensor> golden;

    @BeforeEach
    void open() throws IOException {
        scope = TensorScope.open();
        golden = Safetensors.read(GOLDEN);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    static Stream<SynthesizerFactory<GameOptions>> games() {
        return Stream.of(new Dfad(), new Zskt(), new Dfq());
    }

    @Test
    void theDrawsArePythons() throws IOException {
        Map<String, Tensor> written = Safetensors.read(Draws.FILE);
        Map<String, Tensor> drawn = Draws.all();
        assertEquals(written.keySet(), drawn.keySet());
        drawn.forEach((name, values) -> assertArrayEquals(floats(written.get(name)), floats(values), name));
    }

    @ParameterizedTest
    @MethodSource("games")
    void isPyTorchs(SynthesizerFactory<GameOptions> game) {
        Form form = game instanceof Dfad ? Form.L1 : Form.KL;
        Outcome outcome = MethodTrial.of(
                        new Begun<>(game, synthesis -> load("generator.").accept(synthesis.generator("generator"))),
                        new GameOptions(
                                PluginReference.named("small"),
                                game.defaults().losses(),
                                RATE,
                                RateSchedule.CONSTANT,
                                Draws.STEPS,
                                Draws.BATCH,
                                game instanceof Zskt ? CLIP : 0),
                        folder,
                        Bind.of(Map.of(
                                "adversarial", new Adversarial.Options(form, Optional.empty()),
                                "information-entropy", new InformationEntropy.Options(Math.E))),
                        new SmallGenerator(),
                        new Adversarial(),
                        new BatchNormStatistics(),
                        new OneHot(),
                        new InformationEntropy())
                .rounds(1, 1)
                .begins(load("teacher."), load("student."))
                .run();
        Map<String, Double> told = outcome.told().getFirst();
        told.forEach((loss, value) ->
                assertEquals(golden.get(game.name() + ".told." + loss).item(), value, 2e-5, loss));
        assertEquals(game.defaults().losses().size(), told.size());
        int compared = 0;
        for (Map.Entry<String, Tensor> entry : golden.entrySet()) {
            // A bias before a batch norm has no gradient but rounding, which Adam brings to full size.
            String prefix = game.name() + ".trained.";
            String name = entry.getKey();
            if (name.startsWith(prefix) && !name.matches(".*(norm\\.(running|num)_.*|linear\\.bias)")) {
                String here = "method.network generator." + name.substring(prefix.length());
                assertArrayEquals(floats(entry.getValue()), outcome.kept().get(here), 1e-4f, here);
                compared++;
            }
        }
        assertEquals(5, compared);
    }

    private Consumer<Network> load(String prefix) {
        return network -> Begun.load(network, golden, prefix);
    }

    private static float[] floats(Tensor tensor) {
        return tensor.to(DType.FLOAT32).toFloats();
    }
}

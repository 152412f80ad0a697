package dev.dafl.plugins.fast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.spi.Synthesis;
import dev.dafl.spi.test.Begun;
import dev.dafl.spi.test.MethodTrial;
import dev.dafl.spi.test.MethodTrial.Outcome;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two rounds of three steps against PyTorch; see reference.py. */
class FastGoldenTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/rounds.safetensors");
    private static final double RATE = 0.02;
    private static final double LATENT_RATE = 0.05;
    private static final double META_RATE = 0.03;

    @TempDir
    Path folder;

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

    @Test
    void theDrawsArePythons() throws IOException {
        Map<String, Tensor> written = Safetensors.read(Draws.FILE);
        Map<String, Tensor> drawn = Draws.all();
        assertEquals(written.keySet(), drawn.keySet());
        drawn.forEach((name, values) -> assertArrayEquals(floats(written.get(name)), floats(values), name));
    }

    @ParameterizedTest
    @CsvSource({"NONE, none, 1", "REPTILE, reptile, 2", "FOMAML, fomaml, 2"})
    void isPyTorchs(Meta meta, String name, int networks) {
        Outcome outcome = MethodTrial.of(
                        new Begun<>(new Fast(), synthesis -> begin(synthesis, meta)),
                        Small.options(meta, 3, Draws.BATCH, RATE, LATENT_RATE, META_RATE, 0),
                        folder,
                        Small.BIND,
                        Small.plugins())
                .rounds(Draws.ROUNDS, 1)
                .begins(load("teacher."), load("student."))
                .run();
        for (int round = 0; round < Draws.ROUNDS; round++) {
            Map<String, Double> told = outcome.told().get(round);
            for (String loss : told.keySet()) {
                // The student has learnt meanwhile.
                if (round == 0 || !loss.equals("adversarial")) {
                    double expected =
                            golden.get(name + ".told." + round + "." + loss).item();
                    assertEquals(expected, told.get(loss), 2e-5, round + " " + loss);
                }
            }
            assertEquals(3, told.size());
        }
        int compared = compare(name + ".trained.", outcome, "method.network generator.");
        compared += compare(name + ".lasting.", outcome, "method.network meta generator.");
        assertEquals(9 * networks, compared);
        assertArrayEquals(
                floats(golden.get(name + ".latent")), outcome.kept().get("method.tensor latent.value"), 1e-4f);
    }

    private int compare(String there, Outcome outcome, String here) {
        int compared = 0;
        for (Map.Entry<String, Tensor> entry : golden.entrySet()) {
            if (entry.getKey().startsWith(there)) {
                String name = here + entry.getKey().substring(there.length());
                assertArrayEquals(floats(entry.getValue()), outcome.kept().get(name), 1e-4f, name);
                compared++;
            }
        }
        return compared;
    }

    private void begin(Synthesis synthesis, Meta meta) {
        load("generator.").accept(synthesis.generator(meta == Meta.NONE ? "generator" : "meta generator"));
    }

    private Consumer<Network> load(String prefix) {
        return network -> Begun.load(network, golden, prefix);
    }

    private static float[] floats(Tensor tensor) {
        return tensor.to(DType.FLOAT32).toFloats();
    }
}

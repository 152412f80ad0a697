package dev.dafl.engine.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.compute.Compute;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.nn.Network;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A network that a file lists layer by layer: how it is read, and with which line its mistakes are told. */
class WrittenLayersTest {

    private static final ImageShape SHAPE = new ImageShape(1, 32, 32);

    private static final String FILE = """
            data: {dataset: stroke-digits, image-size: 32}
            teacher:
              model:
                name: layers
                layers:
                  - conv: {out: 8, kernel: 5, stride: 2}
                  - batch-norm
                  - relu
                  - max-pool: 2
                  - residual:
                      - conv: {out: 8, kernel: 3, padding: 1}
                      - relu
                  - global-avg-pool
                  - flatten
                  - linear: 20
                  - {leaky-relu: 1e-1}
                  - dropout: 0.2
            """;

    @Test
    void itIsBuiltAsItIsWritten() {
        assertEquals(25 * 8 + 8 + 16 + (8 * 8 * 9 + 8) + (8 * 20 + 20) + (20 * 10 + 10), parameters(parse(FILE)));
    }

    @Test
    void whatARunKeepsOfItIsTheSameNetwork() {
        ExperimentFile file = parse(FILE);
        ExperimentFile kept = parse(ExperimentFile.toYaml(file.config()));
        assertTrue(file.config().asksForTheSameAs(kept.config()));
        assertEquals(parameters(file), parameters(kept));
        assertEquals("5", file.config().values().get("teacher.model.layers.0.conv.kernel"));
    }

    /** What is set, and the parameters of the network that comes of it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            teacher.model.layers.0.conv.kernel=3          | 1070
            teacher.model.layers.7.linear=10              | 1008
            teacher.model.layers.7.linear.out=10          | 0
            teacher.model.layers.batch-norm.affine=false  | 1182
            teacher.model.layers.1=null                   | 1182
            teacher.model.layers=[]                       | 10250
            """)
    void everyLayerCanBeReached(String set, long parameters) {
        String[] parts = set.split("=", 2);
        Map<String, String> overrides = Map.of(parts[0], parts[1]);
        if (parameters == 0) {
            String message = assertThrows(ConfigException.class, () -> parse(FILE, overrides))
                    .getMessage();
            assertEquals("--set " + set + ": linear is not a table", message);
        } else {
            assertEquals(parameters, parameters(parse(FILE, overrides)));
        }
    }

    /** Each line: what is replaced, what stands there instead, and what is told. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            max-pool: 2    | max-pol: 2          | exp.yaml:9: layers: layer 3, max-pol: 2: no layer is named max-pol; did you mean max-pool? There are adaptive-avg-pool, attention,
            - relu\\n      | - rely\\n           | exp.yaml:8: layers: layer 2: no layer is named rely; did you mean relu? There are
            kernel: 5      | kernels: 5          | exp.yaml:6: layers: layer 0, conv: {out: 8, kernels: 5, stride: 2}: unknown key kernels; did you mean kernel? There are bias,
            padding: 1     | padding: one        | exp.yaml:11: layers: layer 4.body.0, conv: {out: 8, kernel: 3, padding: one}: padding: expected a whole number
            linear: 20     | linear:             | exp.yaml:15: layers: layer 7, linear: null: out is missing, such as {linear: 128}
            - flatten      | -                   | exp.yaml:14: layers: layers[6]: expected a table of keys and values
            - flatten      | - [flatten]         | exp.yaml:14: layers: layer 6, [flatten]: a layer is a word such as relu
            dropout: 0.2   | dropout: 2          | exp.yaml:17: layers: layer 9, dropout: 2: probability must be from 0 to below 1, not 2
            `    layers:`   | `    layer:`      | exp.yaml:5: layers: unknown key layer; did you mean layers?
            """)
    void aMistakeInTheListIsToldWithItsLine(String written, String instead, String message) {
        String text = FILE.replace(written.replace("\\n", "\n"), instead.replace("\\n", "\n"));
        String actual = assertThrows(
                        ConfigException.class, () -> Experiment.prepare(parse(text), ClassPathExtensions.with()))
                .getMessage();
        assertTrue(actual.startsWith(message), actual);
    }

    @Test
    void aLayerThatDoesNotFitIsToldWithItsLine() {
        assertEquals(
                "exp.yaml:9: layer 3, max-pool: 15: the picture is only 14x14 there",
                assertThrows(
                                ConfigException.class,
                                () -> parameters(parse(FILE.replace("max-pool: 2", "max-pool: 15"))))
                        .getMessage());
        assertEquals(
                "--set teacher.model.layers.3.max-pool=15: layer 3, max-pool: 15: the picture is only 14x14 there",
                assertThrows(
                                ConfigException.class,
                                () -> parameters(parse(FILE, Map.of("teacher.model.layers.3.max-pool", "15"))))
                        .getMessage());
    }

    private static ExperimentFile parse(String text) {
        return parse(text, Map.of());
    }

    private static ExperimentFile parse(String text, Map<String, String> overrides) {
        return ExperimentFile.parse("exp.yaml", text, new LinkedHashMap<>(overrides), "exp");
    }

    private static long parameters(ExperimentFile file) {
        Experiment experiment = Experiment.prepare(file, ClassPathExtensions.with());
        Networks networks = new Networks(file, new Compute(Device.CPU, false), new RandomStream(1));
        try (Network teacher = networks.classifier("teacher", experiment.parts().teacher(), SHAPE, 10)) {
            return teacher.parameters().count();
        }
    }
}

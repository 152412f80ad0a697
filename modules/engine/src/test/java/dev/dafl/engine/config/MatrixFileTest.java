package dev.dafl.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatrixFileTest {

    private static final String BASE = """
            name: table
            data: {dataset: stroke-digits, image-size: 32}
            teacher: {model: lenet5, epochs: 2}
            student: {model: lenet5-half}
            generator:
              model: dcgan
              losses: [{name: one-hot}]
            """;

    @Test
    void everyCombinationIsARun() {
        MatrixFile matrix = parse("""
                matrix:
                  learns-from:
                    dafl: {}
                    noise: {generator: null, transfer: {set: normal-noise, steps: 5}, student.optimizer.learning-rate: 0.01}
                  seed: [1, 2, 3]
                """);
        assertEquals("table", matrix.name());
        assertEquals(
                List.of("dafl_seed-1", "dafl_seed-2", "dafl_seed-3", "noise_seed-1", "noise_seed-2", "noise_seed-3"),
                matrix.runs().stream().map(MatrixFile.Run::name).toList());
        ExperimentConfig dafl = matrix.runs().get(1).file().config();
        assertEquals(2, dafl.seed());
        assertEquals("dafl_seed-2", dafl.name());
        assertTrue(dafl.generator().isPresent() && dafl.transfer().isEmpty());
        ExperimentConfig noise = matrix.runs().get(5).file().config();
        assertTrue(noise.generator().isEmpty());
        assertEquals(5, noise.transfer().orElseThrow().steps());
        assertEquals(0.01, noise.student().orElseThrow().optimizer().learningRate());
        assertEquals(
                Map.of("learns-from", "noise", "seed", "seed-3"),
                matrix.runs().get(5).labels());
    }

    @Test
    void aFileWithoutAMatrixIsOneExperiment() {
        assertTrue(MatrixFile.parse("exp.yaml", BASE, Map.of(), "x").isEmpty());
    }

    @Test
    void overridesGoOverTheFileAndMayChangeTheMatrix() {
        MatrixFile matrix = MatrixFile.parse(
                        "exp.yaml",
                        BASE + "matrix: {seed: [1, 2]}\n",
                        Map.of("teacher.epochs", "7", "matrix.seed", "[4]"),
                        "x")
                .orElseThrow();
        assertEquals(1, matrix.runs().size());
        assertEquals(4, matrix.runs().getFirst().file().config().seed());
        assertEquals(7, matrix.runs().getFirst().file().config().teacher().epochs());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            matrix:                               | exp.yaml:8: a matrix is a table of axes, such as matrix: {seed: [1, 2, 3]}
            matrix: {}                            | here it has no runs
            matrix: [1]                           | a matrix is a table of axes
            matrix: {seed: []}                    | exp.yaml:8: the axis seed has no values, so the matrix has no runs
            matrix: {seed: 3}                     | the axis seed is a list of values, or a table of names and overrides
            matrix: {seed: [1, 1]}                | exp.yaml:8: two runs are named seed-1
            matrix: {sed: [1]}                    | exp.yaml:8: unknown key sed; did you mean seed?
            matrix: {a: {b: {teacher.epoch: 3}}}  | exp.yaml:8: unknown key epoch; did you mean epochs?
            matrix: {a: {b: {teacher.epochs: 0}}} | exp.yaml:8: epochs must be at least 1, not 0 (in the run b)
            matrix: {a: {b: {seed.x: 0}}}         | exp.yaml:8: seed: expected a whole number
            matrix: {a: {b: {name.x: 0}}}         | exp.yaml:8: b: name.x: name is not a table
            matrix: {a: {b: 3}}                   | b is a table of overrides, such as b: {seed: 2}
            matrix: {a: {b/c: {}}}                | the name of a run is made of letters, digits, '.' and '-', not 'b/c'
            matrix: {a: {b: {}}, seed: [2, 2]}    | exp.yaml:8: two runs are named b_seed-2
            matrix: {losses: [[1]]}               | a value of the list losses is a number or a word
            """)
    void mistakesAreToldWithFileAndLine(String text, String message) {
        String actual =
                assertThrows(ConfigException.class, () -> parse(text + "\n")).getMessage();
        assertTrue(actual.contains(message), actual);
        assertEquals(1, actual.lines().count());
    }

    /** It becomes a folder's name, as that of an experiment. */
    @ParameterizedTest
    @ValueSource(strings = {"../../escape", "a/b", "''", "[a]", "{a: 1}", ".hidden"})
    void aNameThatIsNoFoldersIsTold(String name) {
        String text = BASE.replace("name: table", "name: " + name) + "matrix: {seed: [1]}\n";
        String message = assertThrows(ConfigException.class, () -> MatrixFile.parse("exp.yaml", text, Map.of(), "x"))
                .getMessage();
        assertTrue(message.startsWith("exp.yaml:1: name is a folder's name: a letter or digit, then"), message);
    }

    @Test
    void theFileIsKeptWithWhatWasPutOverIt() {
        MatrixFile matrix = MatrixFile.parse(
                        "exp.yaml", BASE + "matrix: {seed: [1, 2]}\n", Map.of("teacher.epochs", "7"), "x")
                .orElseThrow();
        MatrixFile again =
                MatrixFile.parse("again.yaml", matrix.yaml(), Map.of(), "x").orElseThrow();
        assertEquals(
                matrix.runs().stream().map(run -> run.file().config()).toList(),
                again.runs().stream().map(run -> run.file().config()).toList());
    }

    private static MatrixFile parse(String matrix) {
        return MatrixFile.parse("exp.yaml", BASE + matrix, Map.of(), "x").orElseThrow();
    }
}

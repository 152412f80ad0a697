package dev.dafl.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

    @Test
    void anOverrideTakesThePlaceOfTheAxisThatListsItsKey() {
        MatrixFile one = parse("matrix: {teacher.seed: [1, 2], seed: [3, 4]}\n", "teacher.seed=7");
        assertEquals(
                List.of("seed-7_seed-3", "seed-7_seed-4"),
                one.runs().stream().map(MatrixFile.Run::name).toList());
        assertEquals(7, one.runs().getFirst().file().config().teacherSeed());
        assertEquals(2, parse("matrix: {seed: [1]}\n", "seed=[5, 6]").runs().size());
    }

    @Test
    void aRunOfAMatrixCanBeChangedByItself() {
        ExperimentFile run =
                parse("matrix: {threads: [0, 1]}\n").runs().getFirst().file().with("threads", "3");
        assertEquals(3, run.config().threads());
        assertEquals("threads-0", run.config().name());
    }

    @Test
    void theOverridesOfAnAxisCanBeReached() {
        String matrix = "matrix: {a: {few: {teacher.epochs: 3, data.dataset: stroke-digits}, more: {}}}\n";
        MatrixFile changed = parse(
                matrix,
                "matrix.a.few.teacher.epochs=4",
                "matrix.a.few.data.dataset.train=9",
                "matrix.a.more.teacher.batch=8");
        ExperimentConfig few = changed.runs().get(0).file().config();
        assertEquals(4, few.teacher().epochs());
        assertEquals(
                9, few.data().orElseThrow().dataset().options().get("train").asInt());
        assertEquals(8, changed.runs().get(1).file().config().teacher().batch());
        // One of the two runs takes it.
        MatrixFile other = parse(matrix, "teacher.epochs=9");
        assertEquals(9, other.runs().get(1).file().config().teacher().epochs());
    }

    @Test
    void anAxisReachesEveryValue() {
        MatrixFile matrix = parse("matrix: {generator.losses.one-hot.weight: [0.5, 1e1]}\n");
        assertEquals(
                List.of(0.5, 10.0),
                matrix.runs().stream()
                        .map(run -> run.file()
                                .config()
                                .generator()
                                .orElseThrow()
                                .losses()
                                .getFirst()
                                .weight()
                                .at(0))
                        .toList());
        assertEquals("weight-10.0", matrix.runs().get(1).name());
    }

    /** Each line: a matrix, what is set, the message. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {seed: [1, 2]}                                                | seed=x                | --set seed=x: seed: expected a whole number (in the run seed-x)
            {seed: [1, 2]}                                                | seed={a: 1}           | --set seed={a: 1}: a value of the list seed is a number or a word
            {a: {b: {teacher.epochs: 3}, c: {teacher: {model: lenet5}}}}  | teacher.epochs=5      | --set teacher.epochs=5 would do nothing, since each value of the axis a sets it; set it there, such as --set matrix.a.b.teacher.epochs=...
            {teacher.model: [lenet5]}                                     | teacher.model.width=5 | --set teacher.model.width=5 would do nothing
            {a: {b: {teacher.epoch: 3}}}                                  | seed=4                | exp.yaml:8: unknown key epoch
            {a: {b: {seed: 3}}}                                           | matrix.a.b.seed=x     | --set matrix.a.b.seed=x: seed: expected a whole number (in the run b)
            {a: {b: {generator.losses.one-hat.weight: 3}}}                | seed=4                | exp.yaml:8: b: generator.losses.one-hat.weight: losses has no entry one-hat; did you mean one-hot?
            {a: {b: {name: x}}}                                           | seed=4                | exp.yaml:8: a run of a matrix is named after its values
            """)
    void overridesThatCannotBeAreTold(String matrix, String set, String message) {
        String actual = assertThrows(ConfigException.class, () -> parse("matrix: " + matrix + "\n", set))
                .getMessage();
        assertTrue(actual.contains(message), actual);
    }

    @Test
    void theRunsAreCountedBeforeAnyIsMade() {
        StringBuilder axes = new StringBuilder("matrix:\n");
        for (int i = 0; i < 8; i++) {
            axes.append("  a").append(i).append(": {");
            for (int j = 0; j < 10; j++) {
                axes.append("v").append(j).append(": {}, ");
            }
            axes.append("}\n");
        }
        String message = assertThrows(ConfigException.class, () -> parse(axes.toString()))
                .getMessage();
        assertEquals("exp.yaml:8: this matrix has 100,000,000 runs; 10,000 are the most", message);
    }

    @Test
    void aFileIsReadAsWhatItIs(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("exp.yaml"), BASE);
        assertInstanceOf(ExperimentFile.class, ConfigFile.read(file, Map.of()));
        assertInstanceOf(MatrixFile.class, ConfigFile.read(file, Map.of("matrix.seed", "[1]")));
        Files.writeString(file, BASE + "matrix: {seed: [1]}\n");
        assertInstanceOf(MatrixFile.class, ConfigFile.read(file, Map.of()));
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

    private static MatrixFile parse(String matrix, String... settings) {
        return MatrixFile.parse("exp.yaml", BASE + matrix, OverridesTest.overrides(settings), "x")
                .orElseThrow();
    }
}

package dev.dafl.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.plugins.ClassPathExtensions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** YAML as people write it, and as nobody should. */
class YamlReaderTest {

    private static final String FILE = """
            name: test
            data: {dataset: stroke-digits, image-size: 32}
            teacher:
              model: lenet5
              epochs: 2
              optimizer: {learning-rate: 0.002}
            """;

    /** What is written, and what the name of the experiment is then. */
    @ParameterizedTest
    @CsvSource({
        "1234e56, 1234e56",
        "1e-3, 1e-3",
        "2, 2",
        "010, 010",
        "1.50, 1.50",
        "99999999999999999999999, 99999999999999999999999",
        "no, no",
        "'\"5\"', 5",
        "x1, x1"
    })
    void aTextKeepsItsSpelling(String written, String name) {
        ExperimentConfig config =
                parse(FILE.replace("name: test", "name: " + written)).config();
        assertEquals(name, config.name());
        assertEquals(name, parse(ExperimentFile.toYaml(config)).config().name());
    }

    @Test
    void anOptionThatIsATextKeepsItsSpellingToo() {
        record Options(String folder, double scale) {}
        ExperimentFile file = parse(FILE.replace("model: lenet5", "model: {name: lenet5, folder: 1e3, scale: 1e3}"));
        assertEquals(
                new Options("1e3", 1000),
                file.options("/teacher/model", file.config().teacher().model(), new Options("", 1)));
    }

    @Test
    void whatWasRightStaysRight() {
        assertEquals(1e-3, rate("1e-3"));
        assertEquals(1e-3, rate("0.1e-2"));
        assertEquals(2, parse("\uFEFF" + FILE).config().teacher().epochs());
        assertEquals(2, parse(FILE.replace("\n", "\r\n")).config().teacher().epochs());
        assertEquals("cuda:1", parse(FILE + "device: cuda:1\n").config().device());
    }

    @Test
    void anchorsAreReplayedAndMergeKeysMerge() {
        ExperimentConfig config = parse("""
                x-base: &base {epochs: 3, batch: 64}
                data: {dataset: stroke-digits}
                teacher:
                  model: &network {name: lenet5, width: 2}
                  optimizer: &adam {learning-rate: 0.5, schedule: cosine}
                  <<: *base
                  batch: 32
                student:
                  model: *network
                  optimizer: {<<: [*adam, {learning-rate: 1, eps: 0.25}], schedule: constant}
                transfer: {set: normal-noise}
                """).config();
        assertEquals(3, config.teacher().epochs());
        assertEquals(32, config.teacher().batch());
        StudentConfig student = config.student().orElseThrow();
        assertEquals(config.teacher().model(), student.model());
        assertEquals(0.5, student.optimizer().learningRate());
        assertEquals(0.25, student.optimizer().eps());
        assertEquals(OptimizerConfig.ScheduleKind.CONSTANT, student.optimizer().schedule());
    }

    @Test
    void aRepeatedTableCanBeChangedByItself() {
        ExperimentConfig config =
                OverridesTest.parse("""
                data: {dataset: stroke-digits}
                teacher: {model: &network {name: lenet5, width: 2}}
                student: {model: *network}
                transfer: {set: normal-noise}
                """, "student.model.width=3").config();
        assertEquals(2, config.teacher().model().options().get("width").asInt());
        assertEquals(
                3, config.student().orElseThrow().model().options().get("width").asInt());
    }

    /** Each line: a text in the valid file, what stands there instead, the message. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            epochs: 2      | `epochs: " "`              | exp.yaml:5: epochs: expected a whole number
            epochs: 2      | `epochs: "\\0"`            | exp.yaml:5: epochs: expected a whole number
            epochs: 2      | `epochs: ""`               | exp.yaml:5: epochs: expected a whole number
            epochs: 2      | epochs: !!binary aGk=      | exp.yaml:5: a value is a text, a number, a list or a table
            epochs: 2      | epochs: true               | exp.yaml:5: epochs: expected a whole number
            epochs: 2      | epochs: 010                | exp.yaml:5: epochs: expected a whole number
            epochs: 2      | epochs: 99999999999999999  | exp.yaml:5: epochs: the number is too large
            epochs: 2      | epochs: 99999999999999999999999 | exp.yaml:5: epochs
            epochs: 2      | `augment: {flip: ""}`      | exp.yaml:5: flip: expected true or false
            epochs: 2      | `augment: ""`              | exp.yaml:5: augment: expected a table
            rate: 0.002    | rate: .nan                 | exp.yaml:6: learning-rate must be a finite number, not .nan
            rate: 0.002    | rate: .inf                 | exp.yaml:6: learning-rate must be a finite number, not .inf
            rate: 0.002    | rate: 1e999                | exp.yaml:6: learning-rate must be a finite number, not 1e999
            rate: 0.002    | `rate: "1"`                | exp.yaml:6: learning-rate: expected a number
            rate: 0.002    | rate: 1, weight-decay: .inf | exp.yaml:6: weight-decay must be a finite number, not .inf
            rate: 0.002    | rate: 1, betas: [0.5, ~]   | exp.yaml:6: betas[1]: expected a number
            rate: 0.002    | rate: 1, betas: [0.5, null] | exp.yaml:6: betas[1]: expected a number
            rate: 0.002    | `rate: 1, schedule: ""`    | exp.yaml:6: schedule: expected one of constant, step
            rate: 0.002    | `rate: 1, milestones: ""`  | exp.yaml:6: milestones: expected a list
            model: lenet5  | model: *network            | exp.yaml:4: *network names no value: no &network ends before it
            model: lenet5  | model: &a {name: *a}       | exp.yaml:4: *a names no value: no &a ends before it
            model: lenet5  | <<: lenet5                 | exp.yaml:4: << puts the keys of a table here
            model: lenet5  | `model: "a\\nb\\e[31m"`    | exp.yaml:4: no teacher is named a\\nb\\u001b[31m; there are
            name: test     | `name: "a\\u202Eb"`        | exp.yaml:1: name is a folder's name: a letter or digit, then letters, digits, '.', '_' and '-', not 'a\\u202eb'
            name: test     | `"a\\nb": 1`               | exp.yaml:1: unknown key a\\nb
            name: test     | name: test\\tx: 1          | exp.yaml:1: unknown
            """)
    void mistakesAreToldOnOneLine(String there, String instead, String message) {
        String text = FILE.replace(there, instead);
        if (message.endsWith("unknown")) {
            return;
        }
        String actual = assertThrows(
                        ConfigException.class, () -> Experiment.prepare(parse(text), ClassPathExtensions.with()))
                .getMessage();
        assertTrue(actual.contains(message), actual);
        assertEquals(1, actual.lines().count(), actual);
    }

    @Test
    void aTabThatIndentsIsTold() {
        String message = assertThrows(ConfigException.class, () -> parse(FILE.replace("  epochs", "\tepochs")))
                .getMessage();
        assertEquals("exp.yaml:5: a tab stands here where YAML takes spaces only; indent with spaces", message);
    }

    @Test
    void aliasesOfAliasesHaveAnEnd() {
        StringBuilder text = new StringBuilder("x-0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
        for (int i = 1; i < 10; i++) {
            text.append("x-%d: &a%d [".formatted(i, i))
                    .append(("*a" + (i - 1) + ",").repeat(10))
                    .append("]\n");
        }
        String message =
                assertThrows(ConfigException.class, () -> parse(text + FILE)).getMessage();
        assertTrue(message.startsWith("exp.yaml:5: more than 100000 values"), message);
    }

    @Test
    void lengthsHaveLimits(@TempDir Path folder) throws IOException {
        assertLimit(FILE.replace("epochs", "e".repeat(300)), "exp.yaml:5: a key of 300 characters");
        assertLimit(FILE.replace("epochs", "e".repeat(300_000)), "exp.yaml:5: not YAML");
        assertLimit(FILE.replace("lenet5", "l".repeat(300_000)), "exp.yaml:4: a value of 300000 characters");
        assertLimit(FILE.replace("name: test", "name: " + "1".repeat(5_000)), "exp.yaml:1: a value of 5000 characters");
        assertLimit(
                FILE.replace("test", "t".repeat(300)), "exp.yaml:1: name is a folder's name and has 200 characters");
        assertLimit(FILE.replace("lenet5", "l".repeat(3_000)), "lll... (3000 characters); there are alexnet,");
        assertLimit(FILE.replace("lenet5", "[".repeat(5_000)), "exp.yaml:4: lists and tables lie too deep");
        Path file = folder.resolve("big.yaml");
        Files.writeString(file, FILE + "#" + "x".repeat(YamlReader.LONGEST));
        String message = assertThrows(ConfigException.class, () -> ExperimentFile.read(file, Map.of()))
                .getMessage();
        assertEquals(
                file + ": it is longer than 1 MB, and an experiment is a page of text; is it the right file?", message);
    }

    private static void assertLimit(String text, String message) {
        String actual = assertThrows(
                        ConfigException.class, () -> Experiment.prepare(parse(text), ClassPathExtensions.with()))
                .getMessage();
        assertTrue(actual.contains(message), actual);
        assertTrue(actual.length() < 1000, actual);
    }

    @Test
    void filesThatAreNamedAreLookedForBeforeAnythingIsLoaded(@TempDir Path folder) throws IOException {
        assertLimit(FILE + "  weights: nowhere.safetensors\n", "exp.yaml:7: no such file: nowhere.safetensors");
        assertLimit(FILE.replace("image-size: 32", "root: nowhere"), "exp.yaml:2: no such folder: nowhere");
        assertLimit(FILE.replace("image-size: 32", "root: \"a\\0b\""), "exp.yaml:2: 'a\\u0000b' cannot be a path: Nul");
        Path weights = Files.createFile(folder.resolve("weights"));
        Experiment.prepare(
                parse(FILE.replace("image-size: 32", "root: " + folder) + "  weights: " + weights + "\n"),
                ClassPathExtensions.with());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "name: lenet5", "[1]", "", "*a"})
    void aPluginOnACommandLineIsTheSameYaml(String written) {
        assertEquals("lenet5", Component.parse("lenet5").name());
        assertEquals(
                16,
                Component.parse("{name: x, depth: 16}").options().get("depth").asInt());
        if (written.equals("name: lenet5")) {
            assertEquals("lenet5", Component.parse(written).name());
        } else {
            String message = assertThrows(ConfigException.class, () -> Component.parse(written))
                    .getMessage();
            assertTrue(message.startsWith("'" + written + "': "), message);
        }
    }

    @Test
    void aLongNameIsComparedWithNone() {
        assertFalse(
                Nearest.of("lenet5".repeat(1000), java.util.List.of("lenet5")).isPresent());
    }

    private static double rate(String written) {
        return parse(FILE.replace("0.002", written))
                .config()
                .teacher()
                .optimizer()
                .learningRate();
    }

    private static ExperimentFile parse(String text) {
        return OverridesTest.parse(text);
    }
}

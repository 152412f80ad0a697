package dev.dafl.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.matrix.Matrix;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.spi.Dataset.Normalization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExperimentFileTest {

    private static final String VALID = """
            name: test
            data: {dataset: stroke-digits, image-size: 32}
            teacher:
              model: lenet5
              epochs: 2
            student:
              model: lenet5-half
              optimizer: {learning-rate: 0.002}
            generator:
              model: {name: dcgan, latent: 50}
              optimizer: {learning-rate: 0.02}
              losses:
                - {name: one-hot, weight: 1}
                - {name: activation, weight: 0.1, features: sum}
            distillation:
              schedule: {kind: joint, steps: 10}
            """;

    @Test
    void whatIsLeftOutHasItsDefault() {
        ExperimentConfig config = parse(VALID).config();
        assertEquals("test", config.name());
        assertEquals(0, config.seed());
        assertEquals(256, config.distillation().batch());
        assertEquals("knowledge-distillation", config.distillation().loss().name());
        assertEquals(GuardConfig.OnCollapse.RECOVER, config.guard().onCollapse());
        assertEquals(new Schedule.Joint(10L), config.distillation().schedule());
        assertEquals(
                "from-the-file",
                ExperimentFile.parse("x", VALID.replace("name: test\n", ""), Map.of(), "from-the-file")
                        .config()
                        .name());
    }

    @Test
    void threadsMayBeLeftToAMeasurementByAWord() {
        assertEquals(0, parse(VALID).config().threads());
        assertEquals(0, parse(VALID + "threads: auto\n").config().threads());
        assertEquals(3, parse(VALID + "threads: 3\n").config().threads());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    fit: pad                                | -
                    fit: crop                               | -
                    fit: stretch                            | fit is 'stretch'; it is one of resize, pad, crop
                    normalization: {range: [0, 1]}          | -
                    normalization: {mean: [0.5], std: [1]}  | -
                    normalization: {}                       | normalization has either mean and std, such as
                    normalization: {mean: [0.5]}            | normalization has either mean and std, such as
                    normalization: {range: [0, 1], std: [1]} | normalization has either mean and std, such as
                    normalization: {range: [1, 0]}          | range is what black and white become, a lower and a higher
                    normalization: {range: [0, 1, 2]}       | range is what black and white become, a lower and a higher
                    normalization: {mean: [0], std: [0]}    | std must be a number above 0, not 0
                    normalization: {mean: [.nan], std: [1]} | mean[0] must be a finite number
                    normalization: {means: [1]}             | unknown key means; did you mean mean?
                    """)
    void dataMayBeFittedAndNormalised(String key, String problem) {
        String yaml = VALID.replace("image-size: 32", "image-size: 32, " + key);
        if (problem.equals("-")) {
            ExperimentConfig config = parse(yaml).config();
            assertEquals(config, parse(ExperimentFile.toYaml(config)).config());
        } else {
            String message =
                    assertThrows(ConfigException.class, () -> parse(yaml)).getMessage();
            assertTrue(message.contains(":2: " + problem), message);
        }
    }

    @Test
    void fitNeedsASize() {
        String message = assertThrows(ConfigException.class, () -> parse(VALID.replace("image-size: 32", "fit: crop")))
                .getMessage();
        assertTrue(message.contains(":2: fit is how images are brought to image-size, which is missing"), message);
    }

    @Test
    void aRangeIsAMeanAndAStandardDeviation() {
        assertEquals(normalization(0.5, 0.5), range(-1, 1).of(1));
        assertEquals(normalization(0, 1), range(0, 1).of(1));
        assertEquals(normalization(0, 1 / 255.0), range(0, 255).of(1)); // pixels as they are stored
        assertEquals(List.of(0.25, 0.25, 0.25), range(-1, 3).of(3).mean());
    }

    private static NormalizationConfig range(double black, double white) {
        return new NormalizationConfig(Optional.empty(), Optional.empty(), Optional.of(List.of(black, white)));
    }

    private static Normalization normalization(double mean, double std) {
        return Normalization.grey(mean, std);
    }

    @ParameterizedTest
    @CsvSource({"60s, 60s", "5m, 300s", "1h, 3600s", "500 steps, 500 steps", "1 step, 1 steps", "never, never"})
    void checkpointsAreAskedForInTimeOrSteps(String written, String means) {
        ExperimentConfig config =
                parse(VALID + "checkpoint: {every: " + written + "}\n").config();
        assertEquals(means, config.checkpoint().every().text());
        assertEquals(2, config.checkpoint().keep());
        assertEquals(config, parse(ExperimentFile.toYaml(config)).config());
    }

    @ParameterizedTest
    @CsvSource({"0s", "60", "-1s", "often", "1 day"})
    void otherWordsForCheckpointsAreRefused(String written) {
        String message = assertThrows(
                        ConfigException.class, () -> parse(VALID + "checkpoint: {every: '" + written + "'}\n"))
                .getMessage();
        assertTrue(
                message.contains("every is a time such as 60s, 5m or 1h, a count such as 500 steps, or never"),
                message);
    }

    @Test
    void aResolvedConfigurationReadsBackAsItself() {
        ExperimentConfig config = parse(VALID).config().resolved("cpu", ExperimentConfig.Precision.BF16, 3);
        assertEquals(config, parse(ExperimentFile.toYaml(config)).config());
    }

    @Test
    void overridesGoOverTheFile() {
        ExperimentConfig config = ExperimentFile.parse(
                        "x",
                        VALID,
                        Map.of(
                                "teacher.epochs",
                                "7",
                                "seed",
                                "3",
                                "teacher.model.width",
                                "2",
                                "distillation.schedule",
                                "{kind: two-stage, generator-steps: 1," + " student-steps: 2}"),
                        "x")
                .config();
        assertEquals(7, config.teacher().epochs());
        assertEquals(3, config.seed());
        assertEquals("lenet5", config.teacher().model().name());
        assertEquals(2, config.teacher().model().options().get("width").asInt());
        assertEquals(new Schedule.TwoStage(1, 2), config.distillation().schedule());
    }

    /** Each line: a text in the valid file, what stands there instead, the message. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            epochs: 2            | epoch: 2              | exp.yaml:5: unknown key epoch; did you mean epochs?
            teacher:             | teachr:               | exp.yaml:3: unknown key teachr; did you mean teacher?
            epochs: 2            | epochs: many          | exp.yaml:5: epochs: expected a whole number
            epochs: 2            | epochs: 2.5           | exp.yaml:5: epochs
            epochs: 2            | epochs: 0             | exp.yaml:5: epochs must be at least 1, not 0
            epochs: 2            | epochs: [2]           | exp.yaml:5: epochs: expected a whole number
            epochs: 2            | `epochs: "2"`         | exp.yaml:5: epochs: expected a whole number
            kind: joint          | kind: both            | exp.yaml:16: kind is 'both'; it is joint, two-stage, alternating or rounds
            steps: 10            | step: 10              | exp.yaml:16: unknown key step; did you mean steps?
            learning-rate: 0.02} | learning-rate: -1}    | exp.yaml:11: learning-rate must be a number above 0, not -1
            learning-rate: 0.02} | momentum: 1}          | learning-rate is missing
            learning-rate: 0.02} | learning-rate: 1, name: adamm} | name is 'adamm'; it is one of adam, adamw, sgd
            lenet5-half          | 7                     | exp.yaml:7: a plugin is its name, or {name: ..., option: ...}
            epochs: 2            | model: lenet5         | exp.yaml:5: model stands here twice, first on line 4
            epochs: 2            | `epochs: {`           | not YAML
            name: test           | name: ../x            | name is a folder's name
            name: test           | device: gpu           | device must be auto, cpu, cuda or cuda:N, not 'gpu'
            name: test           | precision: fp16       | precision is 'fp16'; it is one of auto, fp32, bf16
            name: test           | seed: x               | exp.yaml:1: seed: expected a whole number
            """)
    void mistakesAreToldWithFileAndLine(String there, String instead, String message) {
        String text = VALID.replace(there, instead);
        String actual = assertThrows(ConfigException.class, () -> parse(text)).getMessage();
        assertTrue(actual.contains(message), actual);
        assertEquals(1, actual.lines().count(), actual);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            model: lenet5\\n         | exp.yaml:4: no teacher is named lenet6; did you mean lenet5? There are alexnet, | model: lenet6\\n
            dataset: stroke-digits   | exp.yaml:2: no dataset is named mnits; did you mean mnist? There are cifar10, | dataset: mnits
            name: one-hot            | exp.yaml:13: no loss term is named onehot; did you mean one-hot? There are activation, | name: onehot
            latent: 50               | exp.yaml:10: dcgan: unknown key latnt; did you mean latent?          | latnt: 50
            latent: 50               | exp.yaml:10: dcgan: latent must be at least 1, not 0                 | latent: 0
            features: sum            | exp.yaml:14: activation: features is 'max'; it is one of mean, sum   | features: max
            """)
    void pluginsThatAreNotThereAreToldWithFileAndLine(String there, String message, String instead) {
        String text = VALID.replace(there.replace("\\n", "\n"), instead.replace("\\n", "\n"));
        String actual = assertThrows(
                        ConfigException.class, () -> Experiment.prepare(parse(text), ClassPathExtensions.with()))
                .getMessage();
        assertTrue(actual.startsWith(message), actual);
    }

    @Test
    void wholeFilesThatAreNoneAreRefused(@TempDir Path folder) throws IOException {
        assertRefused(folder.resolve("mnits.yaml"), "no such file");
        Files.writeString(folder.resolve("mnist.yaml"), "");
        assertRefused(folder.resolve("mnits.yaml"), "did you mean " + folder.resolve("mnist.yaml"));
        assertRefused(folder.resolve("mnist.yaml"), "is empty");
        assertRefused(folder, "it is a folder");
        Files.writeString(folder.resolve("list.yaml"), "- a\n- b\n");
        assertRefused(folder.resolve("list.yaml"), "is a table of keys and values");
        Files.writeString(folder.resolve("two.yaml"), VALID + "---\n" + VALID);
        assertRefused(folder.resolve("two.yaml"), "a second document begins here");
        Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xc3, 0x28, 1});
        assertRefused(folder.resolve("binary.yaml"), "is not a text in UTF-8");
        Files.writeString(folder.resolve("comment.yaml"), "# nothing\n");
        assertRefused(folder.resolve("comment.yaml"), "is empty");
    }

    @Test
    void overridesThatDoNotFitAreRefused() {
        for (Map.Entry<String, String> override : Map.of(
                        "teacher.epoch", "3", "teacher.epochs.x", "3", "seed", "[", "teacher.epochs", "no")
                .entrySet()) {
            String message = assertThrows(
                            ConfigException.class,
                            () -> ExperimentFile.parse("exp.yaml", VALID, Map.ofEntries(override), "x"))
                    .getMessage();
            assertTrue(message.contains(override.getKey().replaceAll(".*\\.", "")), message);
        }
    }

    @Test
    void pathsLeadOnFromHereOrElseFromTheFilesFolder(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("best.pth"), "x");
        Files.writeString(folder.resolve("net.onnx"), "x");
        Files.writeString(folder.resolve("fast.csv"), "x");
        Files.createDirectory(folder.resolve("photos"));
        Path one = folder.resolve("one.yaml");
        Files.writeString(one, """
                teacher: {model: {name: onnx, file: net.onnx}, weights: best.pth}
                student: {model: lenet5}
                test: {dataset: mnist, root: photos}
                listeners: [{name: csv, file: fast.csv}]
                """);
        String yaml = ConfigFile.read(one, Map.of()).yaml();
        for (String found : List.of("net.onnx", "best.pth", "photos")) {
            assertTrue(yaml.contains(folder.resolve(found).toString()), yaml);
        }
        assertFalse(yaml.contains(folder.resolve("fast.csv").toString()), "no path, but a name below the run's folder");
        assertTrue(
                ConfigFile.read(one, Map.of("teacher.weights", "best.pth"))
                        .yaml()
                        .contains("weights: best.pth"),
                "what the command line says leads on from the working folder");

        Files.writeString(folder.resolve("metrics.jsonl"), "");
        String ofARun = ConfigFile.read(one, Map.of()).yaml();
        assertFalse(
                ofARun.contains(folder.toString()),
                "beside a run's configuration lies what the run has made: " + ofARun);
    }

    @Test
    void theRunsOfAMatrixFindWhatLiesBesideItsFile(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("best.pth"), "x");
        Path file = folder.resolve("all.yaml");
        Files.writeString(
                file,
                VALID
                        + "\nmatrix: {of: {a: {teacher.weights: best.pth}, b: {teacher: {model: lenet5, weights: best.pth}},"
                        + " c: {teacher.weights: absent.pth}}}\n");
        MatrixFile matrix = (MatrixFile) ConfigFile.read(file, Map.of());
        assertEquals(
                List.of(
                        folder.resolve("best.pth").toString(),
                        folder.resolve("best.pth").toString(),
                        "absent.pth"),
                matrix.runs().stream()
                        .map(run -> run.file().config().teacher().weights().orElseThrow())
                        .toList());
    }

    static Stream<Path> shipped() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("../../configs"))) {
            List<Path> yaml =
                    files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
            assertTrue(yaml.size() >= 5, yaml.toString());
            return yaml.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void everyShippedConfigurationFindsItsPlugins(Path file) {
        switch (ConfigFile.read(file, Map.of())) {
            case MatrixFile matrix -> Matrix.prepare(matrix, ClassPathExtensions.with());
            case ExperimentFile one -> Experiment.prepare(one, ClassPathExtensions.with());
        }
    }

    private static ExperimentFile parse(String text) {
        return ExperimentFile.parse("exp.yaml", text, Map.of(), "x");
    }

    private static void assertRefused(Path file, String problem) {
        String message = assertThrows(ConfigException.class, () -> ExperimentFile.read(file, Map.of()))
                .getMessage();
        assertTrue(message.contains(problem), message);
    }
}

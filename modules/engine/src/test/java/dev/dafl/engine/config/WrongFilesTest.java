package dev.dafl.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.plugins.ExperimentParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What an editor marks with the schema is what dafl refuses, at the same place; and it marks nothing in a file that is right. */
class WrongFilesTest {

    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(ConfigSchema.of(ConfigSchemaTest::plugins));

    /** Every key has a line of its own. */
    private static final String RIGHT = """
            name: exp
            seed: 1
            device: cpu
            precision: fp32
            threads: 1
            data:
              dataset:
                name: stroke-digits
                train: 100
                jitter: 0.1
              image-size: 32
              fit: pad
              normalization:
                mean: [0.5]
                std: [0.5]
            teacher:
              model: lenet5
              epochs: 2
              augment:
                crop-padding: 2
                flip: false
              optimizer:
                name: adam
                learning-rate: 0.001
                schedule: cosine
            student:
              model:
                name: wide-resnet
                depth: 16
                width: 1
              optimizer:
                name: sgd
                learning-rate: 0.1
                momentum: 0.9
                clip-norm: 5
            generator:
              model:
                name: dcgan
                latent: 50
                output: sigmoid
              restart-every: 10
              losses:
              - one-hot
              - name: information-entropy
                base: 10
                weight: 5
            distillation:
              loss:
                name: knowledge-distillation
                temperature: [[0, 4], [1, 1]]
              schedule:
                kind: two-stage
                generator-steps: 10
                student-steps: 10
              batch: 16
              replay:
                steps: 2
                distort: 0.5
            guard:
              on-collapse: recover
              rate-factor: 0.5
            checkpoint:
              every: 60s
              keep: 2
            tracking:
              tensorboard: true
              mlflow:
                uri: http://localhost:5000
            reference:
              source: me
              teacher: 0.99
            """;

    private static final String METHOD = """
            data:
              dataset: mnist
            teacher:
              model: lenet5
            student:
              model: lenet5-half
            method:
              name: fast
              batch: 64
              meta: none
              generator:
                name: dcgan
                stages: 3
              losses:
              - name: target-class
                weight: 0.4
            distillation:
              schedule:
                rounds: 20
                warm-up: 2
            """;

    static List<Path> shipped() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("../../configs"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void nothingIsMarkedInTheFilesThatAreShipped(Path file) throws IOException {
        assertEquals(Set.of(), marked(Files.readString(file)));
    }

    @Test
    void nothingIsMarkedInFilesThatAreRight() throws IOException {
        for (String right : List.of(RIGHT, METHOD)) {
            assertEquals(Set.of(), marked(right));
            ExperimentParts.of(ExperimentFile.parse("exp.yaml", right, Map.of(), "exp"), ClassPathExtensions.with());
        }
        assertTrue(shipped().size() >= 15, shipped()::toString);
    }

    /** A line, what stands in its place, and where the mistake is; a missing key is told at its table. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name: exp                     | name: a/b                   | /name
            seed: 1                       | seed: one                   | /seed
            seed: 1                       | sead: 1                     | /sead
            device: cpu                   | device: gpu                 | /device
            device: cpu                   | device: cuda:x              | /device
            precision: fp32               | precision: fp16             | /precision
            threads: 1                    | threads: -1                 | /threads
            threads: 1                    | threads: many               | /threads
            train: 100                    | train: 9                    | /data/dataset/train
            train: 100                    | trian: 100                  | /data/dataset/trian
            jitter: 0.1                   | jitter: 0.3                 | /data/dataset/jitter
            name: stroke-digits           | name: strokes               | /data/dataset/name
            image-size: 32                | image-size: 2               | /data/image-size
            image-size: 32                | image-size: 32.5            | /data/image-size
            fit: pad                      | fit: stretch                | /data/fit
            std: [0.5]                    | std: [0]                    | /data/normalization/std/0
            mean: [0.5]                   | mean: 0.5                   | /data/normalization/mean
            model: lenet5                 | model: lenet6               | /teacher/model
            model: lenet5                 | modle: lenet5               | /teacher/modle
            epochs: 2                     | epochs: 0                   | /teacher/epochs
            epochs: 2                     | epochs: two                 | /teacher/epochs
            epochs: 2                     | epochs: [2]                 | /teacher/epochs
            epochs: 2                     | epochs: true                | /teacher/epochs
            crop-padding: 2               | crop-padding: -1            | /teacher/augment/crop-padding
            flip: false                   | flip: 0                     | /teacher/augment/flip
            name: adam                    | name: adamax                | /teacher/optimizer/name
            learning-rate: 0.001          | learning-rate: 0            | /teacher/optimizer/learning-rate
            learning-rate: 0.001          | eps: 1e-8                   | /teacher/optimizer
            schedule: cosine              | schedule: cosin             | /teacher/optimizer/schedule
            depth: 16                     | depth: 4                    | /student/model/depth
            width: 1                      | width: wide                 | /student/model/width
            width: 1                      | with: 1                     | /student/model/with
            momentum: 0.9                 | momentum: 1                 | /student/optimizer/momentum
            clip-norm: 5                  | clip-norm: -5               | /student/optimizer/clip-norm
            latent: 50                    | latent: 0                   | /generator/model/latent
            output: sigmoid               | output: relu                | /generator/model/output
            restart-every: 10             | restart-every: -10          | /generator/restart-every
            - one-hot                     | - one-hut                   | /generator/losses/0
            - name: information-entropy   | - name: entropy             | /generator/losses/1/name
            base: 10                      | base: 1                     | /generator/losses/1/base
            weight: 5                     | weight: much                | /generator/losses/1/weight
            name: knowledge-distillation  | name: knowledge             | /distillation/loss/name
            temperature: [[0, 4], [1, 1]] | temperature: 0              | /distillation/loss/temperature
            kind: two-stage               | kind: three-stage           | /distillation/schedule/kind
            generator-steps: 10           | generator-steps: 0          | /distillation/schedule/generator-steps
            student-steps: 10             | steps: 10                   | /distillation/schedule/steps
            batch: 16                     | batch: 1                    | /distillation/batch
            steps: 2                      | steps: 0                    | /distillation/replay/steps
            distort: 0.5                  | distort: 1.5                | /distillation/replay/distort
            on-collapse: recover          | on-collapse: restart        | /guard/on-collapse
            rate-factor: 0.5              | rate-factor: 0              | /guard/rate-factor
            every: 60s                    | every: 60 hours             | /checkpoint/every
            keep: 2                       | keep: 0                     | /checkpoint/keep
            tensorboard: true             | tensorboard: 1              | /tracking/tensorboard
            uri: http://localhost:5000    | experiment: x               | /tracking/mlflow
            teacher: 0.99                 | teacher: 99                 | /reference/teacher
            source: me                    | sauce: me                   | /reference/sauce
            """)
    void whatIsWrongIsMarkedWhereDaflRefusesIt(String line, String wrong, String pointer) {
        refused(RIGHT, line, wrong, pointer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name: fast         | name: fst         | /method/name
            batch: 64          | batch: 1          | /method/batch
            meta: none         | meta: maml        | /method/meta
            batch: 64          | bach: 64          | /method/bach
            weight: 0.4        | wait: 0.4         | /method/losses/0/wait
            - name: target-class | - name: target  | /method/losses/0/name
            rounds: 20         | rounds: 0         | /distillation/schedule/rounds
            warm-up: 2         | steps: 2          | /distillation/schedule/steps
            """)
    void soItIsInWhatAMethodIsGiven(String line, String wrong, String pointer) {
        refused(METHOD, line, wrong, pointer);
    }

    private static void refused(String right, String line, String wrong, String pointer) {
        String text = right.replaceFirst("(?m)^( *)\\Q" + line + "\\E$", "$1" + wrong);
        assertTrue(!text.equals(right), line);
        int at = YamlReader.read(text, n -> "line " + n).orElseThrow().lines().get(pointer);
        String told = assertThrows(
                        ConfigException.class,
                        () -> ExperimentParts.of(
                                ExperimentFile.parse("exp.yaml", text, Map.of(), "exp"), ClassPathExtensions.with()))
                .getMessage();
        assertTrue(told.startsWith("exp.yaml:" + at + ": "), () -> "line " + at + " is wrong, and dafl says " + told);
        Set<String> marked = marked(text);
        // A key that is not known is besides one that is missing.
        marked.remove(pointer.substring(0, pointer.lastIndexOf('/')));
        assertEquals(Set.of(pointer), marked);
    }

    /** Where the schema objects. */
    private static Set<String> marked(String yaml) {
        JsonNode tree = RecordShape.plain(
                YamlReader.read(yaml, n -> "line " + n).orElseThrow().root());
        return SCHEMA.validate(tree).stream().map(WrongFilesTest::place).collect(Collectors.toCollection(HashSet::new));
    }

    private static String place(Error error) {
        String unknown = error.getKeyword().equals("additionalProperties") ? "/" + error.getProperty() : "";
        return error.getInstanceLocation() + unknown;
    }
}

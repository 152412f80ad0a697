package dev.dafl.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceConfigTest {

    private static final String EXPERIMENT = """
            data: {dataset: {name: stroke-digits, train: 100}}
            teacher: {model: lenet5}
            """;

    @Test
    void nothingNeedsAReference() {
        assertEquals(Optional.empty(), parse(EXPERIMENT, Map.of()).reference());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {student: 0.9}              | x.yaml:3: reference.source is missing
            {source: me}                | x.yaml:3: reference has no figure
            {source: me, student: 98.2} | x.yaml:3: student must be from 0 to 1, not 98.2
            {source: me, teacher: -0.1} | x.yaml:3: teacher must be from 0 to 1
            {source: me, studnt: 0.9}   | did you mean student?
            """)
    void aMistakeIsTold(String reference, String problem) {
        String message = assertThrows(
                        ConfigException.class, () -> parse(EXPERIMENT + "reference: " + reference, Map.of()))
                .getMessage();
        assertTrue(message.contains(problem), message);
    }

    @Test
    void itIsNoPartOfWhatIsAskedFor() {
        ExperimentConfig one = parse(EXPERIMENT + "reference: {source: me, student: 0.9}", Map.of());
        ExperimentConfig other = parse(EXPERIMENT + "reference: {source: you, student: 0.8}", Map.of());
        assertTrue(one.asksForTheSameAs(other));
        assertTrue(one.asksForTheSameAs(parse(EXPERIMENT, Map.of())));
        assertFalse(one.asksForTheSameAs(parse(EXPERIMENT, Map.of("seed", "2"))));
    }

    /** A number from the command line is as good as one of the file. */
    @Test
    void whereAnOptionWasWrittenDoesNotMatter() {
        assertTrue(
                parse(EXPERIMENT, Map.of()).asksForTheSameAs(parse(EXPERIMENT, Map.of("data.dataset.train", "100"))));
    }

    /** What the papers say of the rows of a table stands in the files that are shipped. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mnist/comparison-lenet    | usps                | 0.9891 | 0.9456
            mnist/comparison-hinton   | usps                | 0.9839 | 0.9399
            mnist/comparison-hinton   | fashion-mnist       | 0.9839 |
            mnist/ablation            | seed-1_none         | 0.9891 | 0.8801
            mnist/ablation            | seed-3_all-three    | 0.9891 | 0.982
            cifar/comparison-cifar10  | cifar100            | 0.9558 | 0.9065
            cifar/comparison-cifar100 | original-labels     | 0.7784 | 0.7653
            """)
    void aRowOfAMatrixHasItsOwn(String file, String run, Double teacher, Double student) {
        MatrixFile matrix = MatrixFile.read(Path.of("../../configs/" + file + ".yaml"), Map.of())
                .orElseThrow();
        ReferenceConfig reference = matrix.runs().stream()
                .filter(one -> one.name().equals(run))
                .findFirst()
                .flatMap(one -> one.file().config().reference())
                .orElseThrow();
        assertEquals(Optional.ofNullable(teacher), reference.teacher());
        assertEquals(Optional.ofNullable(student), reference.student());
    }

    private static ExperimentConfig parse(String text, Map<String, String> overrides) {
        return ExperimentFile.parse("x.yaml", text, overrides, "x").config();
    }
}

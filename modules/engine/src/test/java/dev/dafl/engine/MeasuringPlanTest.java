package dev.dafl.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.engine.config.ExperimentFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasuringPlanTest {

    private static final String HEAD =
            "data: {dataset: mnist}\nteacher: {model: lenet5}\nstudent: {model: lenet5-half}\n";

    @TempDir
    private Path folder;

    private int every(String yaml, long student, long testImages) throws IOException {
        Path file = folder.resolve("a.yaml");
        Files.writeString(file, HEAD + yaml);
        return MeasuringPlan.of(
                        ExperimentFile.read(file, Map.of()).config(),
                        new MeasuringPlan.Cost(2 * student, student, 0),
                        testImages)
                .every();
    }

    @Test
    void aStudentIsMeasuredTenTimes() throws IOException {
        assertEquals(100, every("distillation: {schedule: {steps: 1000}, batch: 100}\n", 7, 1000));
        assertEquals(101, every("distillation: {schedule: {steps: 1001}, batch: 100}\n", 7, 1000));
        assertEquals(50, every("transfer: {set: normal-noise, steps: 500}\ndistillation: {batch: 200}\n", 7, 1000));
        // While it learns.
        assertEquals(
                20,
                every(
                        "distillation: {schedule: {kind: two-stage, generator-steps: 800, student-steps: 200}, batch: 100}\n",
                        7,
                        1000));
        assertEquals(1, every("distillation: {schedule: {steps: 4}, batch: 100}\n", 7, 1), "after each step at most");
    }

    /** A step of 100 images costs 500 times what the student does for one: 4 measurements are a fortieth of 1000. */
    @Test
    void lessOftenWhereThatWouldBeDear() throws IOException {
        assertEquals(250, every("distillation: {schedule: {steps: 1000}, batch: 100}\n", 7, 3000));
        assertEquals(0, every("distillation: {schedule: {steps: 1000}, batch: 100}\n", 7, 13_000));
        assertEquals(1000, every("distillation: {schedule: {steps: 1000}, batch: 100}\n", 7, 12_000));
    }
}

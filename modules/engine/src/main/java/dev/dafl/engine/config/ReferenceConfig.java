package dev.dafl.engine.config;

import dev.dafl.spi.Range;
import java.util.Optional;

/**
 * What somebody else came to, to stand beside our figures in the report. It changes nothing of a run.
 *
 * @param source who says so, and where
 * @param teacher its accuracy, 0 to 1
 * @param student its accuracy, 0 to 1
 * @param note what is to be said of these figures, such as what they are called there
 */
public record ReferenceConfig(
        @Needed("our last report, table 1") String source,
        @Range(min = 0, max = 1) Optional<Double> teacher,
        @Range(min = 0, max = 1) Optional<Double> student,
        Optional<String> note) {

    public ReferenceConfig {
        teacher = teacher == null ? Optional.empty() : teacher;
        student = student == null ? Optional.empty() : student;
        note = note == null ? Optional.empty() : note;
        if (teacher.isEmpty() && student.isEmpty()) {
            throw new IllegalArgumentException(
                    "reference has no figure: give it the accuracy of teacher or student, such as student: 0.982");
        }
    }
}

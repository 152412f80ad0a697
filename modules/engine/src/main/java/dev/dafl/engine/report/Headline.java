package dev.dafl.engine.report;

import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.run.RunResult.Student;
import dev.dafl.engine.run.RunResult.Teacher;
import java.util.Optional;

/** What a run was for, in a few large figures: how much smaller the student is, what it lost, and what that took. */
record Headline(RunResult result) {

    void write(Html html) {
        html.open("dl", "class", "figures");
        Optional<Teacher> teacher = result.teacher();
        Optional<Student> student = result.student();
        if (teacher.isPresent() && student.isPresent()) {
            sizes(html, teacher.get(), student.get());
            lost(html, teacher.get(), student.get());
            figure(
                    html,
                    "agreement",
                    Words.percent(
                            student.get().freshAgreement().orElse(student.get().agreement())),
                    "of generated images: the student says what the teacher says");
        } else {
            teacher.flatMap(Teacher::accuracy)
                    .ifPresent(share -> figure(html, "teacher", Words.percent(share), "of the test images are right"));
        }
        figure(
                html,
                "time",
                Words.duration(result.seconds().total()),
                student.isPresent() ? Words.duration(result.seconds().distillation()) + " of it distillation" : "");
        html.close("dl");
    }

    private static void sizes(Html html, Teacher teacher, Student student) {
        figure(
                html,
                "compression",
                Words.times(teacher.parameters(), student.parameters()),
                Words.count(teacher.parameters()) + " to " + Words.count(student.parameters()) + " parameters");
        if (teacher.multiplyAdds().isPresent() && student.multiplyAdds().isPresent()) {
            long before = teacher.multiplyAdds().get();
            long after = student.multiplyAdds().get();
            figure(
                    html,
                    "multiply-adds",
                    Words.times(before, after),
                    Words.large(before) + " to " + Words.large(after) + " an image");
        }
    }

    private static void lost(Html html, Teacher teacher, Student student) {
        if (teacher.accuracy().isEmpty() || student.accuracy().isEmpty()) {
            return;
        }
        double before = teacher.accuracy().get();
        double after = student.accuracy().get();
        figure(
                html,
                after > before ? "accuracy gained" : "accuracy lost",
                Words.points(Math.abs(before - after)),
                Words.percent(before) + " to " + Words.percent(after));
    }

    private static void figure(Html html, String term, String value, String detail) {
        html.open("div").element("dt", term).element("dd", value);
        if (!detail.isEmpty()) {
            html.element("dd", detail, "class", "detail");
        }
        html.close("div");
    }
}

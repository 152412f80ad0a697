package dev.dafl.engine.report;

import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.run.RunResult.Student;
import dev.dafl.engine.run.RunResult.Teacher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The report of several runs side by side: what they came to, where their configurations differ, and their curves in one picture each. */
final class RunsReport {

    private final List<Named> runs;
    private final Map<String, List<Optional<String>>> differences;
    private final Page page;
    private final Html html;

    /** A run, by the name that it has in the report. */
    record Named(String name, RunFiles files) {}

    /** @param differences of their configurations by key, in the order of the runs; empty where a run has no such key */
    RunsReport(List<Named> runs, Map<String, List<Optional<String>>> differences) {
        this.runs = List.copyOf(runs);
        this.differences = differences;
        this.page = new Page(runs.size() + " runs – dafl");
        this.html = page.body();
    }

    /** @throws IOException when a picture cannot be read */
    String html() throws IOException {
        html.open("header").element("h1", runs.size() + " runs side by side").close("header");
        results();
        Overlay overlay = new Overlay(runs.stream()
                .map(run -> new Overlay.Grouped(
                        run.name(), List.of(new Curves(run.files().metrics(), run.files()::className))))
                .toList());
        page.section("Accuracy", Optional.empty(), overlay.accuracy());
        page.section("Agreement", Optional.empty(), overlay.agreement());
        page.section("Losses and health", Optional.empty(), overlay.rest());
        configurations();
        pictures();
        return page.html();
    }

    private void results() {
        List<String> head = List.of(
                "run",
                "state",
                "teacher",
                "student",
                "accuracy lost",
                "compression",
                "multiply-adds",
                "agreement",
                "collapses",
                "took");
        List<List<String>> rows = new ArrayList<>();
        for (Named run : runs) {
            Optional<RunResult> result = run.files().result();
            Optional<Teacher> teacher = result.flatMap(RunResult::teacher);
            Optional<Student> student = result.flatMap(RunResult::student);
            Optional<Double> before = teacher.flatMap(Teacher::accuracy);
            Optional<Double> after = student.flatMap(Student::accuracy);
            rows.add(List.of(
                    run.name(),
                    result.map(r -> r.status().name().toLowerCase(Locale.ROOT))
                            .orElse(run.files().running() ? "running" : "killed"),
                    Words.percent(before),
                    Words.percent(after),
                    before.flatMap(b -> after.map(a -> Words.points(b - a))).orElse("–"),
                    teacher.flatMap(t -> student.map(s -> Words.times(t.parameters(), s.parameters())))
                            .orElse("–"),
                    teacher.flatMap(Teacher::multiplyAdds)
                            .flatMap(t -> student.flatMap(Student::multiplyAdds).map(s -> Words.times(t, s)))
                            .orElse("–"),
                    Words.percent(student.map(s -> s.freshAgreement().orElse(s.agreement()))),
                    result.map(r -> Words.count(r.recovered().size())).orElse("–"),
                    Words.duration(result.map(r -> r.seconds().total()))));
        }
        html.open("section").element("h2", "Results");
        html.numbers(head, rows, 2)
                .element(
                        "p",
                        "Accuracy is on the test images. Agreement is the share of freshly generated images of which student and"
                                + " teacher say the same; it tells nothing of real images. Between two single runs a difference of"
                                + " accuracy may be one of their seeds: a matrix with several seeds tells.",
                        "class",
                        "note");
        html.close("section");
    }

    private void configurations() {
        html.open("section").element("h2", "Where their configurations differ");
        if (differences.isEmpty()) {
            html.element("p", "Nowhere.");
        } else {
            List<String> head = new ArrayList<>(List.of("key"));
            runs.forEach(run -> head.add(run.name()));
            html.table(
                    head,
                    differences.entrySet().stream()
                            .map(difference -> {
                                List<String> row = new ArrayList<>(List.of(difference.getKey()));
                                difference.getValue().forEach(value -> row.add(value.orElse("–")));
                                return row;
                            })
                            .toList());
        }
        html.close("section");
    }

    private void pictures() throws IOException {
        html.open("section").element("h2", "Images").open("div", "class", "pictures");
        for (Named run : runs) {
            Optional<byte[]> generated = run.files().picture("generated.png");
            generated.ifPresent(png -> page.picture(png, run.name()));
        }
        html.close("div").close("section");
    }
}

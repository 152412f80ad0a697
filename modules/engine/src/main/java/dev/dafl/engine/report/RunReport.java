package dev.dafl.engine.report;

import dev.dafl.engine.config.ReferenceConfig;
import dev.dafl.engine.run.Confusion;
import dev.dafl.engine.run.MetricsLine.Recovery;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.run.RunResult.Status;
import dev.dafl.engine.run.RunResult.Student;
import dev.dafl.engine.run.RunResult.Teacher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The report of one run. */
final class RunReport {

    private static final String AGREEMENT =
            "Agreement is the share of generated images of which the student says the class that the"
                    + " teacher says. It needs no data, and by it the student is chosen that is kept; it is not accuracy: on images that"
                    + " a student has learnt from it is high early. Whether they see real images alike only test images tell.";

    private final RunFiles files;
    private final Curves curves;
    private final String name;
    private final Page page;
    private final Html html;

    RunReport(RunFiles files) {
        this.files = files;
        this.curves = new Curves(files.metrics(), files::className);
        this.name = files.result().map(RunResult::name).orElseGet(files::folderName);
        this.page = new Page(name + " – dafl");
        this.html = page.body();
    }

    String html() throws IOException {
        head();
        files.result().ifPresent(this::headline);
        files.result().ifPresent(this::reference);
        recovered();
        student();
        new RunPicturesSection(files).write(page);
        generator();
        page.section("Losses", Optional.empty(), join(curves.losses(), curves.rates()));
        page.section("Teacher's training", Optional.empty(), curves.teacher());
        confusion();
        files.result().ifPresent(this::environment);
        files.configuration()
                .ifPresent(yaml -> html.open("section")
                        .element("h2", "Configuration")
                        .element("p", "Everything decided; running it again gives the same bits.")
                        .element("pre", yaml, "class", "yaml")
                        .close("section"));
        return page.html();
    }

    private void head() {
        html.open("header").element("h1", name);
        if (files.result().isPresent()) {
            RunResult result = files.result().get();
            html.element(
                    "p",
                    result.status().name().toLowerCase(Locale.ROOT),
                    "class",
                    "status " + (result.status() == Status.COMPLETED ? "completed" : "failed"));
            result.message().ifPresent(message -> html.element("p", message));
        } else if (files.running()) {
            page.renewed();
            html.element(
                    "p",
                    "running" + curves.reached().map(step -> ", at " + step).orElse(""),
                    "class",
                    "status");
            html.element(
                    "p",
                    "Written while the run goes on. This page loads itself anew every half minute.",
                    "class",
                    "note");
        } else {
            html.element("p", "No result: the run was killed.", "class", "status failed");
        }
        html.close("header");
    }

    private void headline(RunResult result) {
        new Headline(result).write(html);
        html.element(
                "p",
                "On " + result.device() + ", " + result.precision() + ", " + result.threads()
                        + (result.threads() == 1 ? " thread" : " threads")
                        + result.ranks()
                                .map(ranks -> " in each of " + ranks + " processes")
                                .orElse("") + ", libtorch "
                        + result.libtorch().version() + ".",
                "class",
                "note");
        networks(result);
    }

    private void student() {
        List<Chart> agreement = curves.agreement();
        page.section(
                "Student",
                agreement.isEmpty() ? Optional.empty() : Optional.of(AGREEMENT),
                join(curves.accuracy(), agreement));
    }

    private void generator() {
        List<Chart> charts = join(curves.classes(), curves.health());
        if (charts.isEmpty()) {
            return;
        }
        html.open("section").element("h2", "Generator");
        new SeenClasses(curves).write(html);
        page.charts(charts);
        html.close("section");
    }

    private void networks(RunResult result) {
        List<List<String>> rows = new ArrayList<>();
        boolean measured = result.teacher().flatMap(Teacher::accuracy).isPresent();
        String note = measured
                ? "Accuracy is on the test images."
                : "There are no test images, so nothing is measured but how often student and teacher say the same.";
        if (result.teacher().isPresent()) {
            Teacher teacher = result.teacher().get();
            rows.add(network(
                    "teacher", teacher.model(), teacher.accuracy(), teacher.parameters(), teacher.multiplyAdds()));
            note += teacher.reused() ? " The teacher was trained before." : " The teacher was trained in this run.";
        }
        if (result.student().isPresent()) {
            Student student = result.student().get();
            rows.add(network(
                    "student", student.model(), student.accuracy(), student.parameters(), student.multiplyAdds()));
            note += " The student that was kept is that of step " + Words.count(student.step()) + " of "
                    + Words.count(student.steps())
                    + student.lastAccuracy()
                            .map(share -> "; that of the last step has " + Words.percent(share))
                            .orElse("")
                    + ".";
        }
        if (!rows.isEmpty()) {
            html.table(List.of("", "network", "accuracy", "parameters", "multiply-adds"), rows)
                    .element("p", note, "class", "note");
        }
    }

    private static List<String> network(
            String role, String model, Optional<Double> accuracy, long parameters, Optional<Long> multiplyAdds) {
        return List.of(
                role,
                model,
                Words.percent(accuracy),
                Words.count(parameters),
                multiplyAdds.map(Words::count).orElse("–"));
    }

    private void reference(RunResult result) {
        if (result.config().reference().isEmpty()) {
            return;
        }
        ReferenceConfig reference = result.config().reference().get();
        html.open("section")
                .element("h2", "Beside the reference")
                .table(
                        List.of("", "teacher", "student"),
                        List.of(
                                List.of(
                                        "this run",
                                        Words.percent(result.teacher().flatMap(Teacher::accuracy)),
                                        Words.percent(result.student().flatMap(Student::accuracy))),
                                List.of("reference", Words.percent(reference.teacher()), Words.student(reference))))
                .element("p", "Reference: " + reference.source() + ".", "class", "note")
                .close("section");
    }

    /** Every death, also of a run that was killed: from the metrics. */
    private void recovered() {
        List<List<String>> rows = files.metrics().stream()
                .filter(Recovery.class::isInstance)
                .map(Recovery.class::cast)
                .map(death -> List.of(
                        Words.count(death.step()),
                        death.reason(),
                        Words.count(death.backTo()),
                        String.format(Locale.ROOT, "x %.3g", death.rateFactor())))
                .toList();
        if (!rows.isEmpty()) {
            html.open("section")
                    .element("h2", "Collapses")
                    .element("p", "The generator died and was put back; the dashed red lines in the curves are where.")
                    .table(List.of("step", "what was wrong", "back to step", "learning rate"), rows)
                    .close("section");
        }
    }

    private void confusion() {
        html.open("div", "class", "beside");
        table("Confusions", "what the images are", files.confusion());
        table("Agreement on fresh images", "what the teacher says", files.agreement());
        html.close("div");
    }

    /** @param rows what they are, in words */
    private void table(String title, String rows, Optional<Confusion> counted) {
        counted.map(counts -> new ConfusionTable(counts, rows))
                .filter(table -> !table.isEmpty())
                .ifPresent(table -> {
                    html.open("section").element("h2", title);
                    table.write(html);
                    html.close("section");
                });
    }

    private void environment(RunResult result) {
        html.open("section")
                .element("h2", "How it was made")
                .table(
                        List.of("", ""),
                        List.of(
                                List.of("processor", result.machine().processor()),
                                List.of(
                                        "processors",
                                        Words.count(result.machine().processors())),
                                List.of("system", result.machine().system()),
                                List.of("device", result.device()),
                                List.of("precision", result.precision()),
                                List.of(
                                        "threads",
                                        Words.count(result.threads())
                                                + result.ranks()
                                                        .map(ranks -> " in each of " + ranks + " processes")
                                                        .orElse("")),
                                List.of("libtorch", result.libtorch().version()),
                                List.of(
                                        "dafl",
                                        result.dafl().version() + ", commit "
                                                + result.dafl().commit()),
                                List.of("command", result.command().orElse("–")),
                                List.of("seed", Long.toString(result.config().seed())),
                                List.of(
                                        "teacher took",
                                        Words.duration(result.seconds().teacher())),
                                List.of(
                                        "distillation took",
                                        Words.duration(result.seconds().distillation()))))
                .close("section");
    }

    private static List<Chart> join(List<Chart> first, List<Chart> second) {
        List<Chart> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}

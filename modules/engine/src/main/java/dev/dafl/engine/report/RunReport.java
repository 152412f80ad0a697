package dev.dafl.engine.report;

import dev.dafl.engine.report.PaperFigures.Figure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** The report of one run. */
final class RunReport {

    private final RunFiles files;
    private final JsonNode result;
    private final Curves curves;
    private final String name;
    private final Page page;
    private final Html html;

    RunReport(RunFiles files) {
        this.files = files;
        this.result = files.result().orElse(MissingNode.getInstance());
        this.curves = new Curves(files.metrics(), files::className);
        this.name = result.path("name").asString(files.folderName());
        this.page = new Page(name + " – dafl");
        this.html = page.body();
    }

    String html() throws IOException {
        head();
        headline();
        paper();
        recovered();
        section("Student", curves.success());
        pictures();
        section("Generator", join(curves.classes(), curves.health()));
        section("Losses", join(curves.losses(), curves.rates()));
        section("Teacher's training", curves.teacher());
        confusion();
        environment();
        files.configuration()
                .ifPresent(yaml -> html.open("section")
                        .element("h2", "Configuration")
                        .element("p", "Everything decided; running it again gives the same bits.")
                        .element("pre", yaml)
                        .close("section"));
        return page.html();
    }

    private void head() {
        html.open("header").element("h1", name);
        if (files.result().isEmpty()) {
            html.element("p", "No result: the run was killed, or has not ended yet.", "class", "status failed");
        } else {
            String status = result.path("status").asString("unknown");
            html.element("p", status, "class", "status " + (status.equals("completed") ? "completed" : "failed"));
            Optional.ofNullable(result.path("message").asString(null)).ifPresent(message -> html.element("p", message));
        }
        html.close("header");
    }

    private void headline() {
        if (files.result().isEmpty()) {
            return;
        }
        JsonNode teacher = result.path("teacher");
        JsonNode student = result.path("student");
        html.open("dl", "class", "figures");
        figure("teacher", Words.percent(teacher.path("accuracy")));
        if (student.isObject()) {
            figure("student", Words.percent(student.path("accuracy")));
            figure("agreement", Words.percent(student.path("agreement")));
        }
        figure("took", Words.duration(result.at("/seconds/total")));
        html.close("dl");
        html.element(
                "p",
                "On " + Words.text(result.path("device")) + ", " + Words.text(result.path("precision")) + ", "
                        + Words.text(result.path("threads"))
                        + (result.path("threads").asInt(0) == 1 ? " thread" : " threads")
                        + ", libtorch " + Words.text(result.at("/libtorch/version")) + ".",
                "class",
                "note");
        networks(teacher, student);
    }

    private void networks(JsonNode teacher, JsonNode student) {
        List<List<String>> rows = new ArrayList<>();
        String note = "Accuracy is on the test images.";
        if (teacher.isObject()) {
            rows.add(network("teacher", teacher));
            note += teacher.path("reused").asBoolean(false)
                    ? " The teacher was trained before."
                    : " The teacher was trained in this run.";
        }
        if (student.isObject()) {
            rows.add(network("student", student));
            note += " The student that was kept is that of step " + Words.count(student.path("step")) + " of "
                    + Words.count(student.path("steps")) + "; that of the last step has "
                    + Words.percent(student.path("last-accuracy")) + ".";
        }
        if (!rows.isEmpty()) {
            html.table(List.of("", "network", "accuracy", "parameters"), rows).element("p", note, "class", "note");
        }
    }

    private static List<String> network(String role, JsonNode network) {
        return List.of(
                role,
                Words.text(network.path("model")),
                Words.percent(network.path("accuracy")),
                Words.count(network.path("parameters")));
    }

    private void figure(String term, String value) {
        html.open("div").element("dt", term).element("dd", value).close("div");
    }

    private void paper() throws IOException {
        PaperFigures paper = PaperFigures.read();
        Optional<Figure> found =
                paper.ofRun(name, dataset(), result.at("/student/model").asString(""));
        if (found.isEmpty()) {
            return;
        }
        Figure figure = found.get();
        html.open("section").element("h2", "Beside the paper");
        html.table(
                List.of("", "teacher", "student"),
                List.of(
                        List.of(
                                "this run",
                                Words.percent(result.at("/teacher/accuracy")),
                                Words.percent(result.at("/student/accuracy"))),
                        List.of("paper: " + figure.name(), Words.percent(figure.teacher()), figure.words())));
        html.element("p", paper.note(List.of(figure)), "class", "note").close("section");
    }

    /** A plugin without options is written as its name alone. */
    private String dataset() {
        JsonNode dataset = result.at("/config/data/dataset");
        return dataset.asString(dataset.path("name").asString(""));
    }

    /** Every death, also of a run that was killed: from the metrics. */
    private void recovered() {
        List<List<String>> rows = files.metrics().stream()
                .filter(line -> line.path("event").asString("").equals("recovery"))
                .map(line -> List.of(
                        Words.count(line.path("step")),
                        Words.text(line.path("reason")),
                        Words.count(line.path("back-to")),
                        String.format(
                                Locale.ROOT, "x %.3g", line.path("rate-factor").asDouble(1))))
                .toList();
        if (!rows.isEmpty()) {
            html.open("section")
                    .element("h2", "Collapses")
                    .element("p", "The generator died and was put back; the dashed lines in the curves are where.")
                    .table(List.of("step", "what was wrong", "back to step", "learning rate"), rows)
                    .close("section");
        }
    }

    private void pictures() throws IOException {
        Optional<byte[]> generated = files.picture("generated.png");
        Optional<byte[]> means = files.picture("class-means.png");
        Optional<byte[]> filters = files.picture("filters.png");
        if (generated.isEmpty() && means.isEmpty() && filters.isEmpty()) {
            return;
        }
        html.open("section").element("h2", "Pictures").open("div", "class", "pictures");
        generated.ifPresent(png ->
                page.picture(png, "Generated images, a row for each class, with those that the teacher is surest of."));
        html.open("div");
        means.ifPresent(png -> page.picture(png, "The mean generated image of each class."));
        filters.ifPresent(png -> page.picture(
                png, "Filters of the first layer: the teacher's on the left, the student's on" + " the right."));
        html.close("div").close("div").close("section");
    }

    private void confusion() {
        files.confusion()
                .map(ConfusionTable::new)
                .filter(table -> !table.isEmpty())
                .ifPresent(table -> {
                    html.open("section").element("h2", "Confusions");
                    table.write(html);
                    html.close("section");
                });
    }

    private void environment() {
        if (files.result().isEmpty()) {
            return;
        }
        html.open("section").element("h2", "Environment");
        html.table(
                List.of("", ""),
                List.of(
                        List.of("processor", Words.text(result.at("/machine/processor"))),
                        List.of("processors", Words.text(result.at("/machine/processors"))),
                        List.of("system", Words.text(result.at("/machine/system"))),
                        List.of("device", Words.text(result.path("device"))),
                        List.of("precision", Words.text(result.path("precision"))),
                        List.of("threads", Words.text(result.path("threads"))),
                        List.of("libtorch", Words.text(result.at("/libtorch/version"))),
                        List.of("seed", Words.text(result.at("/config/seed"))),
                        List.of("teacher took", Words.duration(result.at("/seconds/teacher"))),
                        List.of("distillation took", Words.duration(result.at("/seconds/distillation")))));
        html.close("section");
    }

    private void section(String title, List<Chart> charts) {
        if (!charts.isEmpty()) {
            html.open("section").element("h2", title);
            page.charts(charts);
            html.close("section");
        }
    }

    private static List<Chart> join(List<Chart> first, List<Chart> second) {
        List<Chart> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}

package dev.dafl.engine.report;

import dev.dafl.engine.report.PaperFigures.Figure;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The report of a matrix: its table, the spread over the seeds, curves and pictures of one run of each row, and where the
 * reports of the runs are.
 */
final class MatrixReport {

    static final String FILE = "matrix.json";

    private final Path folder;
    private final JsonNode matrix;
    private final String name;
    private final PaperFigures paper;
    private final Page page;
    private final Html html;

    private MatrixReport(Path folder, JsonNode matrix, PaperFigures paper) {
        this.folder = folder;
        this.matrix = matrix;
        this.paper = paper;
        this.name = matrix.path("name").asString("matrix");
        this.page = new Page(name + " – dafl");
        this.html = page.body();
    }

    /** @throws IOException when {@code matrix.json} is damaged */
    static String html(Path folder) throws IOException {
        JsonNode matrix = JsonFiles.object(folder.resolve(FILE)).orElseThrow();
        return new MatrixReport(folder, matrix, PaperFigures.read()).html();
    }

    private String html() throws IOException {
        List<JsonNode> rows = list("rows");
        List<JsonNode> runs = list("runs");
        List<MatrixSample> samples = samples(rows, runs);
        head(runs);
        html.open("section").element("h2", "Students");
        table(rows);
        page.charts(
                rows.stream().anyMatch(row -> row.path("student").isObject())
                        ? List.of(new Chart.Spreads("Accuracy of the students on the test images", bars(rows, runs)))
                        : List.of());
        html.close("section");
        section("Curves", Curves.beside(samples));
        pictures(samples);
        html.open("section").element("h2", "Runs");
        runs(runs);
        html.close("section");
        environment(runs);
        JsonFiles.text(folder.resolve("matrix.yaml"))
                .ifPresent(yaml -> html.open("section")
                        .element("h2", "Configuration")
                        .element("pre", yaml)
                        .close("section"));
        return page.html();
    }

    private void head(List<JsonNode> runs) {
        long completed = runs.stream().filter(MatrixReport::isCompleted).count();
        long planned = Math.max(matrix.path("planned").asLong(0), runs.size());
        boolean whole = completed == planned;
        long failed = runs.stream()
                .filter(run -> run.path("status").asString("").equals("failed"))
                .count();
        html.open("header")
                .element("h1", name)
                .element(
                        "p",
                        (whole ? "" : completed + " of ")
                                + planned
                                + (planned == 1 ? " run" : " runs")
                                + (failed == 0 ? "" : ", " + failed + " failed"),
                        "class",
                        whole ? "status completed" : failed > 0 ? "status failed" : "status");
        if (!whole) {
            html.element("p", "The same command goes on with those that are not done.", "class", "note");
        }
        html.close("header");
    }

    private static boolean isCompleted(JsonNode run) {
        return run.path("status").asString("").equals("completed");
    }

    /** The first completed run of each row. */
    private List<MatrixSample> samples(List<JsonNode> rows, List<JsonNode> runs) throws IOException {
        List<MatrixSample> samples = new ArrayList<>();
        for (JsonNode row : rows) {
            Optional<JsonNode> first = runs.stream()
                    .filter(run -> isCompleted(run) && labels(run).equals(labels(row)))
                    .findFirst();
            Optional<Path> runFolder =
                    first.flatMap(run -> folderOf(run.path("name").asString("")));
            if (runFolder.isPresent()) {
                RunFiles files = RunFiles.read(runFolder.get());
                samples.add(new MatrixSample(
                        title(row), new Curves(files.metrics(), files::className), files.picture("generated.png")));
            }
        }
        return samples;
    }

    private void section(String title, List<Chart> charts) {
        if (!charts.isEmpty()) {
            html.open("section").element("h2", title).element("p", "The first run of each row.", "class", "note");
            page.charts(charts);
            html.close("section");
        }
    }

    private void pictures(List<MatrixSample> samples) {
        if (samples.stream().allMatch(sample -> sample.generated().isEmpty())) {
            return;
        }
        html.open("section")
                .element("h2", "Pictures")
                .element(
                        "p",
                        "Of the first run of each row: generated images, a row for"
                                + " each class, with those that the teacher is surest of.",
                        "class",
                        "note")
                .open("div", "class", "pictures");
        samples.forEach(sample -> sample.generated().ifPresent(png -> page.picture(png, sample.row())));
        html.close("div").close("section");
    }

    /** The machines and settings of all runs, each once. */
    private void environment(List<JsonNode> runs) throws IOException {
        Set<List<String>> environments = new LinkedHashSet<>();
        for (JsonNode run : runs) {
            Optional<Path> runFolder = folderOf(run.path("name").asString(""));
            Optional<JsonNode> result = runFolder.isEmpty()
                    ? Optional.empty()
                    : JsonFiles.object(runFolder.get().resolve(RunFiles.RESULT));
            result.ifPresent(r -> environments.add(List.of(
                    Words.text(r.at("/machine/processor")),
                    Words.text(r.at("/machine/processors")),
                    Words.text(r.at("/machine/system")),
                    Words.text(r.path("device")),
                    Words.text(r.path("precision")),
                    Words.text(r.path("threads")),
                    Words.text(r.at("/libtorch/version")))));
        }
        if (!environments.isEmpty()) {
            html.open("section")
                    .element("h2", "Environment")
                    .table(
                            List.of("processor", "processors", "system", "device", "precision", "threads", "libtorch"),
                            List.copyOf(environments))
                    .close("section");
        }
    }

    private void table(List<JsonNode> rows) {
        Set<String> axes = new LinkedHashSet<>();
        rows.forEach(row -> axes.addAll(row.path("labels").propertyNames()));
        boolean compared = rows.stream().anyMatch(row -> figure(row).isPresent());
        List<String> head = new ArrayList<>(axes);
        head.addAll(List.of("teacher", "student"));
        if (compared) {
            head.add("paper");
        }
        head.addAll(List.of("runs", "collapses", "took"));
        List<List<String>> cells = new ArrayList<>();
        for (JsonNode row : rows) {
            List<String> line = new ArrayList<>();
            axes.forEach(axis -> line.add(row.path("labels").path(axis).asString("")));
            int failures = row.path("failed").size();
            line.addAll(List.of(Words.spread(row.path("teacher")), Words.spread(row.path("student"))));
            if (compared) {
                line.add(figure(row).map(f -> f.words() + " (" + f.name() + ")").orElse(""));
            }
            boolean whole = row.path("runs").equals(row.path("planned"));
            line.addAll(List.of(
                    (whole ? "" : Words.count(row.path("runs")) + " of ")
                            + Words.count(row.path("planned"))
                            + (failures == 0 ? "" : ", " + failures + " failed"),
                    Words.count(row.path("recovered")),
                    Words.duration(row.at("/seconds/mean"))));
            cells.add(line);
        }
        html.table(head, cells);
        String note = "Accuracy on the test images, the mean over the seeds ± their standard deviation.";
        html.element(
                "p",
                compared
                        ? note + " "
                                + paper.note(rows.stream()
                                        .flatMap(row -> figure(row).stream())
                                        .toList())
                        : note,
                "class",
                "note");
    }

    private List<Chart.Bar> bars(List<JsonNode> rows, List<JsonNode> runs) {
        Map<Set<String>, List<Double>> values = new LinkedHashMap<>();
        for (JsonNode run : runs) {
            if (isCompleted(run) && run.path("student").isNumber()) {
                values.computeIfAbsent(labels(run), _ -> new ArrayList<>())
                        .add(run.path("student").asDouble());
            }
        }
        return rows.stream()
                .filter(row -> row.path("student").path("mean").isNumber())
                .map(row -> new Chart.Bar(
                        title(row),
                        row.at("/student/mean").asDouble(),
                        row.at("/student/std").asDouble(0),
                        values.getOrDefault(labels(row), List.of()),
                        figure(row).map(Figure::student).orElse(null)))
                .toList();
    }

    private void runs(List<JsonNode> runs) {
        html.open("div", "class", "wide")
                .open("table")
                .open("thead")
                .row("th", List.of("run", "teacher", "student", "collapses", "took", ""))
                .close("thead")
                .open("tbody");
        for (JsonNode run : runs) {
            String runName = run.path("name").asString("");
            html.open("tr").open("th", "scope", "row");
            if (hasReport(runName)) {
                // Begins with a dot, so that no name is taken for an address.
                html.element("a", runName, "href", "./" + encoded(runName) + "/report.html");
            } else {
                html.text(runName);
            }
            html.close("th");
            List.of(
                            Words.percent(run.path("teacher")),
                            Words.percent(run.path("student")),
                            Words.count(run.path("recovered")),
                            Words.duration(run.path("seconds")),
                            isCompleted(run) ? "" : run.path("message").asString("not completed"))
                    .forEach(html::cell);
            html.close("tr");
        }
        html.close("tbody").close("table").close("div");
    }

    private boolean hasReport(String run) {
        return folderOf(run)
                .filter(runFolder -> Files.isRegularFile(runFolder.resolve("report.html")))
                .isPresent();
    }

    private Optional<Path> folderOf(String run) {
        try {
            return run.isBlank()
                    ? Optional.empty()
                    : Optional.of(folder.resolve(run)).filter(Files::isDirectory);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Optional<Figure> figure(JsonNode row) {
        return paper.ofRow(name, labels(row));
    }

    private static String title(JsonNode row) {
        return String.join(" ", labelsInOrder(row));
    }

    private static Set<String> labels(JsonNode rowOrRun) {
        return new HashSet<>(labelsInOrder(rowOrRun));
    }

    /** Without the seed. */
    private static List<String> labelsInOrder(JsonNode rowOrRun) {
        return rowOrRun.path("labels").properties().stream()
                .filter(label -> !label.getKey().equals("seed"))
                .map(label -> label.getValue().asString(""))
                .toList();
    }

    private List<JsonNode> list(String key) {
        return List.copyOf(matrix.path(key).values());
    }
}

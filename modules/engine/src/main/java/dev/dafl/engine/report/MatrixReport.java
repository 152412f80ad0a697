package dev.dafl.engine.report;

import dev.dafl.engine.config.ReferenceConfig;
import dev.dafl.engine.run.AgainstBest;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.Comparison;
import dev.dafl.engine.run.MatrixRun;
import dev.dafl.engine.run.MatrixTable;
import dev.dafl.engine.run.MatrixTable.Row;
import dev.dafl.engine.run.RunResult;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The report of a matrix: its table, the spread over the seeds, what the rows cost and how they learnt, pictures of one run of
 * each row, and where the reports of the runs are.
 */
final class MatrixReport {

    private static final String EACH_RUN = "Each line is the mean of a row; thin behind it is each of its runs.";

    private final Path folder;
    private final MatrixTable matrix;
    private final Page page;
    private final Html html;
    private final AgainstBest best;
    private final List<RunResult> results = new ArrayList<>();

    MatrixReport(Path folder, MatrixTable matrix) {
        this.folder = folder;
        this.matrix = matrix;
        this.page = new Page(matrix.name() + " – dafl");
        this.html = page.body();
        this.best = AgainstBest.of(matrix.rows().stream()
                .map(row -> measured() ? row.student() : row.agreement())
                .toList());
    }

    /** @throws IOException when a file of a run is damaged */
    String html() throws IOException {
        List<MatrixSample> samples = samples();
        Overlay overlay = new Overlay(samples.stream()
                .map(sample -> new Overlay.Grouped(sample.row(), sample.runs()))
                .toList());
        head();
        html.open("section").element("h2", "Students");
        List<Chart.Bar> bars = bars();
        page.charts(
                bars.isEmpty()
                        ? List.of()
                        : List.of(new Chart.Spreads(
                                measured()
                                        ? "Accuracy of the students on the test images"
                                        : "Agreement of the students with their teacher on fresh images",
                                measured() ? "accuracy" : "agreement",
                                bars)));
        new MatrixRows(matrix, best, measured()).write(html);
        html.close("section");
        new ComparisonSection(Comparison.of(matrix, folder)).write(page, overlay.accuracy());
        page.section("Agreement", Optional.of(EACH_RUN), overlay.agreement());
        page.section("Losses and health", Optional.of(EACH_RUN), overlay.rest());
        pictures(samples);
        html.open("section").element("h2", "Runs");
        runs();
        html.close("section");
        environment();
        WholeFile.read(folder.resolve("matrix.yaml"))
                .ifPresent(yaml -> html.open("section")
                        .element("h2", "Configuration")
                        .element("pre", yaml, "class", "yaml")
                        .close("section"));
        return page.html();
    }

    private void head() {
        html.open("header")
                .element("h1", matrix.name())
                .element(
                        "p",
                        matrix.progress(),
                        "class",
                        matrix.whole() ? "status completed" : matrix.failed() ? "status failed" : "status");
        if (!matrix.whole()) {
            html.element("p", MatrixTable.REST, "class", "note");
        }
        html.close("header");
    }

    /** The completed runs of each row. */
    private List<MatrixSample> samples() throws IOException {
        List<MatrixSample> samples = new ArrayList<>();
        for (Row row : matrix.rows()) {
            List<Curves> runs = new ArrayList<>();
            Optional<byte[]> generated = Optional.empty();
            for (MatrixRun run : matrix.runs()) {
                Optional<Path> runFolder = run.completed() && row.has(run) ? run.folderIn(folder) : Optional.empty();
                if (runFolder.isPresent()) {
                    RunFiles files = RunFiles.read(runFolder.get());
                    runs.add(new Curves(files.metrics(), files::className));
                    generated = generated.isPresent() ? generated : files.picture(Artefact.GENERATED.file());
                    files.result().ifPresent(results::add);
                }
            }
            if (!runs.isEmpty()) {
                samples.add(new MatrixSample(title(row), runs, generated));
            }
        }
        return samples;
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
    private void environment() {
        List<List<String>> environments = matrix.runs().stream()
                .flatMap(run -> run.environment().stream())
                .distinct()
                .map(ran -> List.of(
                        ran.machine().processor(),
                        Words.count(ran.machine().processors()),
                        ran.machine().system(),
                        ran.device(),
                        ran.precision(),
                        Words.count(ran.threads()),
                        ran.libtorch().version()))
                .distinct()
                .toList();
        if (environments.isEmpty()) {
            return;
        }
        html.open("section")
                .element("h2", "How it was made")
                .table(
                        List.of("processor", "processors", "system", "device", "precision", "threads", "libtorch"),
                        environments);
        List<List<String>> begun = results.stream()
                .map(result -> List.of(
                        result.dafl().version(),
                        result.dafl().commit(),
                        result.command().orElse("–")))
                .distinct()
                .toList();
        if (!begun.isEmpty()) {
            html.table(List.of("dafl", "commit", "command"), begun);
        }
        html.close("section");
    }

    /** Whether there are test data. */
    private boolean measured() {
        return matrix.rows().stream().anyMatch(row -> row.student().isPresent());
    }

    private List<Chart.Bar> bars() {
        List<Chart.Bar> bars = new ArrayList<>();
        for (int i = 0; i < matrix.rows().size(); i++) {
            Row row = matrix.rows().get(i);
            boolean isBest = best.best().equals(Optional.of(i));
            (measured() ? row.student() : row.agreement())
                    .ifPresent(share -> bars.add(new Chart.Bar(
                            title(row),
                            share.mean(),
                            share.std(),
                            matrix.runs().stream()
                                    .filter(run -> run.completed() && row.has(run))
                                    .flatMap(run -> (measured() ? run.student() : run.agreement())
                                            .stream().boxed())
                                    .toList(),
                            isBest,
                            row.reference().flatMap(ReferenceConfig::student).orElse(null))));
        }
        return bars;
    }

    private void runs() {
        List<String> head = List.of("run", "teacher", "student", "agreement", "collapses", "took", "");
        html.open("div", "class", "wide")
                .open("table", "class", "numbers")
                .numbersHead(head, 1)
                .open("tbody");
        for (MatrixRun run : matrix.runs()) {
            String runName = run.name();
            html.open("tr").open("th", "scope", "row");
            if (hasReport(run)) {
                // Begins with a dot, so that no name is taken for an address.
                html.element("a", runName, "href", "./" + encoded(runName) + "/report.html");
            } else {
                html.text(runName);
            }
            html.close("th");
            html.numbersCells(
                            head,
                            List.of(
                                    runName,
                                    Words.percent(boxed(run.teacher())),
                                    Words.percent(boxed(run.student())),
                                    Words.percent(boxed(run.agreement())),
                                    Words.count(run.recovered()),
                                    Words.duration(run.seconds())),
                            1)
                    .cell(run.completed() ? "" : run.message().orElse("not completed"))
                    .close("tr");
        }
        html.close("tbody").close("table").close("div");
    }

    private boolean hasReport(MatrixRun run) {
        return run.folderIn(folder)
                .filter(runFolder -> Files.isRegularFile(runFolder.resolve("report.html")))
                .isPresent();
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static Optional<Double> boxed(OptionalDouble accuracy) {
        return accuracy.stream().boxed().findFirst();
    }

    static String title(Row row) {
        return String.join(" ", row.labels().values());
    }
}

package dev.dafl.engine.report;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.run.MatrixTable;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes {@code report.html}: a file that stands alone, to be opened, sent and printed. */
public final class Report {

    private static final String FILE = "report.html";

    private Report() {}

    /**
     * Writes the report of a run or of a matrix from what lies in its folder; a file that is not there is left out. A report
     * that is there already is replaced.
     *
     * @return the file
     * @throws ConfigException when the folder is that of neither
     * @throws IOException when a file is damaged, naming it, or the report cannot be written
     */
    public static Path write(Path folder) throws IOException {
        String html = html(folder);
        Path file = folder.resolve(FILE);
        WholeFile.write(file, html);
        return file;
    }

    /**
     * Writes the report of several runs side by side.
     *
     * @param runs their folders
     * @param differences of their configurations by key, in the order of the runs; empty where a run has no such key
     * @param file that is written, or replaced
     * @throws IOException when a file of a run is damaged, naming it, or the report cannot be written
     */
    public static void write(List<Path> runs, Map<String, List<Optional<String>>> differences, Path file)
            throws IOException {
        List<RunsReport.Named> named = new ArrayList<>();
        for (Path run : runs) {
            named.add(new RunsReport.Named(run.toString(), RunFiles.read(run)));
        }
        WholeFile.write(file, new RunsReport(named, differences).html());
    }

    private static String html(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new ConfigException("no such folder: " + folder);
        }
        Optional<MatrixTable> matrix = MatrixTable.read(folder);
        if (matrix.isPresent()) {
            return new MatrixReport(folder, matrix.get()).html();
        }
        RunFiles run = RunFiles.read(folder);
        if (run.result().isEmpty() && !Files.exists(folder.resolve("metrics.jsonl"))) {
            throw new ConfigException(
                    folder + " is no run folder: it has none of result.json, metrics.jsonl and matrix.json");
        }
        return new RunReport(run).html();
    }
}

package dev.dafl.engine.report;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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

    private static String html(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new ConfigException("no such folder: " + folder);
        }
        if (Files.exists(folder.resolve(MatrixReport.FILE))) {
            return MatrixReport.html(folder);
        }
        if (Files.exists(folder.resolve(RunFiles.RESULT)) || Files.exists(folder.resolve(RunFiles.METRICS))) {
            return new RunReport(RunFiles.read(folder)).html();
        }
        throw new ConfigException(folder + " is no run folder: it has none of " + RunFiles.RESULT + ", "
                + RunFiles.METRICS + " and " + MatrixReport.FILE);
    }
}

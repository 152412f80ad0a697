package dev.dafl.server.jobs;

import dev.dafl.engine.matrix.Matrix;
import dev.dafl.engine.run.MatrixRun;
import dev.dafl.engine.run.MatrixTable;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.run.RunResult;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of a matrix, made of what its runs have left. */
final class MatrixFiles {

    private static final Logger LOG = LoggerFactory.getLogger(MatrixFiles.class);

    private MatrixFiles() {}

    /** The table as it is now. */
    static MatrixTable table(JobFolder folder) throws IOException {
        Plan plan = Order.read(folder.order()).plan();
        List<MatrixTable.Planned> planned = new ArrayList<>();
        List<MatrixRun> runs = new ArrayList<>();
        for (Plan.PlannedRun run : plan.runs()) {
            planned.add(new MatrixTable.Planned(run.labels(), run.reference()));
            result(folder, run).ifPresent(result -> runs.add(MatrixRun.of(run.name(), run.labels(), result)));
        }
        return MatrixTable.of(plan.name(), planned, runs);
    }

    private static Optional<RunResult> result(JobFolder folder, Plan.PlannedRun run) {
        try {
            return RunResult.read(folder.run().resolve(run.name()));
        } catch (IOException | RuntimeException e) {
            LOG.debug("no result of {}", run.name(), e);
            return Optional.empty();
        }
    }

    /**
     * Writes the table into the folder of the matrix, and its report.
     *
     * @param last whether nothing more will come
     */
    static synchronized void write(JobFolder folder, Programs programs, boolean last) {
        try {
            Files.createDirectories(folder.run());
            WholeFile.write(folder.run().resolve("matrix.json"), ResultJson.of(table(folder)) + "\n");
            Order order = Order.read(folder.order());
            WholeFile.write(
                    folder.run().resolve(Matrix.FILE),
                    Files.readString(folder.config().resolve(order.file())));
            if (last) {
                int code = programs.report(folder)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
                if (code != 0) {
                    LOG.warn("no report of {}: exit code {}", folder.path(), code);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("the table of {} is not written: {}", folder.path(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

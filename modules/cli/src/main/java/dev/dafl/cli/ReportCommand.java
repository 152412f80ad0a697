package dev.dafl.cli;

import dev.dafl.engine.report.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "report",
        description = "Writes the report of a run or of a matrix again, from the files of its folder.")
final class ReportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FOLDER", description = "A run folder, such as runs/NAME/TIME, or that of a matrix.")
    private Path folder;

    @Override
    public Integer call() throws IOException {
        spec.commandLine().getOut().println("the report is " + Report.write(folder));
        spec.commandLine().getOut().flush();
        return 0;
    }
}

package dev.dafl.cli;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.run.RunResult.Status;
import dev.dafl.host.Interruption;
import dev.dafl.host.ranks.Crew;
import dev.dafl.host.ranks.CrewException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A run in several processes that MPI has started, of which this is one. */
record CrewRun(Crew crew, RunReporting reporting) {

    /**
     * @param prepare what is to be run; in each process for itself
     * @param target the folder of the run
     * @param begun that folder, where the run goes on
     * @return the exit code
     */
    int run(
            Crew.Work<Experiment> prepare,
            Experiment.FolderTarget target,
            Optional<Path> begun,
            RunControl control,
            Interruption interruption) {
        int code;
        try {
            code = work(prepare, target, begun, control, interruption);
        } catch (CrewException e) {
            crew.close();
            if (crew.tells()) {
                throw new ConfigException(String.valueOf(e.getMessage()));
            }
            return Failures.BAD_INPUT;
        } catch (IOException | RuntimeException | Error e) {
            crew.fail(Failures.message(e), Failures.FAILED, reporting::note);
            return Failures.FAILED;
        }
        crew.close();
        return code;
    }

    private int work(
            Crew.Work<Experiment> prepare,
            Experiment.FolderTarget target,
            Optional<Path> begun,
            RunControl control,
            Interruption interruption)
            throws IOException {
        Experiment experiment = crew.each(prepare, Failures::message);
        crew.requireSame(experiment, DaflCommand.version());
        Path cache = DaflCommand.cache();
        if (crew.tells()) {
            return reporting.run(
                    listener -> crew.lead(experiment, target, begun, cache, control, listener), interruption);
        }
        RunResult result = crew.follow(experiment, begun, cache, control);
        return interruption.exitCode().orElse(result.status() == Status.COMPLETED ? 0 : Failures.FAILED);
    }
}

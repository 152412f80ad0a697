package dev.dafl.cli;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.run.RunResult.Status;
import dev.dafl.host.Interruption;
import dev.dafl.host.PluginHost;
import dev.dafl.host.ranks.Crew;
import dev.dafl.host.ranks.CrewException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A run in several processes that MPI has started, of which this is one. */
record CrewRun(Crew crew, DaflCommand dafl, RunReporting reporting) {

    /** What is run; each process finds it for itself. */
    interface Asked {

        Experiment prepared(PluginHost plugins) throws IOException;

        /** The folder of the run. */
        Experiment.FolderTarget target(Experiment experiment);

        /** That folder, where the run goes on. */
        Optional<Path> begun();
    }

    /** @return the exit code */
    int run(Asked asked, RunControl control) {
        int code;
        try (PluginHost plugins = crew.each(dafl::plugins, Failures::message);
                Interruption interruption = dafl.interruption(control, plugins)) {
            if (crew.tells()) {
                dafl.warnOfBroken(plugins);
            }
            Experiment experiment = crew.each(() -> asked.prepared(plugins), Failures::message);
            crew.requireSame(experiment, DaflCommand.version());
            code = run(experiment, asked, control, interruption);
        } catch (CrewException e) {
            if (crew.tells()) {
                // Before the others may leave: the first that ends with a failure has mpirun kill this one.
                reporting.note(Failures.message(e));
            }
            crew.close();
            return Failures.BAD_INPUT;
        } catch (IOException | RuntimeException | Error e) {
            crew.fail(Failures.message(e), Failures.FAILED, reporting::note);
            return Failures.FAILED;
        }
        crew.close();
        return code;
    }

    private int run(Experiment experiment, Asked asked, RunControl control, Interruption interruption)
            throws IOException {
        Path cache = DaflCommand.cache();
        if (crew.tells()) {
            return reporting.run(
                    listener ->
                            crew.lead(experiment, asked.target(experiment), asked.begun(), cache, control, listener),
                    interruption);
        }
        RunResult result = crew.follow(experiment, asked.begun(), cache, control);
        return interruption.exitCode().orElse(result.status() == Status.COMPLETED ? 0 : Failures.FAILED);
    }
}

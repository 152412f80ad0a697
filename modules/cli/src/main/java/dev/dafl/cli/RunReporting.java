package dev.dafl.cli;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.run.EventLines;
import dev.dafl.engine.run.InterruptedRunException;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.run.RunResult.Status;
import dev.dafl.host.Interruption;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a run tells the user, or another program, what happens and what came out. */
final class RunReporting {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--json", description = "Standard output is the result as JSON and nothing else.")
    private boolean json;

    @Option(
            names = "--events",
            description = "Standard output is what happens, as JSON, an event a line, and nothing else.")
    private boolean events;

    boolean events() {
        return events;
    }

    boolean json() {
        return json;
    }

    private DaflCommand dafl() {
        return (DaflCommand) spec.root().userObject();
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Runs an experiment, or has it run. */
    @FunctionalInterface
    interface Work {

        /** @throws InterruptedRunException when it was ended before it had begun */
        RunResult run(RunListener listener) throws IOException;
    }

    /** Runs an experiment, telling what happens; gives the exit code. */
    int run(Experiment experiment, Experiment.FolderTarget target, RunControl control, Interruption interruption)
            throws IOException {
        return run(listener -> experiment.run(target, DaflCommand.cache(), control, listener), interruption);
    }

    /** Does what a run takes, telling what happens; gives the exit code. */
    int run(Work work, Interruption interruption) throws IOException {
        ConsoleProgress progress = new ConsoleProgress(err(), dafl().debug());
        RunListener listener = events ? this::line : progress;
        RunResult result;
        try (Heartbeat _ = Heartbeat.of(events ? () -> {} : progress::tick)) {
            result = work.run(listener);
        } catch (InterruptedRunException e) {
            if (events) {
                line(new RunEvent.Failed(Failures.message(e)));
            } else {
                err().println(Failures.PREFIX + "the run was interrupted before it began");
            }
            return interruption.exitCode().orElse(Failures.FAILED);
        } catch (IOException | RuntimeException | Error e) {
            if (events) {
                line(new RunEvent.Failed(Failures.message(e)));
            }
            throw e;
        } finally {
            progress.end();
        }
        if (json) {
            out().println(ResultJson.of(result));
        } else if (!events) {
            Summary.print(out(), result, progress.folder());
        }
        out().flush();
        if (result.status() == Status.INTERRUPTED && !events) {
            progress.folder().ifPresent(folder -> err().println(Failures.PREFIX + "go on by: dafl resume " + folder));
        }
        Optional<Integer> bySignal = interruption.exitCode();
        return bySignal.orElse(result.status() == Status.COMPLETED ? 0 : Failures.FAILED);
    }

    /** Says to the user what is no event of a run. */
    void note(String sentence) {
        err().println(Failures.PREFIX + sentence);
        err().flush();
    }

    /** Tells whoever has started this process why there will be no run. */
    void failed(Throwable reason) {
        if (events) {
            line(new RunEvent.Failed(Failures.message(reason)));
        }
    }

    private void line(RunEvent event) {
        out().println(EventLines.write(event));
        out().flush();
    }
}

package dev.dafl.engine;

import dev.dafl.engine.config.BudgetConfig;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentConfig.Precision;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.report.Report;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.FolderLock;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.engine.run.RunResult;
import dev.dafl.tensor.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A run folder that is there, whatever became of the run.
 *
 * @param folder of the run
 * @param file its configuration, with everything decided
 */
public record SavedRun(Path folder, ExperimentFile file) {

    /** How far a run has come. */
    public enum State {
        /** A process writes it now. */
        RUNNING,
        COMPLETED,
        INTERRUPTED,
        FAILED,
        /** Its process ended before it could say so. */
        KILLED
    }

    /** @throws ConfigException when the folder holds no run, or one whose configuration cannot be read */
    public static SavedRun in(Path folder) {
        Path config = Artefact.CONFIG.in(folder);
        if (!Files.isRegularFile(config)) {
            throw new ConfigException(folder
                    + (Files.exists(folder) ? " holds no run: there is no " : " is not there: no ")
                    + Artefact.CONFIG.file());
        }
        return new SavedRun(folder, ExperimentFile.read(config, Map.of()));
    }

    /** The run in a folder, where there is one. */
    public static Optional<SavedRun> find(Path folder) {
        return Files.isRegularFile(Artefact.CONFIG.in(folder)) ? Optional.of(in(folder)) : Optional.empty();
    }

    /** What was run. */
    public ExperimentConfig config() {
        return file.config();
    }

    /** Its result, where it has one. */
    public Optional<RunResult> result() throws IOException {
        return RunResult.read(folder);
    }

    /** @throws IOException when its result cannot be read */
    public State state() throws IOException {
        if (FolderLock.isHeld(folder)) {
            return State.RUNNING;
        }
        return result().map(result -> switch (result.status()) {
                    case COMPLETED -> State.COMPLETED;
                    case INTERRUPTED -> State.INTERRUPTED;
                    case FAILED -> State.FAILED;
                })
                .orElse(State.KILLED);
    }

    /**
     * The same run, to go on from its newest checkpoint, or from its beginning where it has none.
     *
     * @throws ConfigException for plugins that are not there any more
     */
    public Experiment toResume(Extensions extensions) {
        return Experiment.prepare(file, extensions);
    }

    /** The folder, for {@link Experiment#run}. */
    public RunFolder reopen() throws IOException {
        return RunFolder.reopen(folder);
    }

    /** Brings the folder of a complete run, whose process was killed in its last moments, to what it is else: files and report. */
    public void tidy() throws IOException {
        RunFolder.tidy(folder);
        if (!Files.exists(Artefact.REPORT.in(folder))) {
            Report.write(folder);
        }
    }

    /** Whether it is what somebody asks for now, where what it chose by itself counts as asked. */
    public boolean isOf(ExperimentConfig asked) {
        ExperimentConfig saved = config();
        ExperimentConfig spent = decided(asked, saved);
        ExperimentConfig measured = spent.distillation().evaluateEvery().isPresent()
                ? spent
                : saved.distillation()
                        .evaluateEvery()
                        .map(spent::evaluatedEvery)
                        .orElse(spent);
        return measured.resolved(
                        asked.device().equals("auto")
                                ? saved.device()
                                : Device.parse(asked.device()).toString(),
                        asked.precision() == Precision.AUTO ? saved.precision() : asked.precision(),
                        asked.threads() == 0 ? saved.threads() : asked.threads())
                .asksForTheSameAs(saved);
    }

    /** What is asked for with what the run has found to fit into the same budget. */
    private static ExperimentConfig decided(ExperimentConfig asked, ExperimentConfig saved) {
        Optional<Long> count = saved.budget().flatMap(BudgetConfig::count);
        boolean open = asked.openBudget()
                .filter(budget -> saved.budget()
                        .filter(of -> of.time().equals(budget.time()))
                        .isPresent())
                .isPresent();
        return open && count.isPresent() ? asked.lasting(count.get()) : asked;
    }
}

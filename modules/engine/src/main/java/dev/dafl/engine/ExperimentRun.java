package dev.dafl.engine;

import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.plugins.ExperimentParts.Distilling;
import dev.dafl.engine.plugins.ExperimentParts.ImageSource;
import dev.dafl.engine.plugins.Networks;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunEvent.Phase;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.state.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One run of an experiment. All that can go wrong before the first step does so before anything is written: the data are loaded,
 * the networks built, weights read, and each loss is tried.
 */
final class ExperimentRun {

    private final RunContext context;

    ExperimentRun(Experiment experiment, Ranks ranks, Path cache, RunControl control, List<RunListener> listeners) {
        context = new RunContext(experiment, ranks, cache, control, listeners);
    }

    /**
     * What is done with a run that can begin.
     *
     * @param <T> of what it gives
     */
    @FunctionalInterface
    private interface Ending<T> {

        /**
         * @param timing of the run, for those who want to know
         * @param work of the run, which has not begun
         */
        T of(Readiness ready, Timing timing, RunJournal.Work work) throws IOException;
    }

    /** Finds out how long a run takes. */
    @FunctionalInterface
    private interface Timing {

        TimeEstimate measured() throws IOException;
    }

    RunResult run(Experiment.FolderTarget target) throws IOException {
        return prepared((_, _, work) -> context.journal().record(target, work));
    }

    /** Does all that a run does before its first step, and writes nothing. */
    Readiness check() throws IOException {
        return prepared((ready, _, _) -> ready);
    }

    /** As {@link #check}, with the time that it takes. */
    Readiness checkAndTime() throws IOException {
        return prepared((ready, timing, _) -> ready.taking(timing.measured()));
    }

    private <T> T prepared(Ending<T> ending) throws IOException {
        Experiment experiment = context.experiment();
        ExperimentConfig config = context.config();
        try (TensorScope _ = TensorScope.open()) {
            RunData data = RunData.load(context);
            try (Network teacher = new Networks(
                            experiment.file(), context.compute(), new RandomStream(config.teacherSeed()))
                    .classifier(
                            "teacher",
                            experiment.parts().teacher(),
                            data.shape(),
                            data.task().classes())) {
                TeacherStage first = new TeacherStage(
                        experiment,
                        config,
                        data.set(),
                        data.test(),
                        data.task(),
                        context.compute(),
                        context.journal(),
                        context.cache());
                // Before anything is written: weights that are not there or do not fit leave no run folder behind.
                first.loadGiven(teacher);
                Optional<Distilling> parts = experiment.parts().distillation();
                if (parts.isEmpty()) {
                    return ending.of(
                            Readiness.of(context, data, teacher, Optional.empty(), Optional.empty(), Optional.empty()),
                            () -> new TimeEstimate(first.time(teacher, timeTrial(data)), Optional.empty()),
                            kept -> teach(first, teacher, false, kept));
                }
                return withStudent(
                        parts.get(),
                        data,
                        teacher,
                        stage -> ending.of(
                                stage.ready(),
                                () -> {
                                    TimeTrial trial = timeTrial(data);
                                    return new TimeEstimate(first.time(teacher, trial), Optional.of(stage.time(trial)));
                                },
                                kept -> {
                                    teach(first, teacher, stage.needsStatistics(), kept);
                                    learn(stage, training(kept, Phase.DISTILLATION));
                                }));
            }
        }
    }

    private <T> T withStudent(Distilling parts, RunData data, Network teacher, StudentStage.Use<T> use)
            throws IOException {
        try (Network student = context.networks()
                .classifier(
                        "student", parts.student(), data.shape(), data.task().classes())) {
            return switch (parts.images()) {
                case ImageSource.Generated generated ->
                    GeneratorStage.prepared(context, data, parts, generated, teacher, student, use);
                case ImageSource.Synthesized method ->
                    MethodStage.prepared(context, data, parts, method, teacher, student, use);
                case ImageSource.Transferred set ->
                    use.of(TransferStage.prepared(context, data, parts, set, teacher, student));
            };
        }
    }

    private TimeTrial timeTrial(RunData data) {
        return new TimeTrial(context.config(), context.trial(data));
    }

    /** The teacher as it is to be, trained, found or taken up again. */
    private void teach(TeacherStage first, Network teacher, boolean statistics, Optional<State> kept)
            throws IOException {
        RunJournal journal = context.journal();
        if (kept.isPresent() && journal.keptPhase() == Phase.DISTILLATION) {
            first.reload(teacher);
            return;
        }
        journal.clock().begin(Phase.TEACHER);
        first.run(teacher, new TeacherStage.Way(statistics, context.loop(), training(kept, Phase.TEACHER), () -> {
            journal.clock().end();
            if (context.config().student().isPresent() && context.tells()) {
                context.checkpointWriter().phaseDone();
            }
        }));
    }

    private void learn(StudentStage stage, Optional<State> kept) throws IOException {
        RunJournal journal = context.journal();
        journal.clock().begin(Phase.DISTILLATION);
        journal.emit(new RunEvent.Doing("making images"));
        stage.run(kept);
    }

    /** What was kept of a training; empty where it begins. */
    private Optional<State> training(Optional<State> kept, Phase phase) {
        RunJournal journal = context.journal();
        Optional<State> training = kept.filter(state -> journal.keptPhase() == phase)
                .map(state -> state.part("training"))
                .filter(state -> state.has("done"));
        training.ifPresent(
                state -> journal.emit(new RunEvent.Resumed(journal.folder().path(), phase, state.number("done"))));
        return training;
    }
}

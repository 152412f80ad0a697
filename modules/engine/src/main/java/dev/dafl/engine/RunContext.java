package dev.dafl.engine;

import dev.dafl.engine.compute.Compute;
import dev.dafl.engine.config.BudgetConfig;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentConfig.Precision;
import dev.dafl.engine.plugins.NetworkSize;
import dev.dafl.engine.plugins.Networks;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.Cancellation;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.training.Evaluation;
import dev.dafl.engine.training.Pace;
import dev.dafl.engine.training.StepLoop;
import dev.dafl.libtorch.Libtorch;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.nn.Network;
import dev.dafl.workspace.Surroundings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * What the stages of one run share. Its configuration says more and more while the run is prepared: whatever is decided on the way
 * becomes a part of it.
 */
final class RunContext {

    private final Experiment experiment;
    private final Ranks ranks;
    private final Path cache;
    private final RunControl control;
    private final Cancellation cancellation;
    private final Compute compute;
    private final RandomStream random;
    private final Networks networks;
    private final RunJournal journal;
    private ExperimentConfig config;
    private Optional<Pace> pace = Optional.empty();

    RunContext(Experiment experiment, Ranks ranks, Path cache, RunControl control, List<RunListener> listeners) {
        this.experiment = experiment;
        this.ranks = ranks;
        this.cache = cache;
        this.control = control;
        // A signal comes to one rank earlier than to another: they end after the same step.
        cancellation = ranks.together() ? () -> ranks.any(control.requested()) : control;
        Experiment.Choice choice = Experiment.choose(experiment.file(), ranks);
        compute = choice.compute();
        ExperimentConfig asked = experiment.config();
        config = (tells() ? asked : asked.untold())
                .resolved(
                        compute.device().toString(),
                        compute.bf16() ? Precision.BF16 : Precision.FP32,
                        choice.threads());
        random = new RandomStream(config.seed());
        networks = new Networks(experiment.file(), compute, random);
        journal = new RunJournal(
                config,
                compute,
                Provenance.of(experiment.parts().identities(), control.command()),
                tells() ? experiment.parts().listeners() : List.of(),
                control,
                tells() ? listeners : List.of());
        journal.emit(new RunEvent.Environment(
                Libtorch.info().version(),
                compute.device().toString(),
                compute.precision(),
                choice.threads(),
                choice.why()));
        experiment.choice().ifPresent(journal::emit);
    }

    Experiment experiment() {
        return experiment;
    }

    Ranks ranks() {
        return ranks;
    }

    Path cache() {
        return cache;
    }

    Compute compute() {
        return compute;
    }

    RandomStream random() {
        return random;
    }

    Networks networks() {
        return networks;
    }

    RunJournal journal() {
        return journal;
    }

    /** With all that has been decided until now. */
    ExperimentConfig config() {
        return config;
    }

    /** From now on the configuration is this one. */
    void decide(ExperimentConfig decided) {
        config = decided;
        journal.decided(decided);
    }

    /** Whether what this process writes and tells is the run: of several ranks that is the first. */
    boolean tells() {
        return ranks.rank() == 0;
    }

    /** Takes steps until the run is to end, and writes checkpoints where this process does. */
    StepLoop loop() {
        return new StepLoop(cancellation, tells() ? checkpointWriter() : StepLoop.Checkpoints.NONE);
    }

    CheckpointWriter checkpointWriter() {
        return new CheckpointWriter(journal.checkpoints(), config.checkpoint(), journal, journal);
    }

    /** Loading can take long, and ends when the run is to end. */
    RunListener loading() {
        return event -> {
            if (!ranks.together()) {
                control.check();
            }
            journal.emit(event);
        };
    }

    BudgetTrial trial(RunData data) {
        return new BudgetTrial(experiment.parts(), networks, data.task(), cancellation);
    }

    /** Where a budget is to decide how long the schedule is, it does. */
    void spend(RunData data, BudgetTrial.Trying trying) throws IOException {
        Optional<BudgetConfig> budget = config.openBudget();
        if (budget.isPresent()) {
            journal.emit(
                    new RunEvent.Doing("trying what fits into " + budget.get().text()));
            BudgetTrial.Decision decision = trial(data).decided(experiment.file(), config, trying, journal::emit);
            decide(decision.config());
            pace = Optional.of(decision.pace());
        }
    }

    /** How fast the student's training goes here, as the trial of a budget has found it, or found now. */
    Optional<Pace> pace(BudgetTrial.Trying trying) throws IOException {
        return pace.isPresent() ? pace : trying.pace(TimeTrial.LONGEST);
    }

    /**
     * How often the student is measured, where nobody has said so. It decides nothing of the training.
     *
     * @param generatorMultiplyAdds of one image; 0 where there is no generator
     */
    void decideMeasuring(RunData data, Network teacher, Network student, long generatorMultiplyAdds) {
        if (config.distillation().evaluateEvery().isPresent() || data.test().isEmpty()) {
            return;
        }
        ImageShape shape = data.shape();
        long[] image = {shape.channels(), shape.height(), shape.width()};
        MeasuringPlan.Cost cost = new MeasuringPlan.Cost(
                NetworkSize.multiplyAdds(teacher, image),
                NetworkSize.multiplyAdds(student, image),
                generatorMultiplyAdds);
        decide(config.evaluatedEvery(
                MeasuringPlan.of(config, cost, data.test().get().count()).every()));
    }

    Surroundings surroundings(RunData data) {
        return new Surroundings(
                data.shape(),
                data.task().classes(),
                data.task().normalization(),
                compute.device(),
                compute.format(),
                random,
                name -> journal.folder().path().resolve(Artefact.bank(name)),
                ranks);
    }

    /** Of the student as it is when it is asked for; none without test data. */
    Optional<DoubleSupplier> accuracy(RunData data, Network student) {
        return data.test().map(images -> () -> Evaluation.accuracy(student, images));
    }

    StudentRecord record(RunData data) {
        return new StudentRecord(journal, data.task(), data.test(), config, compute.device(), random);
    }
}

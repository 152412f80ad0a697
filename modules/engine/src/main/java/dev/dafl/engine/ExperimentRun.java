package dev.dafl.engine;

import dev.dafl.engine.StudentRecord.Trained;
import dev.dafl.engine.compute.Compute;
import dev.dafl.engine.compute.FreeMemory;
import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.DataConfig.Fit;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentConfig.Precision;
import dev.dafl.engine.config.GeneratorConfig;
import dev.dafl.engine.plugins.BoundPlugin;
import dev.dafl.engine.plugins.ExperimentParts.Distilling;
import dev.dafl.engine.plugins.ExperimentParts.ImageSource;
import dev.dafl.engine.plugins.NetworkSize;
import dev.dafl.engine.plugins.Networks;
import dev.dafl.engine.plugins.PluginCall;
import dev.dafl.engine.plugins.WeightedTerm;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.Cancellation;
import dev.dafl.engine.run.RunClock;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunEvent.Phase;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.task.TeacherTask;
import dev.dafl.engine.training.Distillation;
import dev.dafl.engine.training.DryPass;
import dev.dafl.engine.training.Evaluation;
import dev.dafl.engine.training.LabelledImages;
import dev.dafl.engine.training.MemoryNeed;
import dev.dafl.engine.training.MethodCheck;
import dev.dafl.engine.training.MethodTraining;
import dev.dafl.engine.training.Statistics;
import dev.dafl.engine.training.StepLoop;
import dev.dafl.engine.training.TrainingFailedException;
import dev.dafl.engine.training.TransferTraining;
import dev.dafl.libtorch.Libtorch;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.DatasetFactory;
import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSetFactory;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.state.State;
import dev.dafl.workspace.Surroundings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

/**
 * One run of an experiment. All that can go wrong before the first step does so before anything is written: the data are loaded,
 * the networks built, weights read, and each loss is tried.
 */
final class ExperimentRun {

    private final Experiment experiment;
    private final Path cache;
    private final Compute compute;
    private ExperimentConfig config;
    private final Ranks ranks;
    private final RunControl control;
    private final Cancellation cancellation;
    private final RunJournal journal;
    private final RandomStream random;
    private final Networks networks;
    // Loaded before anything of the run asks for it.
    @SuppressWarnings("NullAway.Init")
    private Data data;

    ExperimentRun(Experiment experiment, Ranks ranks, Path cache, RunControl control, List<RunListener> listeners) {
        this.experiment = experiment;
        this.ranks = ranks;
        this.cache = cache;
        this.control = control;
        // A signal comes to one rank earlier than to another: they end after the same step.
        this.cancellation = ranks.together() ? () -> ranks.any(control.requested()) : control;
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

    /** Whether what this process writes and tells is the run: of several ranks that is the first. */
    private boolean tells() {
        return ranks.rank() == 0;
    }

    /**
     * What there is of images.
     *
     * @param task of all networks
     * @param set that the teacher is trained on; none where it was trained elsewhere
     * @param test to measure on, where there is something
     */
    private record Data(Task task, Optional<Dataset> set, Optional<LabelledImages> test) {

        ImageShape shape() {
            return task.shape();
        }
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

    /** Finds out how long a student takes. */
    @FunctionalInterface
    private interface StudentTiming {

        Optional<TimeEstimate.Phase> measured(TimeTrial trial) throws IOException;
    }

    RunResult run(Experiment.FolderTarget target) throws IOException {
        return prepared((_, _, work) -> journal.record(target, work));
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
        try (TensorScope _ = TensorScope.open()) {
            data = data();
            try (Network teacher = new Networks(experiment.file(), compute, new RandomStream(config.teacherSeed()))
                    .classifier(
                            "teacher",
                            experiment.parts().teacher(),
                            data.shape(),
                            data.task().classes())) {
                TeacherStage first = new TeacherStage(
                        experiment, config, data.set(), data.test(), data.task(), compute, journal, cache);
                // Before anything is written: weights that are not there or do not fit leave no run folder behind.
                first.loadGiven(teacher);
                Optional<Distilling> parts = experiment.parts().distillation();
                return parts.isPresent()
                        ? distilled(parts.get(), first, teacher, ending)
                        : ending.of(
                                readyWithoutGenerator(teacher, Optional.empty()),
                                timing(first, teacher, _ -> Optional.empty()),
                                kept -> teach(first, teacher, false, kept));
            }
        }
    }

    private Data data() throws IOException {
        Optional<Dataset> set = experiment.parts().dataset().isPresent()
                ? Optional.of(load(experiment.parts().dataset().get()))
                : Optional.empty();
        Task task;
        if (set.isPresent()) {
            task = Task.of(set.get(), config.data().orElseThrow());
        } else {
            TeacherTask.Found found = experiment.task().orElseThrow();
            found.assumptions().forEach(assumption -> journal.emit(new RunEvent.Warning(assumption)));
            task = found.task();
        }
        return new Data(task, set, measured(set, task));
    }

    /** Of the test set, or of the data's own. */
    private Optional<LabelledImages> measured(Optional<Dataset> set, Task task) throws IOException {
        if (experiment.parts().test().isPresent()) {
            Dataset test = load(experiment.parts().test().get());
            experiment.requireMeasurable(test, experiment.parts().test().get(), task);
            return Optional.of(labelled(test, task, config.test().orElseThrow().fit()));
        }
        return set.map(data -> labelled(data, task, config.data().orElseThrow().fit()));
    }

    private LabelledImages labelled(Dataset data, Task task, Fit fit) {
        return new LabelledImages(data.test(), task.normalization(), task.shape(), compute.device()).fitted(fit);
    }

    private <T> T distilled(Distilling parts, TeacherStage first, Network teacher, Ending<T> ending)
            throws IOException {
        try (Network student = networks.classifier(
                "student", parts.student(), data.shape(), data.task().classes())) {
            return switch (parts.images()) {
                case ImageSource.Generated generated -> generated(parts, generated, first, teacher, student, ending);
                case ImageSource.Synthesized method -> synthesized(parts, method, first, teacher, student, ending);
                case ImageSource.Transferred set -> {
                    Map<PluginReference, Dataset> others = others(set);
                    boolean statistics = set.needs().contains(TransferSetFactory.Need.ACTIVATION_STATISTICS);
                    if (statistics) {
                        requireFeatures(teacher, set);
                    }
                    DryPass.ofTransfer(teacher, student, parts.loss(), data.shape(), random);
                    decideMeasuring(teacher, student, 0);
                    yield ending.of(
                            readyWithoutGenerator(teacher, Optional.of(student)),
                            timing(first, teacher, trial -> Optional.of(trial.transfer(parts, set))),
                            kept -> {
                                teach(first, teacher, statistics, kept);
                                transfer(parts, set, others, teacher, student, studentState(kept));
                            });
                }
            };
        }
    }

    private <T> T generated(
            Distilling parts,
            ImageSource.Generated generated,
            TeacherStage first,
            Network teacher,
            Network student,
            Ending<T> ending)
            throws IOException {
        try (Network generator = networks.generator(generated.generator(), data.task());
                Network kept = networks.classifier(
                        "student", parts.student(), data.shape(), data.task().classes())) {
            Distillation.Setup asked = setup(parts, generated, teacher, generator, student, kept);
            ImageSource.Generated usable = tried(asked, generated);
            Distillation.Setup whole =
                    usable == generated ? asked : setup(parts, usable, teacher, generator, student, kept);
            MemoryNeed memory = MemoryNeed.of(whole);
            Distillation.Setup fitting = cut(memory) ? setup(parts, usable, teacher, generator, student, kept) : whole;
            spend(budget -> trial().of(fitting, budget, parts, usable));
            decideMeasuring(
                    teacher,
                    student,
                    NetworkSize.multiplyAdds(generator, Networks.columns(generated.generator(), data.task())));
            Distillation.Setup setup = setup(parts, usable, teacher, generator, student, kept);
            return ending.of(
                    ready(setup, memory),
                    timing(first, teacher, scheduled(limit -> trial().of(setup, limit, parts, usable))),
                    saved -> {
                        teach(first, teacher, false, saved);
                        distil(setup, studentState(saved));
                    });
        }
    }

    private <T> T synthesized(
            Distilling parts,
            ImageSource.Synthesized method,
            TeacherStage first,
            Network teacher,
            Network student,
            Ending<T> ending)
            throws IOException {
        MethodCheck check =
                new MethodCheck(method.method().identity(), method.method().needs(), method.terms());
        check.missing(teacher, student, data.shape(), random).ifPresent(missing -> {
            throw experiment.file().mistake(method.method().pointer(), missing);
        });
        DryPass.ofTransfer(teacher, student, parts.loss(), data.shape(), random);
        spend(budget -> trial().of(setup(parts, method, teacher, student), budget, parts));
        decideMeasuring(teacher, student, 0);
        MethodTraining.Setup setup = setup(parts, method, teacher, student);
        try (MethodTraining training = training(setup, method)) {
            return ending.of(
                    ready(setup, method),
                    timing(first, teacher, scheduled(limit -> trial().of(setup, limit, parts))),
                    kept -> {
                        teach(first, teacher, false, kept);
                        follow(training, teacher, student, studentState(kept));
                    });
        }
    }

    /** Where nobody has said how often the student is measured. It decides nothing of the training. */
    private void decideMeasuring(Network teacher, Network student, long generatorMultiplyAdds) {
        if (config.distillation().evaluateEvery().isPresent() || data.test().isEmpty()) {
            return;
        }
        ImageShape shape = data.shape();
        long[] image = {shape.channels(), shape.height(), shape.width()};
        MeasuringPlan.Cost cost = new MeasuringPlan.Cost(
                NetworkSize.multiplyAdds(teacher, image),
                NetworkSize.multiplyAdds(student, image),
                generatorMultiplyAdds);
        config = config.evaluatedEvery(
                MeasuringPlan.of(config, cost, data.test().get().count()).every());
        journal.decided(config);
    }

    private MethodTraining.Setup setup(
            Distilling parts, ImageSource.Synthesized method, Network teacher, Network student) {
        return new MethodTraining.Setup(
                method.method()::create,
                method.method().identity(),
                method.generator().map(this::generators),
                method.terms(),
                teacher,
                student,
                parts.loss(),
                config.student().orElseThrow().optimizer(),
                config.distillation(),
                accuracy(student),
                surroundings(),
                random);
    }

    private MethodTraining training(MethodTraining.Setup setup, ImageSource.Synthesized method) throws IOException {
        try {
            return new MethodTraining(setup, journal::emit, record()::glimpse);
        } catch (IllegalArgumentException e) {
            throw experiment.file().mistake(method.method().pointer(), e);
        }
    }

    private MethodTraining.Generators generators(BoundPlugin<GeneratorFactory<?>> part) {
        return new MethodTraining.Generators(
                (role, number) -> networks.fresh(role, part, data.task(), number), Networks.columns(part, data.task()));
    }

    private void follow(MethodTraining training, Network teacher, Network student, Optional<State> kept)
            throws IOException {
        journal.clock().begin(Phase.DISTILLATION);
        kept.ifPresent(training::load);
        Finishing.after(() -> lasting(training), () -> {
            journal.clock().end();
            record().made(training::images, teacher, training.done());
            record().student(
                            Trained.last(
                                    teacher,
                                    student,
                                    training.done(),
                                    training.agreement(),
                                    Optional.of(training.imagesMade())),
                            training::images);
            return training;
        });
    }

    private BudgetTrial trial() {
        return new BudgetTrial(experiment.parts(), networks, data.task(), cancellation);
    }

    private Timing timing(TeacherStage first, Network teacher, StudentTiming student) {
        return () -> {
            TimeTrial trial = new TimeTrial(config, trial());
            return new TimeEstimate(first.time(teacher, trial), student.measured(trial));
        };
    }

    private StudentTiming scheduled(BudgetTrial.Trying trying) {
        return _ ->
                Optional.of(TimeEstimate.Phase.of(config.distillation().schedule(), trying.pace(TimeTrial.LONGEST)));
    }

    /** Where a budget is to decide how long the schedule is, it does. */
    private void spend(BudgetTrial.Trying trying) throws IOException {
        if (config.openBudget().isPresent()) {
            config = trial().decided(experiment.file(), config, trying, journal::emit);
            journal.decided(config);
        }
    }

    /** A method that dies is not the end of a run that has another. */
    private void lasting(MethodTraining training) {
        try {
            training.run(loop());
        } catch (TrainingFailedException e) {
            if (experiment.hasFallback()) {
                throw new MethodDiedException(journal.folder().path(), e);
            }
            throw e;
        }
    }

    /**
     * Where a whole batch does not fit into the memory, it goes through the networks in parts; how large these are stands in the
     * run's configuration, since its bits follow from it.
     *
     * @return whether it does
     */
    private boolean cut(MemoryNeed memory) {
        OptionalLong free = FreeMemory.bytes();
        if (compute.device().type() != Device.Type.CPU
                || free.isEmpty()
                || config.distillation().microBatch().isPresent()) {
            return false;
        }
        int batch = config.distillation().batch();
        int fitting = Integer.parseInt(ranks.first(String.valueOf(memory.fitting(batch, free.getAsLong()))));
        if (fitting == batch) {
            return false;
        }
        journal.emit(new RunEvent.Warning(String.format(
                Locale.ROOT,
                "a batch of %,d images takes about %,d MB and %,d MB are free: it goes through the networks in parts of"
                        + " %,d (distillation.micro-batch)",
                batch,
                memory.bytes(batch) >> 20,
                free.getAsLong() >> 20,
                fitting)));
        config = config.inPartsOf(fitting);
        journal.decided(config);
        return true;
    }

    /**
     * @param generator where there is one
     * @param memory about how many bytes a step takes, where that is known
     */
    private Readiness ready(
            Network teacher, Optional<Network> student, Optional<Readiness.Part> generator, Optional<Long> memory) {
        student.filter(network ->
                        network.parameters().count() > teacher.parameters().count())
                .ifPresent(network -> journal.emit(new RunEvent.Warning(String.format(
                        Locale.ROOT,
                        "the student has more parameters than its teacher: %,d and %,d",
                        network.parameters().count(),
                        teacher.parameters().count()))));
        ImageShape shape = data.shape();
        long[] image = {shape.channels(), shape.height(), shape.width()};
        List<Readiness.Part> parts = new ArrayList<>();
        parts.add(Readiness.Part.of("teacher", config.teacher().model(), teacher, image));
        student.ifPresent(network -> parts.add(
                Readiness.Part.of("student", config.student().orElseThrow().model(), network, image)));
        generator.ifPresent(parts::add);
        return new Readiness(
                data.task(), data.set().isPresent(), data.test().isPresent(), parts, memory, config, Optional.empty());
    }

    private Readiness readyWithoutGenerator(Network teacher, Optional<Network> student) {
        return ready(teacher, student, Optional.empty(), Optional.empty());
    }

    private Readiness ready(Distillation.Setup setup, MemoryNeed memory) {
        return ready(
                setup.teacher(),
                Optional.of(setup.student()),
                Optional.of(Readiness.Part.of(
                        "generator", config.generator().orElseThrow().model(), setup.generator(), setup.inputSize())),
                Optional.of(memory.bytes(config.distillation().atOnce())));
    }

    /** A method's generator is made anew wherever the method wants one: this one is only looked at. */
    private Readiness ready(MethodTraining.Setup setup, ImageSource.Synthesized method) {
        int images = method.method().imagesAtOnce();
        if (method.generator().isEmpty()) {
            return ready(
                    setup.teacher(),
                    Optional.of(setup.student()),
                    Optional.empty(),
                    Optional.of(MemoryNeed.ofMethod(setup, Optional.empty(), images)));
        }
        BoundPlugin<GeneratorFactory<?>> part = method.generator().get();
        try (Network generator = networks.fresh("looked at", part, data.task(), 0)) {
            return ready(
                    setup.teacher(),
                    Optional.of(setup.student()),
                    Optional.of(Readiness.Part.of(
                            "generator",
                            Component.named(part.plugin().name()),
                            generator,
                            setup.generators().orElseThrow().columns())),
                    Optional.of(MemoryNeed.ofMethod(setup, Optional.of(generator), images)));
        }
    }

    private Distillation.Setup setup(
            Distilling parts,
            ImageSource.Generated generated,
            Network teacher,
            Network generator,
            Network student,
            Network kept) {
        GeneratorConfig settings = config.generator().orElseThrow();
        return new Distillation.Setup(
                generator,
                number -> networks.fresh(generated.generator(), data.task(), number),
                settings.restartEvery(),
                Networks.latentSize(generated.generator()),
                Networks.conditional(generated.generator()),
                teacher,
                student,
                kept,
                generated.terms(),
                parts.loss(),
                settings.optimizer(),
                config.student().orElseThrow().optimizer(),
                config.distillation(),
                config.guard(),
                accuracy(student),
                surroundings(),
                random);
    }

    private Surroundings surroundings() {
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
    private Optional<DoubleSupplier> accuracy(Network student) {
        return data.test().map(images -> () -> Evaluation.accuracy(student, images));
    }

    /**
     * Tells what is wrong with the losses before hours are spent on a teacher. Of losses that nobody has asked for, those that
     * are not for this teacher are left out.
     */
    private ImageSource.Generated tried(Distillation.Setup setup, ImageSource.Generated generated) {
        List<DryPass.Finding> findings = DryPass.of(setup);
        Set<WeightedTerm<?>> unusable = new LinkedHashSet<>();
        for (DryPass.Finding finding : findings) {
            WeightedTerm<?> term = setup.terms().get(finding.term());
            ConfigException told = experiment.file().mistake("/generator/losses/" + finding.term(), finding.problem());
            if (finding.weight() == DryPass.Weight.NOT_FOR_THIS_TEACHER && experiment.usesDefaultLosses()) {
                unusable.add(term);
                journal.emit(new RunEvent.Warning("the generator learns without the loss " + term.name()
                        + ", which is one by default: " + finding.problem()));
            } else if (finding.fatal()) {
                throw told;
            } else {
                journal.emit(new RunEvent.Warning(told.getMessage()));
            }
        }
        if (unusable.isEmpty()) {
            return generated;
        }
        config =
                config.withoutLosses(unusable.stream().map(WeightedTerm::name).collect(Collectors.toUnmodifiableSet()));
        journal.decided(config);
        return new ImageSource.Generated(
                generated.generator(),
                generated.terms().stream()
                        .filter(term -> !unusable.contains(term))
                        .toList());
    }

    /** There is nothing to record of a teacher without. */
    private void requireFeatures(Network teacher, ImageSource.Transferred set) {
        if (!Statistics.canBeRecorded(teacher, data.shape())) {
            throw experiment
                    .file()
                    .mistake(
                            set.set().pointer(),
                            set.set().identity() + " needs the teacher's features, and the teacher hands none to"
                                    + " Pass.features; take another set, or another teacher");
        }
    }

    private Dataset load(BoundPlugin<DatasetFactory<?>> part) throws IOException {
        long begin = System.nanoTime();
        Dataset dataset = experiment.load(part, cache, loading());
        journal.emit(new RunEvent.DataLoaded(
                part.plugin().name(), dataset.train().size(), dataset.test().size(), RunClock.since(begin)));
        return dataset;
    }

    private StepLoop loop() {
        return new StepLoop(cancellation, tells() ? checkpointWriter() : StepLoop.Checkpoints.NONE);
    }

    private CheckpointWriter checkpointWriter() {
        return new CheckpointWriter(journal.checkpoints(), config.checkpoint(), journal, journal);
    }

    /** The teacher as it is to be, trained, found or taken up again. */
    private void teach(TeacherStage first, Network teacher, boolean statistics, Optional<State> kept)
            throws IOException {
        if (kept.isPresent() && journal.keptPhase() == Phase.DISTILLATION) {
            first.reload(teacher);
            return;
        }
        journal.clock().begin(Phase.TEACHER);
        first.run(teacher, new TeacherStage.Way(statistics, loop(), training(kept, Phase.TEACHER), () -> {
            journal.clock().end();
            if (config.student().isPresent() && tells()) {
                checkpointWriter().phaseDone();
            }
        }));
    }

    /** What was kept of the student's training; empty where it begins. */
    private Optional<State> studentState(Optional<State> kept) {
        return training(kept, Phase.DISTILLATION);
    }

    private Optional<State> training(Optional<State> kept, Phase phase) {
        Optional<State> training = kept.filter(state -> journal.keptPhase() == phase)
                .map(state -> state.part("training"))
                .filter(state -> state.has("done"));
        training.ifPresent(
                state -> journal.emit(new RunEvent.Resumed(journal.folder().path(), phase, state.number("done"))));
        return training;
    }

    private void distil(Distillation.Setup setup, Optional<State> kept) throws IOException {
        journal.clock().begin(Phase.DISTILLATION);
        try (Distillation distillation = new Distillation(setup, journal::emit, record()::glimpse)) {
            kept.ifPresent(state -> {
                distillation.load(state);
                journal.recoveredBefore(distillation.recoveries());
            });
            Distillation.Summary summary = Finishing.after(() -> distillation.run(loop()), () -> {
                journal.clock().end();
                Distillation.Summary so = distillation.finish();
                record().distilled(so, setup, distillation);
                return so;
            });
            summary.gaveUp().ifPresent(reason -> {
                throw new TrainingFailedException(reason + "; the best student so far was kept");
            });
        }
    }

    /** Before anything is trained: they may not be there, or not fit. */
    private Map<PluginReference, Dataset> others(ImageSource.Transferred set) throws IOException {
        Map<PluginReference, Dataset> others = new LinkedHashMap<>();
        for (var other : set.datasets().entrySet()) {
            Dataset loaded = experiment.load(other.getValue(), cache, loading());
            if (loaded.shape().channels() != data.shape().channels()) {
                throw experiment
                        .file()
                        .mistake(
                                other.getValue().pointer(),
                                "the images of " + other.getKey().name() + " have "
                                        + loaded.shape().channels() + " channels where the teacher's have "
                                        + data.shape().channels()
                                        + "; choose another dataset, or bring its images to as many where it has an option for that");
            }
            others.put(other.getKey(), loaded);
        }
        return others;
    }

    private void transfer(
            Distilling parts,
            ImageSource.Transferred set,
            Map<PluginReference, Dataset> others,
            Network teacher,
            Network student,
            Optional<State> kept)
            throws IOException {
        journal.clock().begin(Phase.DISTILLATION);
        teacher.parameters().freeze();
        ExperimentSource source = new ExperimentSource(
                data.set(),
                data.task(),
                others,
                config,
                teacher,
                Artefact.TEACHER_STATISTICS.in(journal.folder().path()),
                compute,
                random.child("transfer set"));
        TransferTraining.Setup setup = new TransferTraining.Setup(
                transferSet(set, source),
                set.set().identity(),
                teacher,
                student,
                parts.loss(),
                config.student().orElseThrow().optimizer(),
                config.distillation(),
                config.transfer().orElseThrow(),
                accuracy(student),
                random);
        try (TransferTraining training = new TransferTraining(setup, journal::emit)) {
            kept.ifPresent(training::load);
            Finishing.after(() -> training.run(loop()), () -> {
                journal.clock().end();
                record().student(
                                Trained.last(teacher, student, training.done(), training.agreement(), Optional.empty()),
                                training::images);
                return training;
            });
        }
    }

    private TransferSet transferSet(ImageSource.Transferred set, ExperimentSource source) throws IOException {
        try {
            return PluginCall.making(
                    set.set().identity(),
                    () -> create(set.set().plugin(), set.set().options(), source));
        } catch (IllegalArgumentException e) {
            throw experiment.file().mistake(set.set().pointer(), e);
        }
    }

    @SuppressWarnings("unchecked") // the options were bound from this plugin's defaults
    private static <O extends Record> TransferSet create(
            TransferSetFactory<O> plugin, Record options, ExperimentSource source) throws IOException {
        return plugin.create(source, (O) options);
    }

    private StudentRecord record() {
        return new StudentRecord(journal, data.task(), data.test(), config, compute.device(), random);
    }

    /** Loading can take long, and ends when the run is to end. */
    private RunListener loading() {
        return event -> {
            if (!ranks.together()) {
                control.check();
            }
            journal.emit(event);
        };
    }
}

package dev.dafl.engine;

import dev.dafl.engine.compute.Compute;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentConfig.Precision;
import dev.dafl.engine.config.GeneratorConfig;
import dev.dafl.engine.config.StudentConfig;
import dev.dafl.engine.data.DownloadListener;
import dev.dafl.engine.pictures.RunPictures;
import dev.dafl.engine.plugins.ExperimentParts.Distilling;
import dev.dafl.engine.plugins.ExperimentParts.ImageSource;
import dev.dafl.engine.plugins.Networks;
import dev.dafl.engine.plugins.PluginCall;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.Confusion;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.run.RunClock;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunEvent.Phase;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.training.Distillation;
import dev.dafl.engine.training.DryPass;
import dev.dafl.engine.training.Evaluation;
import dev.dafl.engine.training.LabelledImages;
import dev.dafl.engine.training.Statistics;
import dev.dafl.engine.training.StepLoop;
import dev.dafl.engine.training.TrainingFailedException;
import dev.dafl.engine.training.TransferTraining;
import dev.dafl.engine.weights.WeightsMetadata;
import dev.dafl.libtorch.Libtorch;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSetFactory;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.state.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of an experiment, from loading the data to the result. */
final class ExperimentRun {

    private final Experiment experiment;
    private final Experiment.FolderTarget target;
    private final Path cache;
    private final Compute compute;
    private final ExperimentConfig config;
    private final RunControl control;
    private final RunJournal journal;
    private final RandomStream random;
    private final Networks networks;
    // Loaded before anything of the run asks for it.
    @SuppressWarnings("NullAway.Init")
    private Data data;

    ExperimentRun(
            Experiment experiment,
            Experiment.FolderTarget target,
            Path cache,
            RunControl control,
            List<RunListener> listeners) {
        this.experiment = experiment;
        this.target = target;
        this.cache = cache;
        this.control = control;
        Experiment.Choice choice = Experiment.choose(experiment.file());
        compute = choice.compute();
        config = experiment
                .config()
                .resolved(
                        compute.device().toString(),
                        compute.bf16() ? Precision.BF16 : Precision.FP32,
                        choice.threads());
        random = new RandomStream(config.seed());
        networks = new Networks(experiment.file(), compute, random);
        journal =
                new RunJournal(config, compute, Provenance.of(experiment.parts().identities()), control, listeners);
        journal.emit(new RunEvent.Environment(
                Libtorch.info().version(),
                compute.device().toString(),
                compute.precision(),
                choice.threads(),
                choice.why()));
    }

    /** The images of a run. */
    private record Data(Dataset set, ImageShape shape, LabelledImages test) {}

    RunResult run() throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Dataset dataset = loadData();
            ImageShape shape = config.data()
                    .imageSize()
                    .map(s -> dataset.shape().resized(s, s))
                    .orElse(dataset.shape());
            data = new Data(dataset, shape, labelled(dataset.test(), dataset, shape));
            try (Network teacher = new Networks(experiment.file(), compute, new RandomStream(config.teacherSeed()))
                    .classifier("teacher", experiment.parts().teacher(), shape, dataset.classes())) {
                TeacherStage first = new TeacherStage(experiment, config, dataset, data.test(), shape, journal, cache);
                // Before anything is written: weights that are not there or do not fit leave no run folder behind.
                first.loadGiven(teacher);
                Optional<Distilling> parts = experiment.parts().distillation();
                return parts.isPresent()
                        ? distilled(parts.get(), first, teacher)
                        : journal.record(target, kept -> teach(first, teacher, false, kept));
            }
        }
    }

    private LabelledImages labelled(Split split, Dataset dataset, ImageShape shape) {
        return new LabelledImages(split, dataset.normalization(), shape, compute.device());
    }

    private RunResult distilled(Distilling parts, TeacherStage first, Network teacher) throws IOException {
        try (Network student = networks.classifier(
                "student", parts.student(), data.shape(), data.set().classes())) {
            return switch (parts.images()) {
                case ImageSource.Generated generated -> generated(parts, generated, first, teacher, student);
                case ImageSource.Transferred set -> {
                    Map<PluginReference, Dataset> others = others(set);
                    boolean statistics = set.needs().contains(TransferSetFactory.Need.ACTIVATION_STATISTICS);
                    if (statistics) {
                        requireFeatures(teacher, set);
                    }
                    DryPass.ofTransfer(teacher, student, parts.loss(), data.shape(), random);
                    yield journal.record(target, kept -> {
                        teach(first, teacher, statistics, kept);
                        transfer(parts, set, others, teacher, student, studentState(kept));
                    });
                }
            };
        }
    }

    private RunResult generated(
            Distilling parts, ImageSource.Generated generated, TeacherStage first, Network teacher, Network student)
            throws IOException {
        try (Network generator = networks.generator(generated.generator(), data.shape());
                Network kept = networks.classifier(
                        "student", parts.student(), data.shape(), data.set().classes())) {
            Distillation.Setup setup = setup(parts, generated, teacher, generator, student, kept);
            tryOut(setup);
            return journal.record(target, saved -> {
                teach(first, teacher, false, saved);
                distil(setup, studentState(saved));
            });
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
                number -> networks.fresh(generated.generator(), data.shape(), number),
                settings.restartEvery(),
                Networks.latentSize(generated.generator()),
                teacher,
                student,
                kept,
                generated.terms(),
                parts.loss(),
                settings.optimizer(),
                config.student().orElseThrow().optimizer(),
                config.distillation(),
                config.guard(),
                Optional.of(() -> Evaluation.accuracy(student, data.test())),
                data.set().normalization(),
                random);
    }

    /** Tells what is wrong with the losses before hours are spent on a teacher. */
    private void tryOut(Distillation.Setup setup) {
        for (DryPass.Finding finding : DryPass.of(setup)) {
            ConfigException told = experiment.file().mistake("/generator/losses/" + finding.term(), finding.problem());
            if (finding.fatal()) {
                throw told;
            }
            journal.emit(new RunEvent.Warning(told.getMessage()));
        }
    }

    /** There is nothing to record of a teacher without. */
    private void requireFeatures(Network teacher, ImageSource.Transferred set) {
        if (!Statistics.canBeRecorded(teacher, data.test())) {
            throw experiment
                    .file()
                    .mistake(
                            set.set().pointer(),
                            set.set().identity() + " needs the teacher's features, and the teacher hands none to"
                                    + " Pass.features; take another set, or another teacher");
        }
    }

    private Dataset loadData() throws IOException {
        long begin = System.nanoTime();
        Dataset dataset = experiment.load(cache, downloads());
        journal.emit(new RunEvent.DataLoaded(
                config.data().dataset().name(),
                dataset.train().size(),
                dataset.test().size(),
                RunClock.since(begin)));
        return dataset;
    }

    private StepLoop loop() {
        return new StepLoop(control, checkpointWriter());
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
            if (config.student().isPresent()) {
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
        try (Distillation distillation = new Distillation(setup, journal::emit)) {
            kept.ifPresent(state -> {
                distillation.load(state);
                journal.recoveredBefore(distillation.recoveries());
            });
            Distillation.Summary summary = Finishing.after(() -> distillation.run(loop()), () -> {
                journal.clock().end();
                Distillation.Summary so = distillation.finish();
                save(so, setup);
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
            Dataset loaded = experiment.load(other.getValue(), cache, downloads());
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
                others,
                config,
                data.shape(),
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
                Optional.of(() -> Evaluation.accuracy(student, data.test())),
                random);
        try (TransferTraining training = new TransferTraining(setup, journal::emit)) {
            kept.ifPresent(training::load);
            Finishing.after(() -> training.run(loop()), () -> {
                journal.clock().end();
                saveStudent(teacher, student, student, training.done(), training.agreement(), training.done());
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

    private void save(Distillation.Summary summary, Distillation.Setup setup) throws IOException {
        journal.folder()
                .weights(
                        Artefact.GENERATOR,
                        setup.generator().parameters(),
                        WeightsMetadata.of(
                                "generator", config.generator().orElseThrow().model(), config.data()));
        pictures().generated(setup.generator(), setup.latentSize(), setup.teacher());
        saveStudent(
                setup.teacher(),
                setup.kept(),
                setup.student(),
                summary.keptStep(),
                summary.keptAgreement(),
                summary.stepsDone());
    }

    /** @param last the student after the last step */
    private void saveStudent(
            Network teacher, Network kept, Network last, long keptStep, double agreement, long stepsDone)
            throws IOException {
        Confusion confusion = new Confusion(
                data.set().classNames(),
                Evaluation.confusion(kept, data.test(), data.set().classes()));
        double accuracy = confusion.accuracy();
        StudentConfig student = config.student().orElseThrow();
        journal.student(new RunResult.Student(
                student.model().name(),
                accuracy,
                keptStep,
                agreement,
                last == kept ? accuracy : Evaluation.accuracy(last, data.test()),
                kept.parameters().count(),
                stepsDone));
        journal.folder()
                .weights(
                        Artefact.STUDENT,
                        kept.parameters(),
                        WeightsMetadata.of("student", student.model(), config.data()));
        pictures().filters(teacher, kept);
        journal.folder().text(Artefact.CONFUSION, ResultJson.of(confusion) + System.lineSeparator());
        journal.emit(new RunEvent.Evaluated("student", keptStep, accuracy));
    }

    private RunPictures pictures() {
        return new RunPictures(journal.folder().path(), data.set().normalization(), compute.device(), random);
    }

    private DownloadListener downloads() {
        return (from, bytes, total) -> journal.emit(new RunEvent.Downloading(from, bytes, total));
    }
}

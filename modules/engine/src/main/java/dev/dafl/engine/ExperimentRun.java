package dev.dafl.engine;

import dev.dafl.engine.Experiment.Choice;
import dev.dafl.engine.Experiment.DistillationParts;
import dev.dafl.engine.Experiment.ImageSource;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentConfig.Precision;
import dev.dafl.engine.config.GeneratorConfig;
import dev.dafl.engine.config.StudentConfig;
import dev.dafl.engine.data.DownloadListener;
import dev.dafl.engine.files.ProcessLock;
import dev.dafl.engine.run.Confusion;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.training.Compute;
import dev.dafl.engine.training.Distillation;
import dev.dafl.engine.training.Evaluation;
import dev.dafl.engine.training.LabelledImages;
import dev.dafl.engine.training.Statistics;
import dev.dafl.engine.training.TeacherTraining;
import dev.dafl.engine.training.TrainingFailedException;
import dev.dafl.engine.training.TrainingObserver;
import dev.dafl.engine.training.TransferTraining;
import dev.dafl.libtorch.Libtorch;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSetFactory;
import dev.dafl.spi.TransferSource.ActivationStatistics;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;

/** One run of an experiment, from loading the data to the result. */
final class ExperimentRun {

    private static final String TEACHER = "teacher";
    private static final String STATISTICS = "teacher-statistics";

    private final Experiment experiment;
    private final Path cache;
    private final Compute compute;
    private final ExperimentConfig config;
    private final RunJournal journal;
    private Data data;
    private RandomStream random;

    ExperimentRun(Experiment experiment, Experiment.FolderTarget target, Path cache, RunListener listener) {
        this.experiment = experiment;
        this.cache = cache;
        long start = System.nanoTime();
        Choice choice = Experiment.choose(experiment.file());
        compute = choice.compute();
        config = experiment
                .config()
                .resolved(
                        compute.device().toString(),
                        compute.bf16() ? Precision.BF16 : Precision.FP32,
                        choice.threads());
        journal = new RunJournal(config, compute, target, listener, start);
        journal.emit(new RunEvent.Environment(
                Libtorch.info().version(),
                compute.device().toString(),
                compute.precision(),
                choice.threads(),
                choice.why()));
    }

    RunResult run() throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Dataset dataset = loadData();
            ImageShape shape = config.data()
                    .imageSize()
                    .map(s -> dataset.shape().resized(s, s))
                    .orElse(dataset.shape());
            data = new Data(dataset, shape, labelled(dataset.test(), dataset, shape));
            random = new RandomStream(config.seed());
            Networks networks = new Networks(experiment.file(), compute, random);
            RandomStream teacherRandom = new RandomStream(config.teacherSeed());
            try (Network teacher = new Networks(experiment.file(), compute, teacherRandom)
                    .classifier("teacher", experiment.teacher(), shape, dataset.classes())) {
                // Before anything is written: weights that are not there or do not fit leave no run folder behind.
                if (config.teacher().weights().isPresent()) {
                    loadWeights(teacher, Path.of(config.teacher().weights().get()));
                }
                if (experiment.distillation().isEmpty()) {
                    return journal.record(() -> trainTeacher(teacher));
                }
                DistillationParts parts = experiment.distillation().get();
                try (Network student = networks.classifier("student", parts.student(), shape, dataset.classes())) {
                    return switch (parts.images()) {
                        case ImageSource.Generated generated -> generated(networks, parts, generated, teacher, student);
                        case ImageSource.Transferred set -> {
                            Map<PluginReference, Dataset> others = others(set);
                            yield journal.record(() -> {
                                trainTeacher(teacher);
                                transfer(parts, set, others, teacher, student);
                            });
                        }
                    };
                }
            }
        }
    }

    private void loadWeights(Network teacher, Path weights) {
        try {
            new WeightsFile(weights).into(teacher, config, data.shape(), data.set());
        } catch (ConfigException e) {
            throw experiment.file().mistake("/teacher/weights", e.getMessage());
        }
    }

    /** The images of a run. */
    private record Data(Dataset set, ImageShape shape, LabelledImages test) {}

    private LabelledImages labelled(Split split, Dataset dataset, ImageShape shape) {
        return new LabelledImages(split, dataset.normalization(), shape, compute.device());
    }

    private RunResult generated(
            Networks networks,
            DistillationParts parts,
            ImageSource.Generated generated,
            Network teacher,
            Network student)
            throws IOException {
        try (Network generator = networks.generator(generated.generator(), data.shape());
                Network kept = networks.classifier(
                        "student", parts.student(), data.shape(), data.set().classes())) {
            return journal.record(() -> {
                trainTeacher(teacher);
                distil(
                        parts,
                        generated,
                        new Cast(teacher, generator, student, kept),
                        number -> networks.fresh(generated.generator(), data.shape(), number));
            });
        }
    }

    /** The four networks of a distillation. */
    private record Cast(Network teacher, Network generator, Network student, Network kept) {}

    private Dataset loadData() throws IOException {
        long begin = System.nanoTime();
        Dataset dataset = experiment.load(cache, downloads());
        journal.emit(new RunEvent.DataLoaded(
                config.data().dataset().name(),
                dataset.train().size(),
                dataset.test().size(),
                RunJournal.since(begin)));
        return dataset;
    }

    private void trainTeacher(Network teacher) throws IOException {
        long begin = System.nanoTime();
        TeacherCache teachers = new TeacherCache(cache);
        Optional<Path> weights = config.teacher().weights().map(Path::of);
        Path file = weights.orElseGet(() -> teachers.file(config, data.set(), teacher));
        Map<String, String> metadata =
                WeightsMetadata.of("teacher", config.teacher().model(), config.data());
        boolean reused = true;
        if (weights.isPresent()) {
            journal.folder().copy(TeacherCache.statisticsOf(file), STATISTICS + ".safetensors");
        } else {
            reused = trainOrReuse(teacher, teachers, file, metadata);
        }
        if (reused) {
            journal.emit(new RunEvent.TeacherReused(file));
        }
        double accuracy = Evaluation.accuracy(teacher, data.test());
        journal.teacher(
                new RunResult.Teacher(
                        config.teacher().model().name(),
                        accuracy,
                        teacher.parameters().count(),
                        reused),
                begin);
        journal.folder().weights(TEACHER, teacher.parameters(), metadata);
        journal.emit(new RunEvent.Evaluated("teacher", 0, accuracy));
    }

    /** Leaves the teacher's statistics in the run folder. Whether it was trained before. */
    private boolean trainOrReuse(Network teacher, TeacherCache teachers, Path cached, Map<String, String> metadata)
            throws IOException {
        TrainingObserver observer = journal.observer(Optional.empty());
        Map<String, String> described =
                WeightsMetadata.of(WeightsMetadata.STATISTICS, config.teacher().model(), config.data());
        try (ProcessLock _ = teachers.lock(cached, observer::checkInterrupted);
                TensorScope _ = TensorScope.open()) {
            boolean reused = teachers.load(cached, teacher);
            Optional<ActivationStatistics> statistics = reused ? teachers.statistics(cached) : Optional.empty();
            if (statistics.isEmpty()) {
                LabelledImages train = labelled(data.set().train(), data.set(), data.shape());
                if (!reused) {
                    new TeacherTraining(config.teacher(), new RandomStream(config.teacherSeed()))
                            .train(teacher, train.with(config.teacher().augment()), observer);
                    teachers.save(cached, teacher, metadata);
                }
                statistics = Statistics.of(teacher, train, data.set().classes());
                statistics.ifPresent(recorded -> teachers.saveStatistics(cached, recorded, described));
            }
            if (statistics.isPresent()) {
                journal.folder().tensors(STATISTICS, Statistics.named(statistics.get()), described);
            }
            return reused;
        }
    }

    /** The file of this run with the teacher's activation statistics; not there where none were recorded. */
    private Path recorded() {
        return journal.folder().path().resolve(STATISTICS + ".safetensors");
    }

    private void distil(
            DistillationParts parts, ImageSource.Generated generated, Cast cast, LongFunction<Network> fresh)
            throws IOException {
        long begin = System.nanoTime();
        int latentSize = Networks.latentSize(generated.generator());
        GeneratorConfig generator = config.generator().orElseThrow();
        var setup = new Distillation.Setup(
                cast.generator(),
                fresh,
                generator.restartEvery(),
                latentSize,
                cast.teacher(),
                cast.student(),
                cast.kept(),
                generated.terms(),
                parts.loss(),
                generator.optimizer(),
                config.student().orElseThrow().optimizer(),
                config.distillation(),
                config.guard(),
                data.set().normalization(),
                random);
        try (Distillation distillation = new Distillation(setup)) {
            try {
                distillation.run(journal.observer(Optional.of(() -> Evaluation.accuracy(cast.student(), data.test()))));
            } finally {
                journal.distilled(begin);
                save(distillation.summary(), cast, latentSize);
            }
            distillation.summary().gaveUp().ifPresent(reason -> {
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
            DistillationParts parts,
            ImageSource.Transferred set,
            Map<PluginReference, Dataset> others,
            Network teacher,
            Network student)
            throws IOException {
        long begin = System.nanoTime();
        teacher.parameters().freeze();
        ExperimentSource source =
                new ExperimentSource(data.set(), others, config, data.shape(), teacher, recorded(), compute, random);
        TransferTraining training = new TransferTraining(new TransferTraining.Setup(
                transferSet(set, source),
                teacher,
                student,
                parts.loss(),
                config.student().orElseThrow().optimizer(),
                config.distillation(),
                config.transfer().orElseThrow(),
                random));
        try {
            training.run(journal.observer(Optional.of(() -> Evaluation.accuracy(student, data.test()))));
        } finally {
            journal.distilled(begin);
            saveStudent(teacher, student, student, training.stepsDone(), training.agreement(), training.stepsDone());
        }
    }

    private TransferSet transferSet(ImageSource.Transferred set, ExperimentSource source) throws IOException {
        try {
            return create(set.set().plugin(), set.set().options(), source);
        } catch (IllegalArgumentException e) {
            throw experiment.file().mistake(set.set().pointer(), e.getMessage());
        }
    }

    @SuppressWarnings("unchecked") // the options were bound from this plugin's defaults
    private static <O extends Record> TransferSet create(
            TransferSetFactory<O> plugin, Record options, ExperimentSource source) throws IOException {
        return plugin.create(source, (O) options);
    }

    private void save(Distillation.Summary summary, Cast cast, int latentSize) throws IOException {
        journal.folder()
                .weights(
                        "generator",
                        cast.generator().parameters(),
                        WeightsMetadata.of(
                                "generator", config.generator().orElseThrow().model(), config.data()));
        pictures().generated(cast.generator(), latentSize, cast.teacher());
        saveStudent(
                cast.teacher(),
                cast.kept(),
                cast.student(),
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
                .weights("student", kept.parameters(), WeightsMetadata.of("student", student.model(), config.data()));
        pictures().filters(teacher, kept);
        journal.folder().text("confusion.json", ResultJson.of(confusion) + System.lineSeparator());
        journal.emit(new RunEvent.Evaluated("student", keptStep, accuracy));
    }

    private RunPictures pictures() {
        return new RunPictures(journal.folder().path(), data.set().normalization(), compute.device(), random);
    }

    private DownloadListener downloads() {
        return (from, bytes, total) -> journal.emit(new RunEvent.Downloading(from, bytes, total));
    }
}

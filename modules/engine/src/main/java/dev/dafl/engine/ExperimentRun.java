package dev.dafl.engine;

import dev.dafl.engine.Experiment.Choice;
import dev.dafl.engine.Experiment.DistillationParts;
import dev.dafl.engine.Experiment.ImageSource;
import dev.dafl.engine.RunEvent.Phase;
import dev.dafl.engine.RunResult.Status;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentConfig.Precision;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.GeneratorConfig;
import dev.dafl.engine.config.StudentConfig;
import dev.dafl.engine.data.DownloadListener;
import dev.dafl.engine.report.Report;
import dev.dafl.engine.training.Compute;
import dev.dafl.engine.training.Distillation;
import dev.dafl.engine.training.Evaluation;
import dev.dafl.engine.training.InterruptedRunException;
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
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSetFactory;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;

/** One run of an experiment, from loading the data to the result. */
final class ExperimentRun {

    private static final String TEACHER = "teacher";

    private final Experiment experiment;
    private final Experiment.FolderTarget target;
    private final Path cache;
    private final RunListener listener;
    private final long start = System.nanoTime();
    private final List<RunResult.Recovered> recovered = new ArrayList<>();
    private Choice choice;
    private ExperimentConfig config;
    private Data data;
    private RandomStream random;
    private RunFolder folder;
    private MetricsFile metrics;
    private Optional<RunResult.Teacher> teacherResult = Optional.empty();
    private Optional<RunResult.Student> studentResult = Optional.empty();
    private double teacherSeconds;
    private double distillationSeconds;

    ExperimentRun(Experiment experiment, Experiment.FolderTarget target, Path cache, RunListener listener) {
        this.experiment = experiment;
        this.target = target;
        this.cache = cache;
        this.listener = listener;
    }

    RunResult run() throws IOException {
        choice = Experiment.choose(experiment.file());
        Compute compute = choice.compute();
        config = experiment.config().resolved(compute.device().toString(),
                compute.bf16() ? Precision.BF16 : Precision.FP32, choice.threads());
        emit(new RunEvent.Environment(Libtorch.info().version(), compute.device().toString(), compute.precision(),
                choice.threads(), choice.why()));
        try (TensorScope _ = TensorScope.open()) {
            Dataset dataset = loadData();
            ImageShape shape = config.data().imageSize().map(s -> dataset.shape().resized(s, s)).orElse(dataset.shape());
            data = new Data(dataset, shape, labelled(dataset.test(), dataset, shape));
            random = new RandomStream(config.seed());
            Networks networks = new Networks(experiment.file(), compute, random);
            RandomStream teacherRandom = new RandomStream(config.teacherSeed());
            try (Network teacher = new Networks(experiment.file(), compute, teacherRandom)
                    .classifier("teacher", experiment.teacher(), shape, dataset.classes())) {
                // Before anything is written: weights that are not there or do not fit leave no run folder behind.
                if (config.teacher().weights().isPresent()) {
                    Networks.load(Path.of(config.teacher().weights().get()), teacher);
                }
                if (experiment.distillation().isEmpty()) {
                    return inFolder(() -> trainTeacher(teacher));
                }
                DistillationParts parts = experiment.distillation().get();
                try (Network student = networks.classifier("student", parts.student(), shape, dataset.classes())) {
                    return switch (parts.images()) {
                        case ImageSource.Generated generated -> generated(networks, parts, generated, teacher, student);
                        case ImageSource.Transferred set -> inFolder(() -> {
                            trainTeacher(teacher);
                            transfer(parts, set, teacher, student);
                        });
                    };
                }
            }
        }
    }

    /** The images of a run. */
    private record Data(Dataset set, ImageShape shape, LabelledImages test) {}

    private LabelledImages labelled(Split split, Dataset dataset, ImageShape shape) {
        return new LabelledImages(split, dataset.normalization(), shape, choice.compute().device());
    }

    private RunResult generated(Networks networks, DistillationParts parts, ImageSource.Generated generated, Network teacher,
            Network student) throws IOException {
        try (Network generator = networks.generator(generated.generator(), data.shape());
                Network kept = networks.classifier("student", parts.student(), data.shape(), data.set().classes())) {
            return inFolder(() -> {
                trainTeacher(teacher);
                distil(parts, generated, new Cast(teacher, generator, student, kept),
                        number -> networks.fresh(generated.generator(), data.shape(), number));
            });
        }
    }

    /** The four networks of a distillation. */
    private record Cast(Network teacher, Network generator, Network student, Network kept) {}

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    /** Makes the folder, works, and leaves a whole folder whatever happens. */
    private RunResult inFolder(Work work) throws IOException {
        folder = target.create();
        emit(new RunEvent.FolderCreated(folder.path()));
        folder.text("config.yaml", ExperimentFile.toYaml(config));
        Status status = Status.COMPLETED;
        Optional<String> message = Optional.empty();
        try (MetricsFile file = new MetricsFile(folder)) {
            metrics = file;
            work.run();
        } catch (InterruptedRunException e) {
            status = Status.INTERRUPTED;
            message = Optional.of(e.getMessage());
        } catch (IOException | RuntimeException e) {
            failed(e);
            if (e instanceof UncheckedIOException unchecked) {
                throw unchecked.getCause();
            }
            throw e;
        } finally {
            metrics = null;
        }
        return finish(status, message);
    }

    /** Says in the folder why the run failed; what failed may be the writing itself. */
    private void failed(Exception reason) {
        try {
            finish(Status.FAILED, Optional.ofNullable(reason.getMessage()));
        } catch (IOException | RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    private RunResult finish(Status status, Optional<String> message) throws IOException {
        RunResult result = new RunResult(config.name(), status, message, teacherResult, studentResult,
                List.copyOf(recovered), new RunResult.Seconds(since(start), teacherSeconds, distillationSeconds),
                new RunResult.Libtorch(Libtorch.info().version(), Libtorch.info().folder().toString()),
                ThisMachine.look(),
                config.device(), choice.compute().precision(), choice.threads(), config);
        folder.text("result.json", ResultJson.of(result) + System.lineSeparator());
        Report.write(folder.path());
        emit(new RunEvent.Finished(result, folder.path()));
        return result;
    }

    private Dataset loadData() throws IOException {
        long begin = System.nanoTime();
        Dataset dataset = experiment.load(cache, downloads());
        emit(new RunEvent.DataLoaded(config.data().dataset().name(), dataset.train().size(), dataset.test().size(),
                since(begin)));
        return dataset;
    }

    private void trainTeacher(Network teacher) throws IOException {
        long begin = System.nanoTime();
        TeacherCache teachers = new TeacherCache(cache);
        Compute compute = choice.compute();
        Optional<Path> weights = config.teacher().weights().map(Path::of);
        Path cached = teachers.file(config, data.set(), compute);
        Map<String, String> metadata = WeightsMetadata.of("teacher", config.teacher().model(), config.data());
        boolean reused = true;
        if (weights.isPresent()) {
            emit(new RunEvent.TeacherReused(weights.get()));
        } else {
            Observer observer = new Observer(Optional.empty());
            try (TeacherCache.Lock _ = teachers.lock(cached, observer::checkInterrupted);
                    TensorScope _ = TensorScope.open()) {
                reused = teachers.load(cached, teacher);
                if (reused) {
                    emit(new RunEvent.TeacherReused(cached));
                } else {
                    LabelledImages train = labelled(data.set().train(), data.set(), data.shape());
                    new TeacherTraining(config.teacher(), compute, new RandomStream(config.teacherSeed()))
                            .train(teacher, train.with(config.teacher().augment()), observer);
                    teachers.save(cached, teacher, metadata);
                    Statistics.of(teacher, train, data.set().classes()).ifPresent(recorded ->
                            teachers.saveStatistics(cached, Statistics.named(recorded), metadata));
                }
            }
        }
        double accuracy = Evaluation.accuracy(teacher, data.test());
        teacherSeconds = since(begin);
        teacherResult = Optional.of(new RunResult.Teacher(
                config.teacher().model().name(), accuracy, teacher.parameters().count(), reused));
        folder.weights(TEACHER, teacher.parameters(), metadata);
        folder.copy(TeacherCache.statisticsOf(weights.orElse(cached)), recorded());
        emit(new RunEvent.Evaluated("teacher", 0, accuracy));
    }

    /** The file of this run with the teacher's activation statistics; not there where none were recorded. */
    private Path recorded() {
        return TeacherCache.statisticsOf(folder.path().resolve(TEACHER + ".safetensors"));
    }

    private void distil(DistillationParts parts, ImageSource.Generated generated, Cast cast, LongFunction<Network> fresh)
            throws IOException {
        long begin = System.nanoTime();
        int latentSize = Networks.latentSize(generated.generator());
        GeneratorConfig generator = config.generator().orElseThrow();
        var setup = new Distillation.Setup(cast.generator(), fresh, generator.restartEvery(), latentSize, cast.teacher(),
                cast.student(), cast.kept(), generated.terms(), parts.loss(), generator.optimizer(),
                config.student().orElseThrow().optimizer(), config.distillation(), config.guard(), choice.compute(),
                data.set().normalization(), random);
        try (Distillation distillation = new Distillation(setup)) {
            try {
                distillation.run(new Observer(Optional.of(() -> Evaluation.accuracy(cast.student(), data.test()))));
            } finally {
                distillationSeconds = since(begin);
                save(distillation.summary(), cast, latentSize);
            }
            distillation.summary().gaveUp().ifPresent(reason -> {
                throw new TrainingFailedException(reason + "; the best student so far was kept");
            });
        }
    }

    private void transfer(DistillationParts parts, ImageSource.Transferred set, Network teacher, Network student)
            throws IOException {
        long begin = System.nanoTime();
        teacher.parameters().freeze();
        ExperimentSource source = new ExperimentSource(data.set(), config, data.shape(), teacher, recorded(),
                choice.compute(), random, experiment.extensions(), cache, downloads());
        TransferTraining training = new TransferTraining(new TransferTraining.Setup(
                transferSet(set, source), teacher, student, parts.loss(), config.student().orElseThrow().optimizer(),
                config.distillation(), config.transfer().orElseThrow(), choice.compute(), random));
        try {
            training.run(new Observer(Optional.of(() -> Evaluation.accuracy(student, data.test()))));
        } finally {
            distillationSeconds = since(begin);
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
        folder.weights("generator", cast.generator().parameters(),
                WeightsMetadata.of("generator", config.generator().orElseThrow().model(), config.data()));
        pictures().generated(cast.generator(), latentSize, cast.teacher());
        saveStudent(cast.teacher(), cast.kept(), cast.student(), summary.keptStep(), summary.keptAgreement(),
                summary.stepsDone());
    }

    /** @param last the student after the last step */
    private void saveStudent(Network teacher, Network kept, Network last, long keptStep, double agreement, long stepsDone)
            throws IOException {
        double accuracy = Evaluation.accuracy(kept, data.test());
        StudentConfig student = config.student().orElseThrow();
        studentResult = Optional.of(new RunResult.Student(student.model().name(), accuracy, keptStep, agreement,
                Evaluation.accuracy(last, data.test()), kept.parameters().count(), stepsDone));
        folder.weights("student", kept.parameters(), WeightsMetadata.of("student", student.model(), config.data()));
        pictures().filters(teacher, kept);
        folder.text("confusion.json", ResultJson.of(new Confusion(data.set().classNames(),
                Evaluation.confusion(kept, data.test(), data.set().classes()))) + System.lineSeparator());
        emit(new RunEvent.Evaluated("student", keptStep, accuracy));
    }

    private RunPictures pictures() {
        return new RunPictures(folder.path(), data.set().normalization(), choice.compute().device(), random);
    }

    private DownloadListener downloads() {
        return (from, bytes, total) -> emit(new RunEvent.Downloading(from, bytes, total));
    }

    private void emit(RunEvent event) {
        if (metrics != null) {
            metrics.accept(event);
        }
        listener.on(event);
    }

    private static double since(long begin) {
        return Math.round((System.nanoTime() - begin) / 1e6) / 1e3;
    }

    /** Measures the student when the configuration asks for it. */
    @FunctionalInterface
    private interface StudentMeasure {
        double accuracy();
    }

    /** Turns what training tells into events. */
    private final class Observer implements TrainingObserver {

        private final Optional<StudentMeasure> measure;

        private Observer(Optional<StudentMeasure> measure) {
            this.measure = measure;
        }

        @Override
        public void checkInterrupted() {
            if (listener.interrupted()) {
                throw new InterruptedRunException();
            }
        }

        @Override
        public void teacherProgress(long step, long steps, Map<String, Double> values) {
            emit(new RunEvent.Progress(Phase.TEACHER, step, steps, values));
        }

        @Override
        public void distillationProgress(long step, long steps, Map<String, Double> values) {
            emit(new RunEvent.Progress(Phase.DISTILLATION, step, steps, values));
        }

        @Override
        public void recovered(Recovery recovery) {
            recovered.add(new RunResult.Recovered(
                    recovery.step(), recovery.backTo(), recovery.reason(), recovery.rateFactor()));
            emit(new RunEvent.Recovered(
                    recovery.step(), recovery.backTo(), recovery.reason(), recovery.rateFactor()));
        }

        @Override
        public void selected(long step, double agreement) {
            emit(new RunEvent.Selected(step, agreement));
        }

        @Override
        public void evaluate(long step) {
            measure.ifPresent(m -> emit(new RunEvent.Evaluated("student", step, m.accuracy())));
        }
    }
}

package dev.dafl.engine;

import dev.dafl.engine.Experiment.Choice;
import dev.dafl.engine.Experiment.DistillationParts;
import dev.dafl.engine.RunEvent.Phase;
import dev.dafl.engine.RunResult.Status;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentConfig.Precision;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.training.Compute;
import dev.dafl.engine.training.Distillation;
import dev.dafl.engine.training.Evaluation;
import dev.dafl.engine.training.InterruptedRunException;
import dev.dafl.engine.training.LabelledImages;
import dev.dafl.engine.training.TeacherTraining;
import dev.dafl.engine.training.TrainingFailedException;
import dev.dafl.engine.training.TrainingObserver;
import dev.dafl.libtorch.Libtorch;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** One run of an experiment, from loading the data to the result. */
final class ExperimentRun {

    private static final int GRID_BATCH = 512;

    private final Experiment experiment;
    private final Experiment.FolderTarget target;
    private final Path cache;
    private final RunListener listener;
    private final long start = System.nanoTime();
    private final List<RunResult.Recovered> recovered = new ArrayList<>();
    private Choice choice;
    private ExperimentConfig config;
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
            LabelledImages test =
                    new LabelledImages(dataset.test(), dataset.normalization(), config.data().imageSize(), compute.device());
            ImageShape shape = config.data().imageSize().map(s -> dataset.shape().resized(s, s)).orElse(dataset.shape());
            RandomStream random = new RandomStream(config.seed());
            Networks networks = new Networks(experiment.file(), compute, random);
            try (Network teacher = networks.classifier("teacher", experiment.teacher(), shape, dataset.classes())) {
                // Before anything is written: weights that are not there or do not fit leave no run folder behind.
                if (config.teacher().weights().isPresent()) {
                    Networks.load(Path.of(config.teacher().weights().get()), teacher);
                }
                if (experiment.distillation().isEmpty()) {
                    return inFolder(() -> trainTeacher(teacher, dataset, test, random));
                }
                DistillationParts parts = experiment.distillation().get();
                try (Network generator = networks.generator(parts.generator(), shape);
                        Network student = networks.classifier("student", parts.student(), shape, dataset.classes());
                        Network kept = networks.classifier("student", parts.student(), shape, dataset.classes())) {
                    return inFolder(() -> {
                        trainTeacher(teacher, dataset, test, random);
                        distil(parts, new Cast(teacher, generator, student, kept), dataset, test, random);
                    });
                }
            }
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
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    private RunResult finish(Status status, Optional<String> message) throws IOException {
        RunResult result = new RunResult(config.name(), status, message, teacherResult, studentResult,
                List.copyOf(recovered), new RunResult.Seconds(since(start), teacherSeconds, distillationSeconds),
                new RunResult.Libtorch(Libtorch.info().version(), Libtorch.info().folder().toString()),
                config.device(), choice.compute().precision(), choice.threads(), config);
        folder.text("result.json", ResultJson.of(result) + System.lineSeparator());
        emit(new RunEvent.Finished(result, folder.path()));
        return result;
    }

    private Dataset loadData() throws IOException {
        long begin = System.nanoTime();
        Dataset dataset = DataLoading.load(experiment.dataset(), config.data(), cache,
                (from, bytes, total) -> emit(new RunEvent.Downloading(from, bytes, total)));
        emit(new RunEvent.DataLoaded(config.data().dataset().name(), dataset.train().size(), dataset.test().size(),
                since(begin)));
        return dataset;
    }

    private void trainTeacher(Network teacher, Dataset dataset, LabelledImages test, RandomStream random)
            throws IOException {
        long begin = System.nanoTime();
        TeacherCache teachers = new TeacherCache(cache);
        Compute compute = choice.compute();
        Optional<Path> weights = config.teacher().weights().map(Path::of);
        Path cached = teachers.file(config, dataset, compute);
        boolean reused = true;
        if (weights.isPresent()) {
            emit(new RunEvent.TeacherReused(weights.get()));
        } else if (teachers.load(cached, teacher)) {
            emit(new RunEvent.TeacherReused(cached));
        } else {
            reused = false;
            try (TensorScope _ = TensorScope.open()) {
                LabelledImages train = new LabelledImages(
                        dataset.train(), dataset.normalization(), config.data().imageSize(), compute.device());
                new TeacherTraining(config.teacher(), compute, random).train(teacher, train, new Observer(Optional.empty()));
            }
            teachers.save(cached, teacher, WeightsMetadata.of("teacher", config.teacher().model(), config.data()));
        }
        double accuracy = Evaluation.accuracy(teacher, test);
        teacherSeconds = since(begin);
        teacherResult = Optional.of(new RunResult.Teacher(
                config.teacher().model().name(), accuracy, teacher.parameters().count(), reused));
        folder.weights("teacher", teacher.parameters(),
                WeightsMetadata.of("teacher", config.teacher().model(), config.data()));
        emit(new RunEvent.Evaluated("teacher", 0, accuracy));
    }

    private void distil(DistillationParts parts, Cast cast, Dataset dataset, LabelledImages test, RandomStream random)
            throws IOException {
        long begin = System.nanoTime();
        int latentSize = Networks.latentSize(parts.generator());
        var setup = new Distillation.Setup(cast.generator(), latentSize, cast.teacher(), cast.student(), cast.kept(),
                parts.terms(), parts.loss(), config.generator().orElseThrow().optimizer(),
                config.student().orElseThrow().optimizer(), config.distillation(), config.guard(), choice.compute(),
                dataset.normalization(), random);
        try (Distillation distillation = new Distillation(setup)) {
            try {
                distillation.run(new Observer(Optional.of(() -> Evaluation.accuracy(cast.student(), test))));
            } finally {
                distillationSeconds = since(begin);
                save(distillation.summary(), cast, dataset, test, latentSize, random);
            }
            distillation.summary().gaveUp().ifPresent(reason -> {
                throw new TrainingFailedException(reason + "; the best student so far was kept");
            });
        }
    }

    private void save(Distillation.Summary summary, Cast cast, Dataset dataset, LabelledImages test, int latentSize,
            RandomStream random) throws IOException {
        double accuracy = Evaluation.accuracy(cast.kept(), test);
        String model = config.student().orElseThrow().model().name();
        studentResult = Optional.of(new RunResult.Student(model, accuracy, summary.keptStep(), summary.keptAgreement(),
                Evaluation.accuracy(cast.student(), test), cast.kept().parameters().count(), summary.stepsDone()));
        folder.weights("student", cast.kept().parameters(),
                WeightsMetadata.of("student", config.student().orElseThrow().model(), config.data()));
        folder.weights("generator", cast.generator().parameters(),
                WeightsMetadata.of("generator", config.generator().orElseThrow().model(), config.data()));
        picture(cast, dataset, latentSize, random);
        emit(new RunEvent.Evaluated("student", summary.keptStep(), accuracy));
    }

    private void picture(Cast cast, Dataset dataset, int latentSize, RandomStream random) throws IOException {
        try (TensorScope _ = TensorScope.open(); GradMode _ = GradMode.disabled()) {
            float[] latent = new float[GRID_BATCH * latentSize];
            RandomGenerator numbers = random.at("picture", 0);
            for (int i = 0; i < latent.length; i++) {
                latent[i] = (float) numbers.nextGaussian();
            }
            Tensor z = Tensor.of(latent, GRID_BATCH, latentSize).to(choice.compute().device());
            Tensor images = cast.generator().forward(z, Pass.train()).to(DType.FLOAT32);
            Tensor logits = cast.teacher().forward(images, Pass.evaluate());
            ImageGrid.write(folder.path().resolve("generated.png"), images, logits, dataset.normalization());
        }
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

package dev.dafl.engine;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentConfig.Precision;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.GeneratorConfig;
import dev.dafl.engine.config.WeightedComponent;
import dev.dafl.engine.data.DownloadListener;
import dev.dafl.engine.training.Compute;
import dev.dafl.engine.training.PrecisionProbe;
import dev.dafl.engine.training.StudentLoss;
import dev.dafl.engine.training.WeightedTerm;
import dev.dafl.libtorch.Libtorch;
import dev.dafl.libtorch.ThreadModes;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.DatasetFactory;
import dev.dafl.spi.DistillationLoss;
import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.spi.TransferSetFactory;
import dev.dafl.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An experiment whose plugins are all found and whose options are all bound: every mistake that can be seen without
 * loading data was told when it was {@linkplain #prepare prepared}.
 */
public final class Experiment {

    private static final String TRANSFER = "/transfer/set";

    private final ExperimentFile file;
    private final Part<DatasetFactory<?>> dataset;
    private final Part<ClassifierFactory<?>> teacher;
    private final Optional<DistillationParts> distillation;

    /** A plugin with its bound options, and where the file names it. */
    record Part<P>(P plugin, Record options, String pointer) {}

    /** What an experiment has that trains a student. */
    record DistillationParts(Part<ClassifierFactory<?>> student, ImageSource images, StudentLoss<?> loss) {}

    /** Where the images come from that the student learns from. */
    sealed interface ImageSource {

        /** A generator that the terms train. */
        record Generated(Part<GeneratorFactory<?>> generator, List<WeightedTerm<?>> terms) implements ImageSource {}

        /** A set that is there before. */
        record Transferred(Part<TransferSetFactory<?>> set, Map<PluginReference, Part<DatasetFactory<?>>> datasets)
                implements ImageSource {}
    }

    private Experiment(
            ExperimentFile file,
            Part<DatasetFactory<?>> dataset,
            Part<ClassifierFactory<?>> teacher,
            Optional<DistillationParts> distillation) {
        this.file = file;
        this.dataset = dataset;
        this.teacher = teacher;
        this.distillation = distillation;
    }

    /** @throws ConfigException for plugins and files that are not there and options that do not fit, with file and line */
    public static Experiment prepare(ExperimentFile file, Extensions extensions) {
        NamedFiles.require(file);
        return bind(file, extensions);
    }

    /** As {@link #prepare}, without a look at the files that it names: not all of them may be needed. */
    static Experiment bind(ExperimentFile file, Extensions extensions) {
        PluginResolver resolver = new PluginResolver(file, extensions);
        ExperimentConfig config = file.config();
        Component data = config.data().dataset();
        DatasetFactory<?> datasetPlugin = resolver.find(DatasetFactory.class, "/data/dataset", "dataset", data);
        ClassifierFactory<?> teacherPlugin = resolver.find(
                TeacherFactory.class,
                "/teacher/model",
                "teacher",
                config.teacher().model());
        Optional<DistillationParts> distillation = config.student().map(student -> {
            ClassifierFactory<?> studentPlugin =
                    resolver.find(StudentFactory.class, "/student/model", "student", student.model());
            return new DistillationParts(
                    new Part<>(
                            studentPlugin,
                            resolver.options("/student/model", student.model(), studentPlugin),
                            "/student/model"),
                    images(resolver, config),
                    studentLoss(resolver, config.distillation().loss()));
        });
        return new Experiment(
                file,
                new Part<>(datasetPlugin, resolver.options("/data/dataset", data, datasetPlugin), "/data/dataset"),
                new Part<>(
                        teacherPlugin,
                        resolver.options("/teacher/model", config.teacher().model(), teacherPlugin),
                        "/teacher/model"),
                distillation);
    }

    public ExperimentConfig config() {
        return file.config();
    }

    /**
     * Runs it and writes the run folder. An interrupted run ends in a whole folder that says so.
     *
     * @param target makes the folder, after the data are loaded and the networks built
     * @param cache where trained teachers and downloads are kept
     * @throws ConfigException when the device is not there, or networks and images do not fit
     * @throws IOException when data or weights cannot be read or the folder cannot be written, in one sentence
     * @throws dev.dafl.engine.training.TrainingFailedException when training cannot go on; the folder says why
     */
    public RunResult run(FolderTarget target, Path cache, RunListener listener) throws IOException {
        return new ExperimentRun(this, target, cache, listener).run();
    }

    /** Makes the folder of a run. */
    @FunctionalInterface
    public interface FolderTarget {

        RunFolder create() throws IOException;
    }

    ExperimentFile file() {
        return file;
    }

    /** @throws ConfigException with file and line when the dataset's options do not do for it */
    Dataset load(Path cache, DownloadListener downloads) throws IOException {
        return load(dataset, cache, downloads);
    }

    /** As {@link #load(Path, DownloadListener)}, another than the experiment's own. */
    Dataset load(Part<DatasetFactory<?>> other, Path cache, DownloadListener downloads) throws IOException {
        try {
            return DataLoading.load(other, config().data(), cache, downloads);
        } catch (IllegalArgumentException e) {
            throw file.mistake(other.pointer(), e.getMessage());
        }
    }

    Part<ClassifierFactory<?>> teacher() {
        return teacher;
    }

    Optional<DistillationParts> distillation() {
        return distillation;
    }

    /** Device, number format and threads, with everything that was {@code auto} decided. */
    record Choice(Compute compute, int threads, String why) {}

    static Choice choose(ExperimentFile file) {
        ExperimentConfig config = file.config();
        Libtorch.load();
        int threads =
                config.threads() > 0 ? config.threads() : Runtime.getRuntime().availableProcessors();
        ThreadModes.setThreads(threads);
        List<String> why = new ArrayList<>();
        Device device;
        if (config.device().equals("auto")) {
            device = Device.cuda(0).isAvailable() ? Device.cuda(0) : Device.CPU;
            why.add(device.type() == Device.Type.CUDA ? "a CUDA device is there" : "no CUDA device");
        } else {
            device = Device.parse(config.device());
            if (!device.isAvailable()) {
                throw file.mistake(
                        "/device",
                        "device: " + config.device() + ", but libtorch "
                                + Libtorch.info().version() + " in "
                                + Libtorch.info().folder()
                                + " finds no such device. Use device: cpu, or a libtorch with CUDA (mvn -Pcuda, or --libtorch"
                                + " FOLDER) on a machine with an NVIDIA driver");
            }
        }
        boolean bf16 = config.precision() == Precision.BF16;
        if (config.precision() == Precision.AUTO) {
            PrecisionProbe probe = PrecisionProbe.on(device);
            bf16 = probe.prefersBf16();
            why.add(probe.text());
        }
        if (bf16) {
            why.add(String.format(
                    Locale.ROOT, "networks of fewer than %,d multiply-adds stay in fp32", Compute.WORTH_BFLOAT16));
        }
        return new Choice(new Compute(device, bf16), threads, String.join("; ", why));
    }

    private static ImageSource images(PluginResolver resolver, ExperimentConfig config) {
        if (config.transfer().isPresent()) {
            Component set = config.transfer().get().set();
            TransferSetFactory<?> plugin = resolver.find(TransferSetFactory.class, TRANSFER, "transfer set", set);
            return transferred(resolver, set, plugin);
        }
        GeneratorConfig generator = config.generator().orElseThrow();
        GeneratorFactory<?> plugin =
                resolver.find(GeneratorFactory.class, "/generator/model", "generator", generator.model());
        return new ImageSource.Generated(
                new Part<>(plugin, resolver.options("/generator/model", generator.model(), plugin), "/generator/model"),
                terms(resolver, generator.losses()));
    }

    private static <O extends Record> ImageSource transferred(
            PluginResolver resolver, Component set, TransferSetFactory<O> plugin) {
        O options = resolver.options(TRANSFER, set, plugin);
        Map<PluginReference, Part<DatasetFactory<?>>> datasets = new LinkedHashMap<>();
        for (PluginReference reference : plugin.datasets(options)) {
            Component dataset = Component.of(reference);
            String place = resolver.within(TRANSFER, dataset);
            DatasetFactory<?> found = resolver.find(DatasetFactory.class, place, "dataset", dataset);
            datasets.put(reference, new Part<>(found, resolver.options(place, dataset, found), place));
        }
        return new ImageSource.Transferred(new Part<>(plugin, options, TRANSFER), datasets);
    }

    private static List<WeightedTerm<?>> terms(PluginResolver resolver, List<WeightedComponent> losses) {
        List<WeightedTerm<?>> terms = new ArrayList<>();
        for (int i = 0; i < losses.size(); i++) {
            String pointer = "/generator/losses/" + i;
            LossTerm<?> term = resolver.find(
                    LossTerm.class, pointer, "loss term", losses.get(i).component());
            terms.add(term(resolver, pointer, losses.get(i), term));
        }
        return terms;
    }

    private static <O extends Record> WeightedTerm<O> term(
            PluginResolver resolver, String pointer, WeightedComponent loss, LossTerm<O> term) {
        return new WeightedTerm<>(term, resolver.options(pointer, loss.component(), term), loss.weight());
    }

    private static StudentLoss<?> studentLoss(PluginResolver resolver, Component component) {
        DistillationLoss<?> loss =
                resolver.find(DistillationLoss.class, "/distillation/loss", "distillation loss", component);
        return studentLoss(resolver, component, loss);
    }

    private static <O extends Record> StudentLoss<O> studentLoss(
            PluginResolver resolver, Component component, DistillationLoss<O> loss) {
        return new StudentLoss<>(loss, resolver.options("/distillation/loss", component, loss));
    }
}

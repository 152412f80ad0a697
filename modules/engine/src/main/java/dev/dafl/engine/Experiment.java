package dev.dafl.engine;

import dev.dafl.engine.compute.Compute;
import dev.dafl.engine.compute.PrecisionProbe;
import dev.dafl.engine.compute.ThreadChoice;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.DataConfig;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentConfig.Precision;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.TestConfig;
import dev.dafl.engine.data.DataLoading;
import dev.dafl.engine.plugins.BoundPlugin;
import dev.dafl.engine.plugins.ExperimentParts;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.task.Defaults;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.task.TeacherTask;
import dev.dafl.libtorch.Libtorch;
import dev.dafl.libtorch.ThreadModes;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.DatasetFactory;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Ranks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An experiment whose plugins are all found and whose options are all bound: every mistake that can be seen without
 * loading data was told when it was {@linkplain #prepare prepared}.
 */
public final class Experiment {

    private final ExperimentFile file;
    private final ExperimentParts parts;
    private final Optional<TeacherTask.Found> task;
    private final boolean defaultLosses;
    private final Optional<Experiment> fallback;
    private final Optional<RunEvent.Decided> choice;

    private Experiment(
            ExperimentFile file,
            ExperimentParts parts,
            Optional<TeacherTask.Found> task,
            boolean defaultLosses,
            Optional<Experiment> fallback,
            Optional<RunEvent.Decided> choice) {
        this.file = file;
        this.parts = parts;
        this.task = task;
        this.defaultLosses = defaultLosses;
        this.fallback = fallback;
        this.choice = choice;
    }

    /** @throws ConfigException for plugins and files that are not there and options that do not fit, with file and line */
    public static Experiment prepare(ExperimentFile file, Extensions extensions) {
        NamedFiles.require(file);
        if (file.config().data().isPresent()) {
            return of(file, extensions, Optional.empty());
        }
        GivenTeacher teacher = GivenTeacher.of(file, extensions);
        teacher.requireTrained();
        return of(file, extensions, Optional.of(teacher.task()));
    }

    /** As {@link #prepare}, without a look at the files that it names: not all of them may be needed. */
    public static Experiment bind(ExperimentFile file, Extensions extensions) {
        return of(
                file,
                extensions,
                file.config().data().isPresent()
                        ? Optional.empty()
                        : Optional.of(GivenTeacher.of(file, extensions).task()));
    }

    private static Experiment of(ExperimentFile asked, Extensions extensions, Optional<TeacherTask.Found> task) {
        asked.requireOpenSchedule();
        Optional<MethodChoice> choice = task.flatMap(found -> MethodChoice.of(asked, found.task(), extensions));
        ExperimentFile file = choice.map(MethodChoice::file).orElse(asked);
        ExperimentFile completed =
                Defaults.complete(ExperimentParts.suited(file, extensions), task.map(TeacherTask.Found::task));
        boolean defaultLosses = file.config()
                .generator()
                .map(generator -> generator.losses().isEmpty())
                .orElse(true);
        return new Experiment(
                completed,
                ExperimentParts.of(completed, extensions),
                task,
                defaultLosses,
                file.fallenBack().map(other -> of(other, extensions, task)),
                choice.map(MethodChoice::told));
    }

    public ExperimentConfig config() {
        return file.config();
    }

    /**
     * Runs it and writes the run folder. An interrupted run ends in a whole folder that says so.
     *
     * @param target makes the folder, after the data are loaded and the networks built; where it holds a run that was begun
     *     before, that one goes on
     * @param cache where trained teachers and downloads are kept
     * @param control asks the run to end
     * @param listeners hear what happens, in this order
     * @throws ConfigException when the device is not there, or networks and images do not fit
     * @throws IOException when data or weights cannot be read or the folder cannot be written, in one sentence
     * @throws dev.dafl.engine.training.TrainingFailedException when training cannot go on; the folder says why
     * @throws dev.dafl.engine.training.PluginFailedException when a plugin fails; the message names it
     */
    public RunResult run(FolderTarget target, Path cache, RunControl control, RunListener... listeners)
            throws IOException {
        return run(Ranks.ALONE, target, cache, control, listeners);
    }

    /**
     * As {@link #run(FolderTarget, Path, RunControl, RunListener...)}, one experiment in several processes, each of which calls this.
     * What rank 0 writes and tells is the run; the others need a folder of their own for as long as it lasts.
     *
     * @param ranks of those processes
     */
    public RunResult run(Ranks ranks, FolderTarget target, Path cache, RunControl control, RunListener... listeners)
            throws IOException {
        try {
            return new ExperimentRun(this, ranks, cache, control, List.of(listeners)).run(target);
        } catch (MethodDiedException died) {
            Experiment other = fallback.orElseThrow();
            RunEvent decided = new RunEvent.Decided(
                    "method " + other.config().method().orElseThrow(),
                    "from the beginning, since " + config().method().orElseThrow() + " died: " + died.getMessage());
            for (RunListener listener : listeners) {
                listener.on(decided);
            }
            return other.run(ranks, () -> RunFolder.anew(died.folder()), cache, control, listeners);
        }
    }

    /** Whether a run is of this experiment, or of the one that takes over where its method dies. */
    public boolean began(SavedRun saved) {
        return saved.isOf(config())
                || fallback.filter(other -> other.began(saved)).isPresent();
    }

    /** What was decided where nobody had said by which method its student learns. */
    Optional<RunEvent.Decided> choice() {
        return choice;
    }

    boolean hasFallback() {
        return fallback.isPresent();
    }

    /**
     * Does all that a run does before its first step, and writes nothing: the data are loaded, the networks built, given weights
     * read, and each loss is tried on a batch.
     *
     * @throws ConfigException as {@link #run}
     * @throws IOException when data or weights cannot be read
     */
    public Readiness check(Path cache, RunListener... listeners) throws IOException {
        return new ExperimentRun(this, Ranks.ALONE, cache, new RunControl(), List.of(listeners)).check();
    }

    /** As {@link #check}, and takes a few steps of each training, of which nothing stays, to tell how long all of them take. */
    public Readiness checkAndTime(Path cache, RunListener... listeners) throws IOException {
        return new ExperimentRun(this, Ranks.ALONE, cache, new RunControl(), List.of(listeners)).checkAndTime();
    }

    /** Makes the folder of a run. */
    @FunctionalInterface
    public interface FolderTarget {

        RunFolder create() throws IOException;
    }

    public ExperimentFile file() {
        return file;
    }

    public ExperimentParts parts() {
        return parts;
    }

    /** What its networks see and say, where its teacher tells that; empty where its data do. */
    public Optional<TeacherTask.Found> task() {
        return task;
    }

    /** Whether nobody has said from which losses its generator learns. */
    boolean usesDefaultLosses() {
        return defaultLosses;
    }

    /**
     * Loads one of the datasets that it names; its own with the normalization that it wants.
     *
     * @throws ConfigException with file and line when the dataset's options do not do for it, or its images not for the
     *     experiment
     */
    public Dataset load(BoundPlugin<DatasetFactory<?>> dataset, Path cache, RunListener listener) throws IOException {
        Optional<String> root = parts.test().filter(test -> test == dataset).isPresent()
                ? config().test().flatMap(TestConfig::root)
                : config().data().flatMap(DataConfig::root);
        Dataset loaded;
        try {
            loaded = DataLoading.load(dataset, root, cache, listener);
        } catch (IllegalArgumentException e) {
            throw file.mistake(dataset.pointer(), e);
        }
        if (parts.dataset().filter(own -> own == dataset).isEmpty()) {
            return loaded;
        }
        try {
            return config().data().orElseThrow().fitted(loaded);
        } catch (IllegalArgumentException e) {
            throw file.mistake("/data", e);
        }
    }

    /**
     * Checks that a data set is one to measure its networks on: it has their classes and channels; its images are resized.
     *
     * @throws ConfigException when it is not, with file and line
     */
    public void requireMeasurable(Dataset test, BoundPlugin<DatasetFactory<?>> part, Task task) {
        if (test.classes() != task.classes()
                || test.shape().channels() != task.shape().channels()) {
            throw file.mistake(
                    part.pointer(),
                    part.plugin().name() + " has " + test.classes() + " classes and "
                            + test.shape().channels() + " channels, and the teacher " + task.classes() + " and "
                            + task.shape().channels() + ", so that it cannot be measured on it");
        }
    }

    /** Device, number format and threads, with everything that was {@code auto} decided. */
    public record Choice(Compute compute, int threads, String why) {}

    /** The same in all ranks: what rank 0 chooses, after all have measured at once as they will compute at once. */
    public static Choice choose(ExperimentFile file, Ranks ranks) {
        Choice own = choose(file);
        if (!ranks.together()) {
            return own;
        }
        boolean bf16 =
                Boolean.parseBoolean(ranks.first(String.valueOf(own.compute().bf16())));
        int threads = Integer.parseInt(ranks.first(String.valueOf(own.threads())));
        ThreadModes.setThreads(threads);
        return new Choice(
                new Compute(own.compute().device(), bf16, ranks), threads, own.why() + "; " + ranks.size() + " ranks");
    }

    public static Choice choose(ExperimentFile file) {
        ExperimentConfig config = file.config();
        Libtorch.load();
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
                                + " finds no such device. Use device: cpu, or name the torch/lib of a CUDA wheel with --libtorch on"
                                + " a machine with an NVIDIA driver; 'dafl doctor' says what is missing");
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
        Compute compute = new Compute(device, bf16);
        int threads = config.threads();
        if (threads == 0) {
            ThreadChoice choice = ThreadChoice.measured(compute);
            why.add(choice.why());
            threads = choice.threads();
        }
        ThreadModes.setThreads(threads);
        return new Choice(compute, threads, String.join("; ", why));
    }
}

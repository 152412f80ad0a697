package dev.dafl.cli;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.SavedRun;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ConfigFile;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.LauncherConfig;
import dev.dafl.engine.config.MatrixFile;
import dev.dafl.engine.matrix.Matrix;
import dev.dafl.engine.run.LatestLink;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.host.Interruption;
import dev.dafl.host.PluginHost;
import dev.dafl.host.ranks.Crew;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "run", description = "Runs an experiment: trains or loads the teacher, distils the student, reports.")
final class RunCommand implements Callable<Integer> {

    static final Path RUNS = Path.of("runs");

    @ParentCommand
    private DaflCommand dafl;

    @Mixin
    private RunReporting reporting;

    @Parameters(
            paramLabel = "CONFIG",
            description = "The experiment, or a matrix of them: a YAML file such as configs/quickstart.yaml.")
    private Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Overrides a value of the file, such as --set teacher.epochs=3; may be given several times.")
    private Map<String, String> overrides = new LinkedHashMap<>();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The run folder itself; else runs/NAME/TIME, of a matrix runs/NAME.")
    private Optional<Path> out;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "1",
            converter = CountConverter.class,
            description =
                    "How many runs of a matrix go side by side, each in a process of its own; ${DEFAULT-VALUE}. They"
                            + " share the cores, unless the file sets threads.")
    private int jobs;

    /** The one run of a matrix that this process is for. */
    @Option(names = "--run", paramLabel = "NAME", hidden = true)
    private Optional<String> only;

    /** Of such a run: how many threads it has; not an override, which would take the place of an axis of the matrix. */
    @Option(names = "--threads", paramLabel = "N", hidden = true)
    private Optional<Integer> threads;

    @Mixin
    private LaunchOptions launching;

    @Mixin
    private ParentProcess parent;

    @Mixin
    private JobProcess job;

    @Override
    public Integer call() throws IOException {
        try {
            return run();
        } catch (IOException | RuntimeException e) {
            if (job.is()) {
                reporting.failed(e);
            }
            throw e;
        }
    }

    private int run() throws IOException {
        Optional<Crew> crew = Crew.join(System.getenv());
        if (crew.isPresent()) {
            return new CrewRun(crew.get(), dafl, reporting).run(new Together(crew.get()), new RunControl(typed()));
        }
        ConfigFile file = ConfigFile.read(config, overrides);
        Optional<LauncherConfig.Slurm> slurm = job.is() ? Optional.empty() : launching.slurm(file);
        RunControl control = new RunControl(typed());
        try (PluginHost plugins = dafl.plugins();
                Interruption interruption = dafl.interruption(control, plugins)) {
            parent.endsWith(interruption, control);
            job.hears(interruption);
            dafl.warnOfBroken(plugins);
            return switch (file) {
                case MatrixFile matrix -> run(matrix, Matrix.prepare(matrix, plugins), slurm, control, interruption);
                case ExperimentFile experiment ->
                    job.is()
                            ? goOn(experiment, plugins, control, interruption)
                            : run(experiment, Experiment.prepare(experiment, plugins), slurm, control, interruption);
            };
        }
    }

    /** One experiment in several processes. */
    private final class Together implements CrewRun.Asked {

        private final Crew crew;

        Together(Crew crew) {
            this.crew = crew;
        }

        @Override
        public Experiment prepared(PluginHost plugins) {
            if (ConfigFile.read(config, overrides) instanceof ExperimentFile one && !job.is() && only.isEmpty()) {
                return Experiment.prepare(one, plugins);
            }
            throw new ConfigException(config + " is a matrix of experiments, and " + crew.text()
                    + " train one experiment together: start it without MPI, or name one experiment");
        }

        @Override
        public Experiment.FolderTarget target(Experiment experiment) {
            return () -> out.isPresent()
                    ? RunFolder.at(out.get())
                    : RunFolder.below(RUNS, experiment.config().name());
        }

        @Override
        public Optional<Path> begun() {
            return Optional.empty();
        }
    }

    private int run(
            MatrixFile file,
            Matrix matrix,
            Optional<LauncherConfig.Slurm> slurm,
            RunControl control,
            Interruption interruption)
            throws IOException {
        Path folder = out.orElse(RUNS.resolve(matrix.name()));
        if (only.isEmpty()) {
            if (out.isEmpty()) {
                LatestLink.point(RUNS, Files.createDirectories(folder));
            }
            return new MatrixRunner(dafl, arguments(), jobs, slurm, launching.detach(), reporting)
                    .run(matrix, folder, control, interruption);
        }
        if (job.is() && matrix.isDone(only.get(), folder)) {
            return 0;
        }
        Experiment one = matrix.toRun(only.get(), folder, threads);
        return slurm.isPresent()
                ? asJob(slurm.get(), file).run(one, folder, control, interruption)
                : reporting.run(one, () -> RunFolder.of(folder), control, interruption);
    }

    private int run(
            ExperimentFile file,
            Experiment experiment,
            Optional<LauncherConfig.Slurm> slurm,
            RunControl control,
            Interruption interruption)
            throws IOException {
        String name = experiment.config().name();
        if (slurm.isEmpty()) {
            return reporting.run(
                    experiment,
                    () -> out.isPresent() ? RunFolder.at(out.get()) : RunFolder.below(RUNS, name),
                    control,
                    interruption);
        }
        Path folder = out.isPresent() ? out.get() : RunFolder.reserve(RUNS, name);
        return asJob(slurm.get(), file).run(experiment, folder, control, interruption);
    }

    private RunJob asJob(LauncherConfig.Slurm slurm, ConfigFile file) {
        return new RunJob(dafl, reporting, slurm, launching.detach(), file, only);
    }

    /** The run of a job, from where a former start of the job has left it. */
    private int goOn(ExperimentFile file, PluginHost plugins, RunControl control, Interruption interruption)
            throws IOException {
        Path folder = out.orElseThrow(() -> new ConfigException("--job wants --out"));
        boolean open = threads.isPresent() && file.config().threads() == 0;
        ExperimentFile asked = open ? file.with("threads", threads.get().toString()) : file;
        Experiment experiment = Experiment.prepare(asked, plugins);
        Optional<SavedRun> begun = SavedRun.find(folder).filter(experiment::began);
        if (begun.isEmpty()) {
            return reporting.run(experiment, () -> RunFolder.at(folder), control, interruption);
        }
        if (begun.get().state() == SavedRun.State.COMPLETED) {
            begun.get().tidy();
            return 0;
        }
        return reporting.run(begun.get().toResume(plugins), () -> RunFolder.of(folder), control, interruption);
    }

    /** What the user has typed, of what the run follows from. */
    private String typed() {
        List<String> arguments = arguments();
        out.ifPresent(folder -> arguments.addAll(List.of("--out", folder.toString())));
        return Shell.line("run", arguments);
    }

    /** For the processes of a matrix. */
    private List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(config.toString()));
        overrides.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        return arguments;
    }
}

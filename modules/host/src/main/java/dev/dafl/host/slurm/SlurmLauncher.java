package dev.dafl.host.slurm;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.LauncherConfig;
import dev.dafl.engine.launch.Launch;
import dev.dafl.engine.launch.Launcher;
import dev.dafl.engine.launch.Row;
import dev.dafl.engine.launch.RunState;
import dev.dafl.engine.run.Artefact;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Runs experiments as jobs of a Slurm cluster whose nodes see the folders of this machine: that of the runs, that of dafl, Java
 * and the working folder. Script, logs and events of the jobs lie in the folder {@code _jobs} beside the runs; what was
 * submitted stands there too, so that a program that is started again finds it.
 *
 * @param config what jobs get
 * @param name of the jobs
 * @param command that runs a row: all but its {@code --run}, {@code --out} and {@code --threads}
 * @param named whether the command is told which run it is: that of a matrix
 * @param say hears what becomes of a run, after its name, in a few words
 */
public record SlurmLauncher(
        LauncherConfig.Slurm config, String name, List<String> command, boolean named, BiConsumer<String, String> say)
        implements Launcher {

    /** Slurm's default of MaxArraySize allows numbers up to 1000. */
    private static final int LARGEST_ARRAY = 1000;

    @Override
    public Set<String> underWay(Path home) throws IOException {
        return active(JobBook.read(home)).keySet();
    }

    /** The jobs that are not over, by run. */
    private static Map<String, JobBook.Job> active(JobBook book) throws IOException {
        Map<String, JobBook.Job> newest = new LinkedHashMap<>();
        book.jobs().forEach(job -> newest.put(job.run(), job));
        Map<String, SlurmJob> known = new SlurmCommands()
                .jobs(newest.values().stream()
                        .map(JobBook.Job::array)
                        .collect(Collectors.toCollection(LinkedHashSet::new)));
        newest.values().removeIf(job -> {
            SlurmJob now = known.get(job.id());
            return now == null || now.runState().over();
        });
        return newest;
    }

    @Override
    public Launch launch(Path home, List<Row> rows) throws IOException {
        JobBook book = JobBook.read(home);
        Map<String, JobBook.Job> active = active(book);
        List<Row> fresh =
                rows.stream().filter(row -> !active.containsKey(row.name())).toList();
        int cpus = cpus(fresh);
        for (int begin = 0; begin < fresh.size(); begin += LARGEST_ARRAY) {
            List<Row> part = fresh.subList(begin, Math.min(fresh.size(), begin + LARGEST_ARRAY));
            book = submitted(home, book, part, cpus);
        }
        return SlurmLaunch.of(this, home, book, rows, active.keySet());
    }

    private JobBook submitted(Path home, JobBook before, List<Row> rows, int cpus) throws IOException {
        Path jobs = Artefact.jobs(home.toAbsolutePath());
        Files.createDirectories(jobs);
        JobScript script = new JobScript(
                name,
                config,
                cpus,
                Path.of("").toAbsolutePath(),
                jobs,
                command,
                rows.stream()
                        .map(row -> new JobScript.Task(arguments(row, cpus)))
                        .toList());
        Path file = unused(jobs);
        WholeFile.write(file, script.text());
        try {
            return submitted(home, before, file, rows);
        } catch (IOException | RuntimeException e) {
            if (JobBook.read(home).jobs().stream()
                    .noneMatch(job -> job.script().equals(file.getFileName().toString()))) {
                Files.deleteIfExists(file);
            }
            throw e;
        }
    }

    private JobBook submitted(Path home, JobBook before, Path file, List<Row> rows) throws IOException {
        SlurmCommands slurm = new SlurmCommands();
        JobBook book = before;
        if (config.array()) {
            String throttle = config.atOnce().map(most -> "%" + most).orElse("");
            String array = slurm.submit(file, "0-" + (rows.size() - 1) + throttle);
            List<JobBook.Job> all = new ArrayList<>();
            for (int task = 0; task < rows.size(); task++) {
                all.add(new JobBook.Job(
                        rows.get(task).name(), array, task, file.getFileName().toString()));
            }
            book = book.with(all);
            book.write(home);
            return book;
        }
        for (int task = 0; task < rows.size(); task++) {
            String array = slurm.submit(file, Integer.toString(task));
            book = book.with(List.of(new JobBook.Job(
                    rows.get(task).name(), array, task, file.getFileName().toString())));
            book.write(home);
        }
        return book;
    }

    /** Submits the job of a run again, whose former one has broken down. */
    JobBook.Job again(Path home, JobBook.Job former) throws IOException {
        Path script = Artefact.jobs(home.toAbsolutePath()).resolve(former.script());
        String array = new SlurmCommands().submit(script, Integer.toString(former.task()));
        JobBook.Job job = new JobBook.Job(former.run(), array, former.task(), former.script());
        JobBook.read(home).with(List.of(job)).write(home);
        return job;
    }

    private static Path unused(Path jobs) {
        for (int number = 1; ; number++) {
            Path file = jobs.resolve("job-" + number + ".sh");
            if (!Files.exists(file)) {
                return file;
            }
        }
    }

    /** Of each job: as many as it is given, or as its run wants. */
    private int cpus(List<Row> rows) {
        int wanted = rows.stream()
                .mapToInt(row -> row.experiment().config().threads())
                .max()
                .orElse(0);
        int cpus = config.cpus().orElse(Math.max(1, wanted));
        if (wanted > cpus) {
            throw new ConfigException("launcher.cpus is " + cpus + ", and a run wants threads: " + wanted
                    + "; give its job as many cpus, or leave one of both out");
        }
        return cpus;
    }

    private List<String> arguments(Row row, int cpus) {
        int asked = row.experiment().config().threads();
        List<String> arguments = new ArrayList<>();
        if (named) {
            arguments.addAll(List.of("--run", row.name()));
        }
        arguments.addAll(List.of(
                "--out",
                row.folder().toAbsolutePath().toString(),
                "--threads",
                Integer.toString(asked == 0 ? cpus : asked)));
        return arguments;
    }

    /** What becomes of a run is told once for each change. */
    void tell(String run, RunState state, JobBook.Job job) {
        say.accept(run, "job " + job.id() + " " + state.words());
    }
}

package dev.dafl.cli;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.MlflowConfig;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.runs.MetricsCsv;
import dev.dafl.engine.runs.RunComparison;
import dev.dafl.engine.runs.RunDetails;
import dev.dafl.engine.runs.RunRemoval;
import dev.dafl.engine.runs.RunSummary;
import dev.dafl.engine.runs.RunTracking;
import dev.dafl.engine.runs.RunsFolder;
import dev.dafl.tensor.files.WholeFile;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "runs",
        description = "Lists the runs that were made, those of matrices too.",
        subcommands = {
            RunsCommand.Show.class,
            RunsCommand.Compare.class,
            RunsCommand.Track.class,
            RunsCommand.Remove.class
        })
final class RunsCommand implements Callable<Integer> {

    private static final String NONE = "-";
    private static final String STANDARD_OUTPUT = "-";

    @Spec
    private CommandSpec spec;

    @Option(names = "--in", paramLabel = "DIR", description = "The folder to look in; else runs.")
    private Optional<Path> in = Optional.empty();

    @Option(names = "--json", description = "Standard output is JSON and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Path folder = in.orElse(RunCommand.RUNS);
        // Nobody has to have run anything yet.
        List<RunSummary> runs = in.isEmpty() && !Files.exists(folder) ? List.of() : new RunsFolder(folder).list();
        if (json) {
            out.println(ResultJson.of(Map.of("runs", runs)));
        } else if (runs.isEmpty()) {
            out.println("no runs in " + folder);
        } else {
            print(out, runs);
        }
        out.flush();
        return 0;
    }

    private static void print(PrintWriter out, List<RunSummary> runs) {
        Instant now = Instant.now();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("run", "state", "teacher", "student", "agreement", "age", "size", ""));
        for (RunSummary run : runs) {
            rows.add(List.of(
                    run.folder(),
                    state(run),
                    percent(run.teacher()),
                    percent(run.student()),
                    percent(run.agreement()),
                    Ages.words(Duration.between(run.written(), now)),
                    Sizes.words(run.bytes()),
                    run.problem().orElse("")));
        }
        Columns.print(out, rows);
    }

    private static String state(RunSummary run) {
        return run.state().map(state -> state.name().toLowerCase(Locale.ROOT)).orElse("damaged");
    }

    /** Writes a table where it is asked for; gives whether that was the standard output. */
    private static boolean csv(Path where, boolean json, String table, PrintWriter out) throws IOException {
        if (!where.toString().equals(STANDARD_OUTPUT)) {
            WholeFile.write(where, table);
            return false;
        }
        if (json) {
            throw new ConfigException("--json and --csv - both want the standard output: name a file for one of them");
        }
        out.print(table);
        out.flush();
        return true;
    }

    private static String percent(OptionalDouble accuracy) {
        return accuracy.isPresent() ? String.format(Locale.ROOT, "%.2f %%", 100 * accuracy.getAsDouble()) : NONE;
    }

    @Command(name = "show", description = "Shows what became of a run, and how to go on with it.")
    static final class Show implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "RUN", description = "A run folder, such as runs/NAME/TIME.")
        private Path folder;

        @Option(
                names = "--csv",
                paramLabel = "FILE",
                description = "Also writes the metrics as CSV, a row a step; - is standard output, and nothing else.")
        private Optional<Path> csv = Optional.empty();

        @Option(names = "--json", description = "Standard output is JSON and nothing else.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            if (csv.isPresent() && csv(csv.get(), json, MetricsCsv.of(folder), out)) {
                return 0;
            }
            RunDetails run = RunDetails.of(folder);
            if (json) {
                out.println(ResultJson.of(run));
            } else {
                print(out, run);
            }
            out.flush();
            return 0;
        }

        private void print(PrintWriter out, RunDetails run) {
            RunSummary summary = run.summary();
            out.printf(
                    "%s: %s, last written %s, %s%n",
                    summary.name().orElse(NONE), state(summary), ago(summary.written()), Sizes.words(summary.bytes()));
            run.result().ifPresent(result -> {
                result.message().ifPresent(message -> out.println("because " + message));
                Summary.print(out, result, Optional.empty());
                out.printf(
                        "dafl %s, seed %d, %s, on %s%n",
                        result.dafl().version(),
                        result.seed(),
                        result.plugins().isEmpty()
                                ? "no plugins"
                                : Counts.words(result.plugins().size(), "plugin"),
                        result.machine().processor());
            });
            out.println("what was run: " + run.config());
            run.checkpoints().forEach(checkpoint -> out.println("checkpoint: " + checkpoint));
            if (run.resumable()) {
                out.println("go on by: dafl resume " + folder);
            }
        }

        private static String ago(Instant written) {
            String age = Ages.words(Duration.between(written, Instant.now()));
            return age.equals("now") ? "now" : age + " ago";
        }
    }

    @Command(
            name = "compare",
            description = "Shows what differs between runs: their configurations and what they came to.")
    static final class Compare implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "RUN", arity = "1..*", description = "Two or more run folders.")
        private List<Path> folders;

        @Option(
                names = "--csv",
                paramLabel = "FILE",
                description = "Also writes the metrics as CSV, a row a step; - is standard output, and nothing else.")
        private Optional<Path> csv = Optional.empty();

        @Option(
                names = "--report",
                paramLabel = "FILE",
                arity = "0..1",
                fallbackValue = "compare.html",
                description = "Also writes a page with the runs' results, curves and images side by side; else to"
                        + " ${FALLBACK-VALUE}.")
        private Optional<Path> report = Optional.empty();

        @Option(names = "--json", description = "Standard output is JSON and nothing else.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            if (folders.size() < 2) {
                throw new ConfigException("compare takes two runs or more, not only " + folders.getFirst());
            }
            PrintWriter out = spec.commandLine().getOut();
            if (csv.isPresent() && csv(csv.get(), json, MetricsCsv.of(folders), out)) {
                return 0;
            }
            RunComparison comparison = RunComparison.of(folders);
            if (report.isPresent()) {
                comparison.report(report.get());
            }
            if (json) {
                out.println(ResultJson.of(comparison));
            } else {
                print(out, comparison);
                report.ifPresent(file -> out.println("report   " + file));
            }
            out.flush();
            return 0;
        }

        private static void print(PrintWriter out, RunComparison comparison) {
            List<List<String>> rows = new ArrayList<>();
            rows.add(row(comparison, "run", run -> run.summary().folder()));
            rows.add(row(comparison, "state", run -> state(run.summary())));
            rows.add(row(comparison, "teacher", run -> percent(run.summary().teacher())));
            rows.add(row(comparison, "student", run -> percent(run.summary().student())));
            rows.add(row(comparison, "agreement", run -> percent(run.agreement())));
            rows.add(row(
                    comparison,
                    "took",
                    run -> run.seconds().isPresent()
                            ? Durations.words(run.seconds().getAsDouble())
                            : NONE));
            rows.add(row(comparison, "dafl", run -> run.dafl().orElse(NONE)));
            comparison.differences().forEach((key, values) -> {
                List<String> row = new ArrayList<>(List.of(key));
                values.forEach(value -> row.add(value.orElse(NONE)));
                rows.add(row);
            });
            Columns.print(out, rows);
            if (comparison.differences().isEmpty()) {
                out.println("their configurations are the same");
            }
        }

        private static List<String> row(
                RunComparison comparison, String what, Function<RunComparison.Compared, String> cell) {
            List<String> row = new ArrayList<>(List.of(what));
            comparison.runs().forEach(run -> row.add(cell.apply(run)));
            return row;
        }
    }

    @Command(
            name = "track",
            description = "Tells a server of MLflow's what a run has not told it: it was away, or was not asked for.")
    static final class Track implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "RUN", arity = "1..*", description = "Run folders, such as runs/NAME/TIME.")
        private List<Path> folders;

        @Option(
                names = "--mlflow",
                paramLabel = "URI",
                description = "The server; else the one that the run's tracking.mlflow names.")
        private Optional<String> uri = Optional.empty();

        @Option(
                names = "--experiment",
                paramLabel = "NAME",
                description = "The experiment at --mlflow that the runs are part of; else dafl.")
        private Optional<String> experiment = Optional.empty();

        @Option(
                names = "--token-env",
                paramLabel = "VAR",
                description = "The environment variable with the token of --mlflow.")
        private Optional<String> tokenEnv = Optional.empty();

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            Optional<MlflowConfig> server = server();
            for (Path folder : folders) {
                RunTracking told = RunTracking.of(folder, server);
                out.printf(
                        Locale.ROOT,
                        "%s: %s sent to %s as run %s of %s%n",
                        folder,
                        Counts.words(told.values(), "value"),
                        told.uri(),
                        told.run(),
                        told.experiment());
                out.flush();
            }
            return 0;
        }

        private Optional<MlflowConfig> server() {
            if (uri.isEmpty() && (experiment.isPresent() || tokenEnv.isPresent())) {
                throw new ConfigException("--experiment and --token-env are for --mlflow, which is not given");
            }
            try {
                return uri.map(address -> new MlflowConfig(address, experiment.orElse("dafl"), tokenEnv));
            } catch (IllegalArgumentException e) {
                throw new ConfigException(e);
            }
        }
    }

    @Command(
            name = "remove",
            description =
                    "Deletes run folders for good: all of them, or none where one holds anything else or is written.")
    static final class Remove implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "RUN", arity = "1..*", description = "Run folders, such as runs/NAME/TIME.")
        private List<Path> folders;

        @Option(names = "--yes", description = "Do not ask before several are deleted.")
        private boolean yes;

        @Option(names = "--json", description = "Standard output is JSON and nothing else.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            RunRemoval removal = RunRemoval.of(folders);
            if (removal.folders().size() > 1 && !yes && !agreed(removal)) {
                spec.commandLine().getErr().println(Failures.PREFIX + "nothing was removed");
                return Failures.FAILED;
            }
            removal.delete();
            if (json) {
                out.println(ResultJson.of(Map.of(
                        "removed",
                        removal.folders().stream().map(Path::toString).toList(),
                        "bytes",
                        removal.bytes())));
            } else {
                removal.folders().forEach(folder -> out.println("removed " + folder));
                out.println(Sizes.words(removal.bytes()) + " are free again");
            }
            out.flush();
            return 0;
        }

        private static boolean agreed(RunRemoval removal) {
            String what = Counts.words(removal.folders().size(), "run") + " with " + Sizes.words(removal.bytes());
            Console console = System.console();
            if (console == null || !console.isTerminal()) {
                throw new ConfigException("nobody can be asked whether to remove " + what
                        + ", since standard input or output is no terminal; nothing was removed: say --yes");
            }
            String answer = console.readLine("remove %s for good? [y/N] ", what);
            return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
        }
    }
}

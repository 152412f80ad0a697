package dev.dafl.engine.runs;

import dev.dafl.engine.SavedRun;
import dev.dafl.engine.report.Report;
import dev.dafl.engine.run.RunResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Runs side by side.
 *
 * @param runs in the order in which they were named
 * @param differences by key, such as {@code teacher.epochs}: what each run's configuration has there, in the order of the
 *     runs, where they do not all have the same; empty where a run has no such key
 */
public record RunComparison(List<Compared> runs, Map<String, List<Optional<String>>> differences) {

    /**
     * A run and what it came to.
     *
     * @param summary of the run
     * @param agreement of the student with the teacher on generated images, 0 to 1
     * @param seconds that it took
     * @param dafl the version that ran it
     */
    public record Compared(
            RunSummary summary, OptionalDouble agreement, OptionalDouble seconds, Optional<String> dafl) {}

    /**
     * Reads the runs.
     *
     * @throws dev.dafl.engine.config.ConfigException when a folder holds no run, or one whose configuration cannot be read
     * @throws IOException when a result cannot be read
     */
    public static RunComparison of(List<Path> folders) throws IOException {
        List<Compared> runs = new ArrayList<>();
        List<Map<String, String>> configs = new ArrayList<>();
        for (Path folder : folders) {
            RunsFolder.require(folder);
            SavedRun run = SavedRun.in(folder);
            Optional<RunResult> result = run.result();
            runs.add(new Compared(
                    RunSummary.of(folder),
                    result.flatMap(RunResult::student).stream()
                            .mapToDouble(RunResult.Student::agreement)
                            .findFirst(),
                    result.stream().mapToDouble(r -> r.seconds().total()).findFirst(),
                    result.map(r -> r.dafl().version())));
            configs.add(run.config().values());
        }
        return new RunComparison(runs, differences(configs));
    }

    /**
     * Writes a page with the results, curves and images of the runs side by side.
     *
     * @param file that is written, or replaced
     * @throws IOException when a file of a run is damaged, naming it, or the page cannot be written
     */
    public void report(Path file) throws IOException {
        Report.write(runs.stream().map(run -> Path.of(run.summary().folder())).toList(), differences, file);
    }

    private static Map<String, List<Optional<String>>> differences(List<Map<String, String>> configs) {
        Set<String> keys = new LinkedHashSet<>();
        configs.forEach(config -> keys.addAll(config.keySet()));
        Map<String, List<Optional<String>>> differences = new LinkedHashMap<>();
        for (String key : keys) {
            String first = configs.getFirst().get(key);
            if (!configs.stream().allMatch(config -> Objects.equals(config.get(key), first))) {
                differences.put(
                        key,
                        configs.stream()
                                .map(config -> Optional.ofNullable(config.get(key)))
                                .toList());
            }
        }
        return differences;
    }
}

package dev.dafl.server.jobs;

import dev.dafl.engine.SavedRun;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.host.ThisProgram;
import dev.dafl.server.api.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The processes of dafl that a server starts. Each works in its job's config folder, so that relative paths are those of files that
 * came with the job.
 *
 * @param program that is started
 * @param libtorch options of the command line that say which libtorch to use
 * @param launcher where runs are run whose files do not say so, as the command line has it; empty for this machine. A run's
 *     process then submits its job and follows it
 */
public record Programs(ThisProgram program, List<String> libtorch, Optional<String> launcher) {

    private static final String VISIBLE_GPUS = "CUDA_VISIBLE_DEVICES";
    private static final Path NOTHING = Path.of("/dev/null");

    /** Those of a server that runs all on its own machine. */
    public Programs(ThisProgram program, List<String> libtorch) {
        this(program, libtorch, Optional.empty());
    }

    /** Whether runs are jobs of a cluster, which take nothing of this machine. */
    boolean elsewhere() {
        return launcher.isPresent();
    }

    /** Looks through a file with all its plugins and prints its {@link Plan}. */
    ProcessBuilder plan(JobFolder folder, String file, Map<String, String> set) {
        List<String> arguments = new ArrayList<>(List.of("plan", file));
        set(arguments, set);
        return process(folder, arguments);
    }

    /**
     * Begins a run, or goes on with it where it was begun.
     *
     * @param gpu the only one that it sees; empty for one that takes none
     */
    ProcessBuilder run(JobFolder folder, Order order, String run, Optional<Gpu> gpu) throws IOException {
        int cores = order.cores();
        List<String> arguments = new ArrayList<>();
        boolean matrix = order.plan().kind() == Job.Kind.MATRIX;
        Path out = matrix ? folder.run().resolve(run) : folder.run();
        if (!elsewhere() && !matrix && isBegun(out)) {
            arguments.addAll(List.of("resume", out.toString()));
        } else {
            arguments.addAll(List.of("run", order.file(), "--out", out.toString()));
            set(arguments, order.set());
            int wanted = order.plan().runs().stream()
                    .filter(planned -> planned.name().equals(run))
                    .mapToInt(Plan.PlannedRun::threads)
                    .findFirst()
                    .orElse(0);
            if (matrix) {
                arguments.addAll(List.of("--run", run));
            }
            if (wanted == 0 && cores > 0) {
                arguments.addAll(
                        matrix ? List.of("--threads", Integer.toString(cores)) : List.of("--set", "threads=" + cores));
            }
        }
        arguments.addAll(List.of(
                "--events", "--parent", Long.toString(ProcessHandle.current().pid())));
        if (elsewhere()) {
            if (order.plan().cluster().isEmpty()) {
                arguments.addAll(List.of("--launcher", launcher.orElseThrow()));
            }
            return process(folder, arguments);
        }
        ProcessBuilder process = process(folder, arguments);
        process.environment().put(VISIBLE_GPUS, gpu.map(Gpu::id).orElse(""));
        return process;
    }

    /** Prints what experiments can be made of. */
    ProcessBuilder catalogue(Path plugins) {
        List<String> all = new ArrayList<>(program.command("catalogue"));
        all.addAll(libtorch);
        if (Files.isDirectory(plugins)) {
            all.addAll(List.of("--plugins", plugins.toString()));
        }
        return new ProcessBuilder(all).redirectInput(ProcessBuilder.Redirect.from(NOTHING.toFile()));
    }

    /** Writes the report of a matrix. */
    ProcessBuilder report(JobFolder folder) {
        return process(folder, List.of("report", folder.run().toString()));
    }

    /** A folder that a run has begun; what else an ended process has left there is removed. */
    private static boolean isBegun(Path out) throws IOException {
        try {
            if (SavedRun.find(out).isPresent()) {
                return true;
            }
        } catch (ConfigException e) {
            // Torn: the run begins again.
        }
        if (Files.exists(out)) {
            Folders.delete(out);
        }
        return false;
    }

    private static void set(List<String> arguments, Map<String, String> set) {
        set.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    }

    private ProcessBuilder process(JobFolder folder, List<String> arguments) {
        List<String> all = new ArrayList<>(program.command(arguments.toArray(String[]::new)));
        all.addAll(libtorch);
        if (Files.isDirectory(folder.plugins())) {
            all.addAll(List.of("--plugins", folder.plugins().toString()));
        }
        return new ProcessBuilder(all)
                .directory(folder.config().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(NOTHING.toFile()));
    }
}

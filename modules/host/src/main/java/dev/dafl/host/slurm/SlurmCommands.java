package dev.dafl.host.slurm;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Slurm's commands, and what they say. Those of the user's path are called, with the user's environment. */
final class SlurmCommands {

    private static final long PATIENCE_SECONDS = 120;
    private static final String FIELDS = "%i|%T|%r|%N";
    private static final Pattern ID = Pattern.compile("(\\d+)(;.*)?");
    private static final Pattern ERROR = Pattern.compile("(?:\\w+:? )?(?:error|fatal): (.*)");
    /** Of the environment that sbatch puts over a script, what the launcher relies on. */
    private static final List<String> OVERRIDES = List.of(
            "SBATCH_ARRAY_INX",
            "SBATCH_EXPORT",
            "SBATCH_JOB_NAME",
            "SBATCH_NO_REQUEUE",
            "SBATCH_OPEN_MODE",
            "SBATCH_REQUEUE",
            "SBATCH_SIGNAL",
            "SBATCH_WAIT");

    /** What a command came to. */
    private record Said(int code, String out, String err) {

        /** What it says went wrong, the last thing first. */
        List<String> errors() {
            return SlurmCommands.errors(err);
        }
    }

    /** What lines of errors say, such as {@code sbatch: error: ...} and {@code slurm_load_jobs error: ...}; the last first. */
    static List<String> errors(String err) {
        return err.lines()
                .map(ERROR::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group(1))
                .toList()
                .reversed();
    }

    /**
     * Submits tasks of an array.
     *
     * @param tasks as sbatch has them, such as {@code 0-7%2}
     * @return the job's number
     * @throws ConfigException for what the cluster does not have, or does not allow
     * @throws IOException when Slurm cannot be asked
     */
    String submit(Path script, String tasks) throws IOException {
        Said said = call(List.of("sbatch", "--parsable", "--array=" + tasks, script.toString()));
        Matcher id = ID.matcher(said.out().strip());
        if (said.code() == 0 && id.matches()) {
            return id.group(1);
        }
        throw refusal(said);
    }

    private static RuntimeException refusal(Said said) throws IOException {
        List<String> errors = said.errors();
        String reason = OneLine.shortened(
                errors.isEmpty() ? "sbatch ended with exit code " + said.code() : plain(errors.getFirst()));
        requireUp(said);
        // The one before names what the last only calls wrong.
        String more = errors.size() < 2 || errors.get(1).contains("slurm_") ? "" : " (" + plain(errors.get(1)) + ")";
        String hint = switch (reason.toLowerCase(java.util.Locale.ROOT)) {
            case String r when r.contains("partition name") -> "; sinfo lists those there are: launcher.partition";
            case String r
            when r.contains("account") || r.contains("qos") ->
                "; sacctmgr show associations user=$USER lists yours: launcher.account, qos and partition";
            case String r
            when r.contains("generic resource") || r.contains("gres") ->
                "; sinfo -o '%P %G' lists the GPUs there are: launcher.gpus";
            case String r when r.contains("time limit") -> "; sinfo -o '%P %l' lists what is allowed: launcher.time";
            default -> "";
        };
        return new ConfigException("Slurm refuses the job: " + reason + more + hint);
    }

    private static String plain(String error) {
        return error.replaceFirst("^Batch job submission failed: ", "").strip();
    }

    /** @throws IOException when what a command says is that Slurm does not answer */
    private static void requireUp(Said said) throws IOException {
        Optional<String> away = said.errors().stream()
                .filter(error -> error.matches(
                        "(?i).*(unable to contact|connect failure|connection refused|not responding|timed out|munge"
                                + "|configuration file|config source|controllers? .*down).*"))
                .findFirst();
        if (away.isPresent()) {
            throw new IOException("Slurm does not answer: " + OneLine.shortened(plain(away.get()))
                    + "; sinfo says whether it is up, and nothing was changed");
        }
    }

    /**
     * What Slurm knows of the tasks of jobs, by their ids. One that it does not know any more is left out.
     *
     * @param jobs numbers of arrays
     * @throws IOException when Slurm cannot be asked
     */
    Map<String, SlurmJob> jobs(Collection<String> jobs) throws IOException {
        if (jobs.isEmpty()) {
            return Map.of();
        }
        String ids = String.join(",", jobs);
        // A line of squeue has the format that is asked for, whatever its columns are like.
        Said said =
                call(List.of("squeue", "--noheader", "--array", "--states=all", "--format=" + FIELDS, "--jobs=" + ids));
        if (said.code() != 0 && said.errors().stream().noneMatch(error -> error.contains("Invalid job id"))) {
            requireUp(said);
            throw new IOException("squeue ended with exit code " + said.code() + ": "
                    + OneLine.shortened(said.err().strip()));
        }
        Map<String, SlurmJob> known = parse(said.out());
        if (jobs.stream().anyMatch(job -> known.keySet().stream().noneMatch(id -> id.startsWith(job + "_")))) {
            // Slurm itself forgets a job after some minutes. Where there is no accounting, that is all.
            Said accounted = call(List.of(
                    "sacct",
                    "--allocations",
                    "--noheader",
                    "--parsable2",
                    "--format=JobID,State,Reason,NodeList",
                    "--jobs=" + ids));
            if (accounted.code() == 0) {
                parse(accounted.out()).forEach(known::putIfAbsent);
            }
        }
        return known;
    }

    /** Lines of {@code ID|STATE|REASON|NODE}. */
    static Map<String, SlurmJob> parse(String lines) {
        Map<String, SlurmJob> jobs = new HashMap<>();
        lines.lines().flatMap(line -> SlurmJob.of(line).stream()).forEach(job -> jobs.put(job.id(), job));
        return jobs;
    }

    /**
     * Ends jobs: those that wait at once, the others after they have had time to save what they have.
     *
     * @throws IOException when Slurm cannot be asked
     */
    void cancel(Collection<String> ids) throws IOException {
        if (ids.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("scancel"));
        command.addAll(ids);
        Said said = call(command);
        if (said.code() != 0) {
            requireUp(said);
        }
    }

    private static Said call(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().keySet().removeAll(OVERRIDES);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new ConfigException(
                    "there is no " + command.getFirst()
                            + " on this machine: launcher slurm is for one that submits to a"
                            + " Slurm cluster; without it runs are run here",
                    e);
        }
        try {
            CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
            CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("Slurm does not answer: " + command.getFirst() + " has said nothing for "
                        + PATIENCE_SECONDS + " s");
            }
            return new Said(process.exitValue(), out.get(), err.get());
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException("what " + command.getFirst() + " says cannot be read: " + e.getMessage(), e);
        }
    }

    private static String text(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}

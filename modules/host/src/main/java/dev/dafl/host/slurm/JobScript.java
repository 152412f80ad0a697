package dev.dafl.host.slurm;

import dev.dafl.engine.config.LauncherConfig;
import dev.dafl.engine.run.EventLines;
import dev.dafl.engine.run.RunEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A script for sbatch: a job array, each of whose tasks is a run. Slurm tells the script of the coming end of its time by USR1
 * and ends it by TERM; the run hears TERM in both cases, and saves what it has. After USR1, and after a breakdown, the script has
 * its job queued again, as long as that comes on; the run then goes on from its checkpoint.
 *
 * @param name of the jobs
 * @param config what each job gets
 * @param cpus of each job
 * @param folder where the jobs work, from which relative paths lead on
 * @param jobs where they leave their logs and events
 * @param command all of a run's command but what is a row's own
 * @param rows by the numbers of their tasks
 */
record JobScript(
        String name,
        LauncherConfig.Slurm config,
        int cpus,
        Path folder,
        Path jobs,
        List<String> command,
        List<Task> rows) {

    /**
     * A task of the array.
     *
     * @param arguments of the command that are its own
     */
    record Task(List<String> arguments) {}

    private static final String BODY = """
            events=$jobs/${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID.events

            # A process that was killed may have left half a line.
            echo >>"$events"
            before=$(wc -l <"$events")

            limit= ended= pid=
            # The time is nearly over: the run is to save what it has, and the job is queued again.
            trap 'limit=yes; [ -z "$pid" ] || kill -TERM "$pid" 2>/dev/null' USR1
            # Somebody ends the job, or it makes room for others, after which Slurm itself queues it again.
            trap 'ended=yes; [ -z "$pid" ] || kill -TERM "$pid" 2>/dev/null' TERM

            "${command[@]}" "${own[@]}" >>"$events" &
            pid=$!
            [ -z "$limit$ended" ] || kill -TERM "$pid" 2>/dev/null
            # A signal ends the waiting, and not the run.
            while kill -0 "$pid" 2>/dev/null; do
              wait "$pid"
              code=$?
            done
            wait "$pid"
            last=$?
            [ "$last" -eq 127 ] || code=$last

            # Whether this start has saved more than it began with.
            came_on() {
              tail -n "+$((before + 1))" "$events" | awk '
                match($0, /"step":[0-9]+/) { step = substr($0, RSTART, RLENGTH) }
                /"event":"resumed"/ { from = step }
                /"event":"checkpointed"/ { saved++; last = step }
                END { exit !(saved > 1 || (saved == 1 && last != from)) }'
            }

            again() {
              echo "the job is queued again: $1"
              scontrol requeue "$SLURM_JOB_ID" && exit 0
              echo "dafl: Slurm does not queue the job again; the command that launched it goes on with its run" >&2
            }

            # Done, ended by somebody, or failed for a reason that it has told.
            if [ "$code" -le 128 ] || [ -n "$ended" ]; then
              exit "$code"
            fi
            if [ -n "$limit" ]; then
              came_on && again "its time is over"
              printf '%s\\n' "$too_short" >>"$events"
            elif came_on || [ "${SLURM_RESTART_COUNT:-0}" -lt 3 ]; then
              again "its process ended with exit code $code"
            fi
            exit "$code"
            """;

    /** @throws IOException when one of the folders has a name that cannot stand in a script */
    String text() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("#!/bin/bash");
        lines.add(
                "# Written by dafl: each task of this job array is a run. Who has lost the program that launched it may submit it"
                        + " again");
        lines.add("# by hand: sbatch --array=0-" + (rows.size() - 1)
                + " THIS; what is done is not done again, and what was begun goes on.");
        directives().forEach(directive -> lines.add("#SBATCH " + directive));
        lines.add("");
        lines.add("jobs=" + quoted(jobs.toString()));
        lines.add("too_short=" + quoted(EventLines.write(new RunEvent.Failed(tooShort()))));
        lines.add("command=(");
        command.forEach(word -> lines.add("  " + quoted(word)));
        lines.add(")");
        lines.add("case $SLURM_ARRAY_TASK_ID in");
        for (int number = 0; number < rows.size(); number++) {
            lines.add("  " + number + ") own=("
                    + rows.get(number).arguments().stream()
                            .map(JobScript::quoted)
                            .collect(Collectors.joining(" "))
                    + ") ;;");
        }
        lines.add("  *) echo \"dafl: this array has no task $SLURM_ARRAY_TASK_ID\" >&2; exit 2 ;;");
        lines.add("esac");
        return String.join("\n", lines) + "\n" + BODY;
    }

    /** Options of sbatch, in the file and not on a command line, so that the file says all. */
    private List<String> directives() throws IOException {
        List<String> options = new ArrayList<>();
        options.add("--job-name=dafl-" + name);
        config.partition().ifPresent(partition -> options.add("--partition=" + partition));
        config.account().ifPresent(account -> options.add("--account=" + account));
        config.qos().ifPresent(qos -> options.add("--qos=" + qos));
        options.add("--nodes=1");
        options.add("--ntasks=1");
        options.add("--cpus-per-task=" + cpus);
        if (config.gpus() > 0) {
            options.add("--gres=gpu:" + config.gpus());
        }
        config.memory().ifPresent(memory -> options.add("--mem=" + memory));
        config.time().ifPresent(limit -> options.add("--time=" + minutes(limit.duration())));
        options.add("--signal=B:USR1@" + config.notice().toSeconds());
        options.add("--requeue");
        options.add("--open-mode=append");
        options.add("--output=" + directive(jobs.toString()).replace("%", "%%") + "/%A_%a.log");
        options.add("--chdir=" + directive(folder.toString()));
        options.addAll(config.options());
        return options;
    }

    /** Slurm's unit; a begun one counts. */
    private static long minutes(Duration time) {
        return Math.ceilDiv(time.toSeconds(), 60);
    }

    private String tooShort() {
        Optional<String> limit = config.time().map(Object::toString);
        return String.format(
                Locale.ROOT,
                "the time of its job is too short: it was told to save what it has %d s before the end, and had no checkpoint"
                        + " beyond the one that it began with; %s",
                config.notice().toSeconds(),
                limit.map(text -> "launcher.time is " + text + ": give it more")
                        .orElse("launcher.time names a longer one than the partition's"));
    }

    /** A path in a line of #SBATCH; sbatch knows quotes, and takes a backslash for a word of its own. */
    private static String directive(String path) throws IOException {
        if (Stream.of("\"", "\\", "\n", "\r").anyMatch(path::contains)) {
            throw new IOException("Slurm cannot work with the folder " + path.replaceAll("[\\r\\n]", "?")
                    + ": its name has a quotation mark, a backslash or a line's end");
        }
        return path.matches("[A-Za-z0-9_./%+-]*") ? path : '"' + path + '"';
    }

    /** A word for the shell, whatever is in it. */
    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}

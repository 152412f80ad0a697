package dev.dafl.server.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A job of the queue.
 *
 * @param id counts from 1
 * @param name of the experiment or the matrix
 * @param kind of it
 * @param reason why it waits, or why it did not come to its end; in a sentence
 * @param priority from -100 to 100
 * @param cores that each run takes
 * @param owner the name of the token that submitted it
 * @param submitted when
 * @param started when its first run began
 * @param ended when its last run was over
 * @param revision grows with each change of any job
 * @param runs one of an experiment, all of a matrix, in its order
 */
public record Job(
        long id,
        String name,
        Kind kind,
        JobState state,
        Optional<String> reason,
        int priority,
        int cores,
        String owner,
        Instant submitted,
        Optional<Instant> started,
        Optional<Instant> ended,
        long revision,
        List<Run> runs) {

    public Job withRevision(long other) {
        return new Job(id, name, kind, state, reason, priority, cores, owner, submitted, started, ended, other, runs);
    }

    /** What a job runs. */
    public enum Kind {
        EXPERIMENT,
        MATRIX
    }

    /**
     * A run of a job.
     *
     * @param folder of its files among the job's artefacts
     * @param labels by axis, of a matrix
     * @param gpus that it takes, 0 or 1
     * @param attempt counts from 1; each begins where the one before was at its newest checkpoint
     * @param phase {@code teacher} or {@code distillation}; empty before the first step
     * @param step done so far, of {@code steps}
     * @param secondsLeft estimated
     * @param teacher accuracy, 0 to 1
     * @param student accuracy, 0 to 1
     * @param agreement of the student with the teacher on generated images, 0 to 1
     * @param message why it did not come to its end
     */
    public record Run(
            String name,
            String folder,
            Map<String, String> labels,
            int gpus,
            JobState state,
            int attempt,
            Optional<String> phase,
            long step,
            long steps,
            Optional<Double> secondsLeft,
            Optional<Double> teacher,
            Optional<Double> student,
            Optional<Double> agreement,
            Optional<String> message) {

        /** One that has not begun. */
        public static Run queued(String name, String folder, Map<String, String> labels, int gpus) {
            return new Run(
                    name,
                    folder,
                    labels,
                    gpus,
                    JobState.QUEUED,
                    0,
                    Optional.empty(),
                    0,
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        /** What it is to be changed into. */
        public RunChange change() {
            return new RunChange(this);
        }
    }

    /**
     * A page of jobs, the newest first.
     *
     * @param next what to ask for {@code before} for the page after this one; empty on the last
     */
    public record Page(List<Job> jobs, Optional<Long> next) {}
}

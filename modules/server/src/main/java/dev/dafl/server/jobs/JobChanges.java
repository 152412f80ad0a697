package dev.dafl.server.jobs;

import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Jobs with something changed; what a job is follows from its runs. */
final class JobChanges {

    private JobChanges() {}

    static Job withRun(Job job, String name, UnaryOperator<Job.Run> change) {
        return withRuns(job, run -> run.name().equals(name) ? change.apply(run) : run);
    }

    static Job withRuns(Job job, UnaryOperator<Job.Run> change) {
        return withRuns(job, job.runs().stream().map(change).toList());
    }

    private static Job withRuns(Job job, List<Job.Run> runs) {
        return new Job(
                job.id(),
                job.name(),
                job.kind(),
                job.state(),
                job.reason(),
                job.priority(),
                job.cores(),
                job.owner(),
                job.submitted(),
                job.started(),
                job.ended(),
                job.revision(),
                runs);
    }

    static Job inState(Job job, JobState state, Optional<String> reason) {
        Instant now = Instant.now();
        return new Job(
                job.id(),
                job.name(),
                job.kind(),
                state,
                reason,
                job.priority(),
                job.cores(),
                job.owner(),
                job.submitted(),
                job.started().isEmpty() && state.active() ? Optional.of(now) : job.started(),
                !state.ended() ? Optional.empty() : job.ended().isPresent() ? job.ended() : Optional.of(now),
                job.revision(),
                job.runs());
    }

    static Job.Run inState(Job.Run run, JobState state, Optional<String> message) {
        return run.change()
                .state(state, message)
                .attempt(state == JobState.STARTING ? run.attempt() + 1 : run.attempt())
                .secondsLeft(state.active() ? run.secondsLeft() : Optional.empty())
                .done();
    }

    static Job.Run at(Job.Run run, String phase, long step, long steps, Optional<Double> secondsLeft) {
        return run.change()
                .progress(phase, step, steps)
                .secondsLeft(secondsLeft)
                .done();
    }

    static Job.Run measured(
            Job.Run run, Optional<Double> teacher, Optional<Double> student, Optional<Double> agreement) {
        return run.change()
                .teacher(teacher.or(run::teacher))
                .student(student.or(run::student))
                .agreement(agreement.or(run::agreement))
                .done();
    }

    /** The job as its runs make it. */
    static Job settled(Job job) {
        List<JobState> states = job.runs().stream().map(Job.Run::state).toList();
        if (states.contains(JobState.STOPPING)) {
            return inState(job, JobState.STOPPING, job.reason());
        }
        if (states.contains(JobState.RUNNING)) {
            return inState(job, JobState.RUNNING, Optional.empty());
        }
        if (states.contains(JobState.STARTING)) {
            return inState(
                    job, job.state() == JobState.RUNNING ? JobState.RUNNING : JobState.STARTING, Optional.empty());
        }
        for (JobState waiting : List.of(JobState.PAUSED, JobState.INTERRUPTED, JobState.QUEUED)) {
            if (states.contains(waiting)) {
                return inState(job, waiting, waiting == job.state() ? job.reason() : Optional.empty());
            }
        }
        JobState end = Stream.of(JobState.FAILED, JobState.STOPPED)
                .filter(states::contains)
                .findFirst()
                .orElse(JobState.SUCCEEDED);
        return inState(job, end, end == JobState.FAILED ? Optional.of(failures(job)) : Optional.empty());
    }

    private static String failures(Job job) {
        List<Job.Run> failed = job.runs().stream()
                .filter(run -> run.state() == JobState.FAILED)
                .toList();
        String first = failed.getFirst().message().orElse("it failed");
        return job.kind() == Job.Kind.EXPERIMENT
                ? first
                : failed.size() + " of " + job.runs().size() + " runs failed: "
                        + failed.getFirst().name() + ": " + first;
    }
}

package dev.dafl.host.slurm;

import dev.dafl.engine.launch.RunState;
import java.util.Optional;
import java.util.Set;

/**
 * What Slurm says of a job.
 *
 * @param id such as {@code 12_3}, the fourth task of the array 12
 * @param state in Slurm's words, such as {@code PENDING}
 * @param reason why it waits, in Slurm's words; may be empty
 * @param node where it runs or ran; may be empty
 */
record SlurmJob(String id, String state, String reason, String node) {

    /** Reasons that do not go away by waiting. */
    private static final Set<String> FOR_EVER = Set.of(
            "AccountNotAllowed",
            "BadConstraints",
            "InvalidAccount",
            "InvalidQOS",
            "AssocMaxCpuPerJobLimit",
            "AssocMaxWallDurationPerJobLimit",
            "PartitionConfig",
            "PartitionNodeLimit",
            "PartitionTimeLimit",
            "QOSMaxCpuPerJobLimit",
            "QOSMaxWallDurationPerJobLimit",
            "QOSNotAllowed",
            "QOSTimeLimit");

    /** A line of {@code ID|STATE|REASON|NODE}; empty for what is none. */
    static Optional<SlurmJob> of(String line) {
        String[] fields = line.strip().split("\\|", -1);
        if (fields.length != 4 || !fields[0].matches("\\d+(_\\d+)?")) {
            return Optional.empty();
        }
        // sacct says who has cancelled a job.
        String state = fields[1].split(" ", 2)[0].replaceAll("\\+$", "");
        return Optional.of(new SlurmJob(fields[0], state, none(fields[2]), none(fields[3])));
    }

    private static String none(String field) {
        return Set.of("None", "None assigned", "(null)", "N/A").contains(field) ? "" : field;
    }

    /** Why it will never begin; empty where it may. */
    Optional<String> hopeless() {
        boolean forbidden = reason.contains("can't use this partition");
        if (!state.equals("PENDING") || !(forbidden || FOR_EVER.contains(reason))) {
            return Optional.empty();
        }
        String why = forbidden
                        || reason.contains("Account")
                        || reason.contains("InvalidQOS")
                        || reason.equals("QOSNotAllowed")
                ? "launcher.account or qos may not use the partition"
                : reason.contains("Time") || reason.contains("Wall")
                        ? "launcher.time is longer than the partition or the account allows"
                        : "the partition does not allow what the launcher asks for, in cpus, memory, time or account";
        return Optional.of(
                "Slurm can never begin its job " + id + ", since " + why + " (" + reason + "); it was cancelled");
    }

    /** Whether it was ended by what the run has no part in, so that the run may well go on in another job. */
    boolean brokenDown() {
        return Set.of("FAILED", "NODE_FAIL", "BOOT_FAIL", "PREEMPTED", "REVOKED")
                .contains(state);
    }

    /** What that is for the run; a failure with Slurm's reason, where the run itself may know a better one. */
    RunState runState() {
        return switch (state) {
            case "PENDING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "RESV_DEL_HOLD", "SPECIAL_EXIT" ->
                new RunState.Waiting(reason);
            case "CONFIGURING" -> new RunState.Waiting("its node is made ready");
            case "COMPLETED" -> new RunState.Done();
            case "CANCELLED" -> new RunState.Cancelled("scancel");
            case "TIMEOUT" ->
                new RunState.Failed(
                        "its job " + id + " came to its time limit before the run had saved what it has; give"
                                + " launcher.save-before more, or launcher.time");
            case "DEADLINE" -> new RunState.Failed("its job " + id + " came to its deadline");
            case "OUT_OF_MEMORY" ->
                new RunState.Failed(
                        "its job " + id + " took more memory than Slurm gave it; give launcher.memory more");
            case "FAILED", "NODE_FAIL", "BOOT_FAIL", "PREEMPTED", "REVOKED" ->
                new RunState.Failed("its job " + id + " ended, by Slurm's word, as " + state
                        + (node.isEmpty() ? "" : " on " + node));
            // RUNNING, COMPLETING, SUSPENDED, STOPPED and whatever may come: it has not said that it is over.
            default -> new RunState.Running(node);
        };
    }
}

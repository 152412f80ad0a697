package dev.dafl.host.slurm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.launch.RunState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What squeue and sacct say, as Slurm 22.05 says it. */
class SlurmJobTest {

    @Test
    void linesAreReadByTheirSeparators() {
        Map<String, SlurmJob> jobs = SlurmCommands.parse("""
                6_0|RUNNING|None|node-[1-2]
                6_1|PENDING|launch failed requeued held|
                7|COMPLETED|None|vm

                slurm_load_jobs error: whatever
                6_2|CANCELLED by 1000|None|vm
                6_3|CANCELLED+|None|None assigned
                """);
        assertEquals(
                Map.of(
                        "6_0", new SlurmJob("6_0", "RUNNING", "", "node-[1-2]"),
                        "6_1", new SlurmJob("6_1", "PENDING", "launch failed requeued held", ""),
                        "7", new SlurmJob("7", "COMPLETED", "", "vm"),
                        "6_2", new SlurmJob("6_2", "CANCELLED", "", "vm"),
                        "6_3", new SlurmJob("6_3", "CANCELLED", "", "")),
                jobs);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "6_0", "6_0|RUNNING", "6_[0-3]|PENDING|None|", "a|RUNNING|None|vm", "1|2|3|4|5"})
    void whatIsNoTaskIsPassedOver(String line) {
        assertEquals(Optional.empty(), SlurmJob.of(line));
    }

    @ParameterizedTest
    @CsvSource({
        "PENDING, Waiting",
        "REQUEUED, Waiting",
        "REQUEUE_HOLD, Waiting",
        "SPECIAL_EXIT, Waiting",
        "CONFIGURING, Waiting",
        "RUNNING, Running",
        "COMPLETING, Running",
        "SUSPENDED, Running",
        "STAGE_OUT, Running",
        "NEW_IN_SLURM_30, Running",
        "COMPLETED, Done",
        "CANCELLED, Cancelled",
        "FAILED, Failed",
        "TIMEOUT, Failed",
        "NODE_FAIL, Failed",
        "OUT_OF_MEMORY, Failed",
        "DEADLINE, Failed"
    })
    void everyStateIsOneOfOurs(String state, String ours) {
        RunState is = new SlurmJob("6_0", state, "", "vm").runState();
        assertEquals(ours, is.getClass().getSimpleName());
        assertEquals(!ours.equals("Waiting") && !ours.equals("Running"), is.over());
    }

    @Test
    void aJobThatCanNeverBeginIsTold() {
        Optional<String> why = new SlurmJob("2_0", "PENDING", "PartitionTimeLimit", "").hopeless();
        assertTrue(why.orElse("").contains("launcher.time is longer than"), why::toString);
        assertTrue(
                new SlurmJob("2_0", "PENDING", "PartitionConfig", "").hopeless().isPresent());
        String account = "Job's account not known, so it can't use this partition (closed allows nobody)";
        assertTrue(new SlurmJob("2_0", "PENDING", account, "")
                .hopeless()
                .orElse("")
                .contains("launcher.account or qos may not use the partition"));
        assertEquals(Optional.empty(), new SlurmJob("2_0", "PENDING", "Priority", "").hopeless());
        assertEquals(Optional.empty(), new SlurmJob("2_0", "RUNNING", "PartitionConfig", "").hopeless());
    }

    @Test
    void onlyWhatTheRunHasNoPartInIsABreakdown() {
        assertTrue(new SlurmJob("1_0", "NODE_FAIL", "", "vm").brokenDown());
        assertFalse(new SlurmJob("1_0", "OUT_OF_MEMORY", "", "vm").brokenDown());
        assertFalse(new SlurmJob("1_0", "TIMEOUT", "", "vm").brokenDown());
        assertFalse(new SlurmJob("1_0", "CANCELLED", "", "vm").brokenDown());
        assertInstanceOf(RunState.Failed.class, new SlurmJob("1_0", "NODE_FAIL", "", "vm").runState());
    }

    /** As Slurm 22.05 writes them: the library's errors have no colon after their name. */
    @Test
    void whatWentWrongIsReadOfCommandsAndOfTheLibrary() {
        assertEquals(
                List.of("Invalid job id specified"),
                SlurmCommands.errors("slurm_load_jobs error: Invalid job id specified\n"));
        assertEquals(
                List.of(
                        "Batch job submission failed: Invalid partition name specified",
                        "invalid partition specified: x"),
                SlurmCommands.errors("sbatch: error: invalid partition specified: x\nsbatch: a word\n"
                        + "sbatch: error: Batch job submission failed: Invalid partition name specified\n"));
    }
}

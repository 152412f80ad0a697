package dev.dafl.server.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.host.ThisProgram;
import dev.dafl.server.api.ApiJson;
import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobState;
import dev.dafl.server.api.Submission;
import dev.dafl.server.store.Database;
import dev.dafl.server.store.JobTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real queue with real processes, of a program that needs no GPU: who gets which, and what may be deleted. */
class JobQueueTest {

    private static final List<Gpu> TWO = List.of(new Gpu("GPU-a", "a fast one"), new Gpu("GPU-b", "a slow one"));

    @TempDir
    private Path folder;

    @Test
    void eachRunHasOneForItselfAndTheNextWaits() throws Exception {
        try (Database database = Database.open(folder.resolve("server.db"));
                JobQueue queue = queue(database, TWO)) {
            long first = submitted(queue, "cuda");
            long second = submitted(queue, "cuda:0");
            assertEquals(Set.of("GPU-a", "GPU-b"), Set.of(seen(queue, first, "run"), seen(queue, second, "run")));
            assertEquals(0, queue.gpusFree());
            long third = submitted(queue, "auto");
            long fourth = submitted(queue, "cpu");
            assertEquals(
                    Optional.of("waits for a GPU: all 2 are taken"),
                    await(queue, third, job -> job.reason().isPresent()).reason());
            assertEquals(
                    Optional.of("waits for job 3"),
                    await(queue, fourth, job -> job.reason().isPresent()).reason());
            String freed = seen(queue, second, "run");
            letGo(queue, second);
            assertEquals(freed, seen(queue, third, "run"));
            assertEquals("", seen(queue, fourth, "run"), "a run without a GPU sees none");
            for (long id : List.of(first, third, fourth)) {
                letGo(queue, id);
                await(queue, id, job -> job.state() == JobState.SUCCEEDED);
            }
            await(queue, first, _ -> queue.gpusFree() == 2);
        }
    }

    @Test
    void ofAMatrixOnlyThoseTakeOneThatNeedOne() throws Exception {
        try (Database database = Database.open(folder.resolve("server.db"));
                JobQueue queue = queue(database, TWO.subList(0, 1))) {
            long id = submitted(queue, "cpu", "cuda", "auto");
            assertEquals("", seen(queue, id, "run-0"));
            assertEquals("GPU-a", seen(queue, id, "run-1"));
            Job job = queue.existing(id);
            assertEquals(
                    List.of(0, 1, 1), job.runs().stream().map(Job.Run::gpus).toList());
            assertEquals(JobState.QUEUED, job.runs().getLast().state());
            long behind = submitted(queue, "cuda");
            assertEquals(
                    Optional.of("waits for job 1"),
                    await(queue, behind, one -> one.reason().isPresent()).reason());
            letGo(queue, id);
            await(queue, id, one -> one.state() == JobState.SUCCEEDED);
            assertEquals("GPU-a", seen(queue, id, "run-2"));
            letGo(queue, behind);
            await(queue, behind, one -> one.state() == JobState.SUCCEEDED);
            // What is written after a matrix's end is written before its folder goes.
            Path reported = queue.book().folder(id).config().resolve("reported");
            await(queue, id, _ -> Files.exists(reported));
        }
    }

    @Test
    void whatCannotHaveOneIsRefused() throws Exception {
        try (Database database = Database.open(folder.resolve("server.db"));
                JobQueue queue = queue(database, List.of())) {
            assertEquals(
                    "x.yaml: device: cuda needs a GPU, and this server has none for runs; use device: cpu or auto, or"
                            + " start the server with --gpus",
                    assertThrows(RefusedException.class, () -> submitted(queue, "cuda"))
                            .detail());
            long id = submitted(queue, "auto");
            assertEquals("", seen(queue, id, "run"), "one that the server does not count is not taken either");
            letGo(queue, id);
            await(queue, id, job -> job.state() == JobState.SUCCEEDED);
        }
        try (Database database = Database.open(folder.resolve("server.db"));
                JobQueue queue = queue(database, TWO)) {
            assertEquals(
                    "x.yaml: device: cuda:1 names one of several GPUs, and this server gives each run the one that is"
                            + " free, as its only one; use device: cuda",
                    assertThrows(RefusedException.class, () -> submitted(queue, "cpu", "cuda:1"))
                            .detail());
        }
    }

    @Test
    void whatWaitsForOneThatIsNotThereAnyMoreKeepsNobodyWaiting() throws Exception {
        long waits;
        try (Database database = Database.open(folder.resolve("server.db"));
                JobQueue queue = queue(database, TWO.subList(0, 1))) {
            long runs = submitted(queue, "cuda");
            seen(queue, runs, "run");
            waits = submitted(queue, "cuda");
            letGo(queue, runs);
            seen(queue, waits, "run");
            queue.pause(waits);
            await(queue, waits, job -> job.state() == JobState.PAUSED);
        }
        try (Database database = Database.open(folder.resolve("server.db"));
                JobQueue queue = queue(database, List.of())) {
            queue.resume(waits);
            assertEquals(
                    Optional.of("waits for a GPU, and the server was started without one now"),
                    await(queue, waits, job -> job.reason().isPresent()).reason());
            long behind = submitted(queue, "cpu");
            letGo(queue, behind);
            await(queue, behind, job -> job.state() == JobState.SUCCEEDED);
        }
    }

    @Test
    void onlyAJobThatHasEndedIsDeletedAlsoOneWhoseFolderIsGone() throws Exception {
        try (Database database = Database.open(folder.resolve("server.db"));
                JobQueue queue = queue(database, List.of())) {
            long id = submitted(queue, "cpu");
            seen(queue, id, "run");
            String refused =
                    assertThrows(RefusedException.class, () -> queue.delete(id)).detail();
            assertTrue(
                    refused.matches("job 1 cannot be deleted while it is (starting|running); stop it first"), refused);
            letGo(queue, id);
            await(queue, id, job -> job.state() == JobState.SUCCEEDED);
            Folders.delete(queue.book().folder(id).path());
            deleted(queue, id);
            assertEquals(
                    "there is no job 1",
                    assertThrows(RefusedException.class, () -> queue.existing(id))
                            .detail());
        }
    }

    /** The end of a job is told just before its process is forgotten. */
    private static void deleted(JobQueue queue, long id) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                queue.delete(id);
                return;
            } catch (RefusedException e) {
                assertEquals("a process of job " + id + " is still ending; try again in a moment", e.detail());
                assertTrue(System.nanoTime() < end, "still ending after a minute");
                Thread.sleep(10);
            }
        }
    }

    @Test
    void whatWasKeptBeforeTheyWereCountedIsRead() {
        Job.Run run = ApiJson.read("""
                {"name": "a", "folder": "run", "labels": {}, "state": "queued", "attempt": 0, "step": 0, "steps": 0}""", Job.Run.class);
        assertEquals(0, run.gpus());
        assertEquals(
                "auto",
                ApiJson.read("{\"name\": \"a\", \"labels\": {}, \"threads\": 2}", Plan.PlannedRun.class)
                        .device());
    }

    @Test
    void whoeverStartsTheServerSaysWhetherItsRunsAreJobsOfACluster() throws Exception {
        Plan plain = plan(Optional.of(List.of()), "cuda");
        Plan own = plan(Optional.of(List.of("--exclusive")), "cuda");
        try (Database database = Database.open(folder.resolve("server.db"))) {
            try (JobQueue queue = queue(database, List.of())) {
                RefusedException refused = assertThrows(RefusedException.class, () -> queue.check(submission(plain)));
                assertEquals(
                        "x.yaml: its launcher would submit jobs to a cluster, in this server's name; whoever starts it can"
                                + " allow that with --launcher slurm",
                        refused.detail());
            }
            try (JobQueue queue = queue(
                    database,
                    List.of(),
                    new Programs(new ThisProgram(FakeProgram.class), List.of(), Optional.of("slurm")))) {
                // A GPU of the cluster is none of this machine.
                queue.check(submission(plain));
                RefusedException refused = assertThrows(RefusedException.class, () -> queue.check(submission(own)));
                assertTrue(refused.detail().startsWith("x.yaml: launcher.options (--exclusive)"), refused::detail);
            }
        }
    }

    private JobQueue queue(Database database, List<Gpu> gpus) throws IOException {
        return queue(database, gpus, new Programs(new ThisProgram(FakeProgram.class), List.of()));
    }

    private JobQueue queue(Database database, List<Gpu> gpus, Programs programs) throws IOException {
        return JobQueue.start(
                new JobQueue.Settings(
                        folder, folder.resolve("plugins"), 4, 4, gpus, 10_000, List.of(), List.of(), 1 << 20),
                new JobTable(database),
                programs);
    }

    private static long submitted(JobQueue queue, String... devices) throws IOException {
        return queue.submit(submission(plan(Optional.empty(), devices)), "me")
                .job()
                .id();
    }

    private static Submission submission(Plan plan) {
        return new Submission(ApiJson.write(plan), "x.yaml", Map.of(), 0, Optional.of(1), Optional.empty(), Map.of());
    }

    private static Plan plan(Optional<List<String>> cluster, String... devices) {
        boolean one = devices.length == 1;
        return new Plan(
                "x",
                one ? Job.Kind.EXPERIMENT : Job.Kind.MATRIX,
                IntStream.range(0, devices.length)
                        .mapToObj(i -> new Plan.PlannedRun(
                                one ? "run" : "run-" + i, Map.of(), devices[i], 1, Optional.empty()))
                        .toList(),
                new ArrayList<>(),
                cluster);
    }

    /** What a run may see, once it has begun. */
    private static String seen(JobQueue queue, long id, String run) throws Exception {
        Path note = queue.book().folder(id).config().resolve(run + ".gpu");
        await(queue, id, _ -> Files.exists(note));
        return Files.readString(note);
    }

    private static void letGo(JobQueue queue, long id) throws IOException {
        Files.writeString(queue.book().folder(id).config().resolve("go"), "");
    }

    /** However long it takes on a busy machine; surefire ends a fork that hangs. */
    private static Job await(JobQueue queue, long id, Predicate<Job> wanted) throws InterruptedException {
        while (!wanted.test(queue.existing(id))) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return queue.existing(id);
    }
}

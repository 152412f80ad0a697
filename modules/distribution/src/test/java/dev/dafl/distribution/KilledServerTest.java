package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The server, its runs, or both are killed at random moments while jobs wait: each job ends once, with the bits of a run that
 * nobody disturbed. The moments differ from machine to machine, the outcome must not. {@code -Ddafl.kills=100} kills as often
 * while twenty jobs wait, {@code -Ddafl.kills.seed=N} at other moments.
 */
class KilledServerTest {

    private static final int KILLS = Integer.getInteger("dafl.kills", 3);
    private static final long SEED = Long.getLong("dafl.kills.seed", 1);
    private static final int JOBS = KILLS > 20 ? 20 : 3;
    private static final int SEEDS = 2;

    private static final String YAML =
            ServerTest.SMALL.replace("seed: 3", "seed: %d") + "checkpoint: {every: 3 steps}\n";

    @TempDir
    private Path work;

    @Test
    void everyJobEndsOnceWithTheBitsOfAnUndisturbedRun() throws Exception {
        Map<Integer, byte[]> undisturbed = new HashMap<>();
        for (int seed = 1; seed <= SEEDS; seed++) {
            undisturbed.put(seed, byHand(seed));
        }
        Path here = Files.createDirectory(work.resolve("server"));
        ServerProcess server = serve(here, Optional.empty());
        Map<Long, Integer> jobs = new HashMap<>();
        for (int i = 0; i < JOBS; i++) {
            int seed = 1 + i % SEEDS;
            jobs.put(server.submitted(YAML.formatted(seed), "small.yaml"), seed);
        }
        RandomGenerator random = new SplittableRandom(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(3_000));
            int who = random.nextInt(3);
            if (who != 0) {
                killARun(server, random);
            }
            if (who != 1) {
                server.kill();
                server = serve(here, Optional.of(server.token()));
                assertNothingRunsThatDoesNot(server);
            }
        }
        for (Map.Entry<Long, Integer> job : jobs.entrySet()) {
            JsonNode ended = server.await(
                    job.getKey(),
                    now -> List.of("succeeded", "failed", "stopped")
                            .contains(now.path("state").asString()));
            assertEquals("succeeded", ended.path("state").asString(), ended.toString());
            HttpResponse<byte[]> student = server.get("/jobs/" + job.getKey() + "/artefacts/run/student.safetensors");
            assertArrayEquals(undisturbed.get(job.getValue()), student.body(), "job " + job.getKey());
            assertEquals(
                    1,
                    Files.readString(here.resolve("data/jobs/" + job.getKey() + "/events.jsonl"))
                            .lines()
                            .filter(line -> line.contains("\"state\":\"succeeded\"") && !line.contains("\"run\":"))
                            .count());
        }
        server.stop();
        assertEquals(List.of(), of(here), "processes are left");
    }

    private static ServerProcess serve(Path here, Optional<String> token) throws Exception {
        return ServerProcess.start(Launcher.in(here), here.resolve("data"), token, "--slots", "2");
    }

    private byte[] byHand(int seed) throws Exception {
        Path by = Files.createDirectory(work.resolve("by-hand-" + seed));
        Files.writeString(by.resolve("small.yaml"), YAML.formatted(seed));
        Launcher.Outcome outcome = Launcher.in(by).run("run", "small.yaml", "--out", "run");
        assertEquals(0, outcome.code(), outcome.err());
        return Files.readAllBytes(by.resolve("run/student.safetensors"));
    }

    private static void killARun(ServerProcess server, RandomGenerator random) {
        List<ProcessHandle> runs =
                server.process().descendants().filter(ProcessHandle::isAlive).toList();
        if (!runs.isEmpty()) {
            runs.get(random.nextInt(runs.size())).destroyForcibly();
        }
    }

    /** What is told to run has a process that this server has started. */
    private static void assertNothingRunsThatDoesNot(ServerProcess server) throws IOException, InterruptedException {
        JsonNode jobs = ServerProcess.json(server.get("/jobs?limit=200")).path("jobs");
        long told = 0;
        for (JsonNode job : jobs) {
            for (JsonNode run : job.path("runs")) {
                told += run.path("state").asString().equals("running") ? 1 : 0;
            }
        }
        long alive = server.process().descendants().count();
        assertTrue(told <= alive, told + " runs are told to run, and " + alive + " processes are there: " + jobs);
    }

    /** Processes that work in a folder; those that its server has left end by themselves. */
    private static List<String> of(Path folder) throws InterruptedException {
        List<String> left = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            left = ProcessHandle.allProcesses()
                    .map(process -> process.info().commandLine().orElse(""))
                    .filter(line -> line.contains(folder.toString()))
                    .toList();
            if (left.isEmpty()) {
                return left;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return left;
    }
}

package dev.dafl.host.slurm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.LauncherConfig;
import dev.dafl.engine.config.TimeSpan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script is run by bash as Slurm runs it; in place of the run there is a small program that tells the same events. */
class JobScriptTest {

    private static final long PATIENCE_MINUTES = 10;
    private static final String PROGRAM = """
            trap 'echo "{\\"event\\":\\"checkpointed\\",\\"folder\\":\\"f\\",\\"step\\":$2}"; exit 143' TERM
            echo "{\\"event\\":\\"resumed\\",\\"folder\\":\\"f\\",\\"phase\\":\\"teacher\\",\\"step\\":3}"
            echo "$@" >"$BEGUN"
            case $1 in
              done) exit 0 ;;
              fails) exit 1 ;;
              dies) kill -9 $$ ;;
              goes-on) while :; do sleep 0.05; done ;;
            esac
            """;

    @TempDir
    private Path odd;

    private Path work;
    private Path jobs;

    @BeforeEach
    void anOddFolder() throws IOException {
        work = Files.createDirectory(odd.resolve("it's 100 % odd $HOME"));
        jobs = Files.createDirectory(work.resolve("_jobs"));
        Path scontrol = Files.writeString(work.resolve("scontrol"), "#!/bin/sh\necho \"$@\" >>\"$ASKED\"\n");
        Files.setPosixFilePermissions(scontrol, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void whatTheFileAsksForIsAskedOfSlurm() throws IOException {
        LauncherConfig.Slurm config = new LauncherConfig.Slurm(
                Optional.of("long"),
                Optional.of("physics"),
                Optional.of("normal"),
                2,
                Optional.of(4),
                Optional.of("8G"),
                Optional.of(TimeSpan.of("90m")),
                Optional.of(TimeSpan.of("90s")),
                true,
                Optional.empty(),
                List.of("--constraint=a100"));
        List<String> lines = script(config, "done").text().lines().toList();
        assertEquals("#!/bin/bash", lines.getFirst());
        assertEquals(
                List.of(
                        "--job-name=dafl-tiny",
                        "--partition=long",
                        "--account=physics",
                        "--qos=normal",
                        "--nodes=1",
                        "--ntasks=1",
                        "--cpus-per-task=4",
                        "--gres=gpu:2",
                        "--mem=8G",
                        "--time=90",
                        "--signal=B:USR1@90",
                        "--requeue",
                        "--open-mode=append",
                        "--output=\"" + jobs.toString().replace("%", "%%") + "\"/%A_%a.log",
                        "--chdir=\"" + work + "\"",
                        "--constraint=a100"),
                lines.stream()
                        .filter(line -> line.startsWith("#SBATCH "))
                        .map(line -> line.substring("#SBATCH ".length()))
                        .toList());
    }

    @Test
    void whatIsLeftOutIsSlurmsChoice() throws IOException {
        String text = script(plain(), "done").text();
        for (String option : List.of("partition", "account", "qos", "gres", "mem", "time")) {
            assertFalse(text.contains("#SBATCH --" + option + "="), option);
        }
        assertTrue(text.contains("#SBATCH --signal=B:USR1@120\n"), text);
    }

    @Test
    void aFolderThatCannotStandInAScriptIsRefused() {
        JobScript script = new JobScript(
                "tiny", plain(), 1, Path.of("/a\"b"), jobs, List.of("true"), List.of(new JobScript.Task(List.of())));
        IOException refused = assertThrows(IOException.class, script::text);
        assertTrue(String.valueOf(refused.getMessage()).contains("/a\"b"), refused::getMessage);
    }

    @Test
    void aRunThatIsDoneEndsItsJobAndItsWordsArriveAsTheyAre() throws Exception {
        Ended ended = end(begin("done", "it's $HOME", "a b", "%A\\n*"));
        assertEquals(0, ended.code(), ended.log());
        assertEquals("done it's $HOME a b %A\\n*\n", Files.readString(work.resolve("begun")));
        assertEquals("", ended.requeued());
    }

    @Test
    void aRunThatFailsIsNotQueuedAgain() throws Exception {
        Ended ended = end(begin("fails"));
        assertEquals(1, ended.code(), ended.log());
        assertEquals("", ended.requeued());
    }

    @Test
    void aRunThatSavesWhatItHasBeforeTheLimitIsQueuedAgain() throws Exception {
        Ended ended = end(told("USR1", "goes-on", "5"));
        assertEquals(0, ended.code(), ended.log());
        assertEquals("requeue 77\n", ended.requeued());
        assertTrue(ended.log().contains("its time is over"), ended.log());
    }

    @Test
    void aTimeThatIsTooShortForOneCheckpointIsTold() throws Exception {
        // The checkpoint is that of the step from which this start went on.
        Ended ended = end(told("USR1", "goes-on", "3"));
        assertEquals(143, ended.code(), ended.log());
        assertEquals("", ended.requeued());
        EventTail tail = new EventTail(jobs.resolve("12_0.events"), true);
        tail.read(_ -> {});
        assertTrue(
                tail.failure().orElse("").startsWith("the time of its job is too short"),
                () -> tail.failure().toString());
    }

    @Test
    void aRunThatSomebodyEndsIsNotQueuedAgainByItself() throws Exception {
        Ended ended = end(told("TERM", "goes-on", "5"));
        assertEquals(143, ended.code(), ended.log());
        assertEquals("", ended.requeued());
    }

    @Test
    void aProcessThatIsKilledBeginsAgainUntilThatDoesNotHelp() throws Exception {
        Ended ended = end(begin("dies"));
        assertEquals(0, ended.code(), ended.log());
        assertEquals("requeue 77\n", ended.requeued());
        Files.delete(work.resolve("asked"));
        Ended last = end(process(Map.of("SLURM_RESTART_COUNT", "3"), "dies").start());
        assertEquals(137, last.code(), last.log());
        assertEquals("", last.requeued());
    }

    private record Ended(int code, String log, String requeued) {}

    private Process begin(String... arguments) throws IOException {
        return process(Map.of(), arguments).start();
    }

    /** Begins a run, and tells its script something as soon as it runs. */
    private Process told(String signal, String... arguments) throws Exception {
        Process script = begin(arguments);
        while (script.isAlive() && !Files.exists(work.resolve("begun"))) {
            Thread.sleep(10);
        }
        new ProcessBuilder("kill", "-" + signal, Long.toString(script.pid()))
                .start()
                .waitFor();
        return script;
    }

    private Ended end(Process script) throws Exception {
        try {
            assertTrue(script.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES), "it does not end");
        } finally {
            script.descendants().forEach(ProcessHandle::destroyForcibly);
            script.destroyForcibly();
        }
        Path asked = work.resolve("asked");
        return new Ended(
                script.exitValue(),
                Files.readString(work.resolve("log")),
                Files.exists(asked) ? Files.readString(asked) : "");
    }

    private ProcessBuilder process(Map<String, String> more, String... arguments) throws IOException {
        Path file = Files.writeString(
                work.resolve("job.sh"), script(plain(), arguments).text());
        ProcessBuilder builder = new ProcessBuilder("bash", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("log").toFile());
        builder.environment()
                .putAll(Map.of(
                        "SLURM_ARRAY_JOB_ID",
                        "12",
                        "SLURM_ARRAY_TASK_ID",
                        "0",
                        "SLURM_JOB_ID",
                        "77",
                        "ASKED",
                        work.resolve("asked").toString(),
                        "BEGUN",
                        work.resolve("begun").toString(),
                        "PATH",
                        work + ":" + System.getenv("PATH")));
        builder.environment().putAll(more);
        return builder;
    }

    private JobScript script(LauncherConfig.Slurm config, String... arguments) {
        return new JobScript(
                "tiny",
                config,
                config.cpus().orElse(1),
                work,
                jobs,
                List.of("bash", "-c", PROGRAM, "run"),
                List.of(new JobScript.Task(new ArrayList<>(List.of(arguments)))));
    }

    private static LauncherConfig.Slurm plain() {
        return new LauncherConfig.Slurm(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty(),
                List.of());
    }
}

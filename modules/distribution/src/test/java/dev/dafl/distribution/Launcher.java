package dev.dafl.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Starts {@code ./dafl} as a user does, in an empty folder and with a cache of its own.
 *
 * @param before what stands before {@code dafl} in the command
 */
record Launcher(Path work, Map<String, String> environment, List<String> before) {

    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    /** Nothing takes so long on the busiest machine: it ends what hangs. */
    static final long PATIENCE_MINUTES = 30;

    /** How it ended. */
    record Outcome(int code, String out, String err) {}

    Launcher(Path work, Map<String, String> environment) {
        this(work, environment, List.of());
    }

    /** The path of the command. */
    static String dafl() {
        return ROOT.resolve("dafl").toString();
    }

    static Launcher in(Path work) {
        // What is built is what is tested: the launcher must not begin a build inside a build.
        return new Launcher(
                work,
                Map.of(
                        "DAFL_BUILD",
                        "never",
                        "DAFL_CACHE",
                        work.resolve("cache").toString()));
    }

    Launcher with(String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        return new Launcher(work, more, before);
    }

    /** Behind other words. */
    Launcher after(List<String> words) {
        return new Launcher(work, environment, words);
    }

    Outcome run(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("dafl did not end within " + PATIENCE_MINUTES + " min: " + err());
        }
        return outcome(process);
    }

    Process start(String... arguments) throws IOException {
        // A build in a shell's background has SIGINT ignored, and what it starts inherits that.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(before);
        command.add(dafl());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(work.resolve("out.txt").toFile())
                .redirectError(work.resolve("err.txt").toFile());
        builder.environment().putAll(environment);
        builder.environment().remove("DAFL_DATA");
        return builder.start();
    }

    Outcome outcome(Process process) throws IOException {
        return new Outcome(process.exitValue(), Files.readString(work.resolve("out.txt")), err());
    }

    String err() throws IOException {
        return Files.readString(work.resolve("err.txt"));
    }
}

package dev.dafl.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that times its steps in a process of its own, so that no side warms up or fills the memory of another.
 *
 * @param name for people
 * @param ours whether it is dafl
 * @param command prints what it measured
 */
record Contestant(String name, boolean ours, List<String> command) {

    /**
     * One of ours.
     *
     * @param child the command of a process that times what these say alone
     * @param what it times besides, in the words of the command
     */
    static Contestant ours(List<String> child, int batch, String precision, int steps, String device, String... what) {
        List<String> command = new ArrayList<>(child);
        command.addAll(List.of(what));
        command.addAll(List.of(
                "--batch",
                Integer.toString(batch),
                "--precision",
                precision,
                "--steps",
                Integer.toString(steps),
                "--device",
                device));
        return new Contestant("dafl " + precision, true, command);
    }

    Measurement measure() throws IOException, InterruptedException {
        return Measurement.parse(output());
    }

    /** What the process prints. */
    String output() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        if (!ours) {
            // What the launcher sets for this process is ours; PyTorch runs as people start it.
            builder.environment().keySet().remove("GLIBC_TUNABLES");
        }
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(name + " could not be timed: " + command.getFirst() + " ended with exit code "
                    + process.exitValue() + (ours ? "" : "; does that Python have torch?"));
        }
        return output;
    }
}

package dev.dafl.cli;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.Matrix;
import dev.dafl.engine.RunListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs an experiment in a process of its own, so that runs side by side share nothing but the teachers' folder: neither
 * libtorch's caches, by which one could change another's bits, nor the end of a process.
 *
 * @param arguments that this process was given and the others need too: the file, its overrides, the plugin folders
 * @param threads of a run whose file leaves them open
 * @param progress shows the lines of the runs, each after the name of its run
 */
record RunProcess(List<String> arguments, int threads, MatrixProgress progress) implements Matrix.Worker {

    @Override
    public void run(Experiment experiment, Path folder, RunListener listener) throws IOException {
        String name = experiment.config().name();
        List<String> command = new ArrayList<>(ThisProgram.command(
                "run",
                "--run",
                name,
                "--out",
                folder.toString(),
                "--parent",
                Long.toString(ProcessHandle.current().pid())));
        command.addAll(arguments);
        if (experiment.config().threads() == 0) {
            command.addAll(List.of("--set", "threads=" + threads));
        }
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        String mistake = follow(process, name, listener);
        if (process.exitValue() != 0 && !listener.interrupted()) {
            throw new IOException(
                    mistake.isEmpty()
                            ? "its process ended with exit code " + process.exitValue()
                            : mistake.substring(Failures.PREFIX.length()));
        }
    }

    /** Waits for the end; gives the last message of a failure. */
    private String follow(Process process, String name, RunListener listener) throws IOException {
        AtomicReference<String> mistake = new AtomicReference<>("");
        Thread reader = Thread.ofVirtual().start(() -> read(process, name, mistake));
        try {
            while (!process.waitFor(200, TimeUnit.MILLISECONDS)) {
                if (listener.interrupted()) {
                    process.destroy();
                }
            }
            reader.join();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return Objects.requireNonNull(mistake.get());
    }

    private void read(Process process, String name, AtomicReference<String> mistake) {
        try (BufferedReader lines = process.errorReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(Failures.PREFIX)) {
                    mistake.set(line);
                }
                progress.line("%s  %s", name, line);
            }
        } catch (IOException e) {
            mistake.compareAndSet("", Failures.PREFIX + "its messages could not be read: " + e.getMessage());
        }
    }
}

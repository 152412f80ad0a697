package dev.dafl.host;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.matrix.Matrix;
import dev.dafl.engine.run.Cancellation;
import dev.dafl.engine.run.EventLines;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an experiment in a process of its own, so that runs side by side share nothing but the teachers' folder: neither
 * libtorch's caches, by which one could change another's bits, nor the end of a process. The process tells its events as JSON
 * lines on its standard output.
 *
 * @param program to start
 * @param arguments that this process was given and the others need too: the file, its overrides, the plugin folders
 * @param threads of a run whose file leaves them open
 * @param cancellation ends the processes
 * @param stray hears what a process writes to its standard error, after the name of its run
 */
public record RunProcess(
        ThisProgram program,
        List<String> arguments,
        int threads,
        Cancellation cancellation,
        BiConsumer<String, String> stray)
        implements Matrix.Worker {

    private static final Logger LOG = LoggerFactory.getLogger(RunProcess.class);

    @Override
    public void run(Experiment experiment, Path folder, RunListener listener) throws IOException {
        String name = experiment.config().name();
        List<String> command = new ArrayList<>(program.command(
                "run",
                "--events",
                "--run",
                name,
                "--out",
                folder.toString(),
                "--parent",
                Long.toString(ProcessHandle.current().pid())));
        command.addAll(arguments);
        int asked = experiment.config().threads();
        command.addAll(List.of("--threads", Integer.toString(asked == 0 ? threads : asked)));
        Process process = new ProcessBuilder(command).start();
        Optional<String> reason = follow(process, name, listener);
        if (process.exitValue() != 0 && !cancellation.requested()) {
            throw new IOException(reason.orElse("its process ended with exit code " + process.exitValue()));
        }
    }

    /** Waits for the end; gives the reason of a failure. */
    private Optional<String> follow(Process process, String name, RunListener listener) throws IOException {
        AtomicReference<@Nullable String> reason = new AtomicReference<>();
        Thread events = Thread.ofVirtual()
                .start(() -> lines(process.inputReader(), line -> {
                    RunEvent event = EventLines.read(line);
                    if (event instanceof RunEvent.Failed failed) {
                        reason.set(failed.reason());
                    } else {
                        listener.on(event);
                    }
                }));
        Thread messages =
                Thread.ofVirtual().start(() -> lines(process.errorReader(), line -> stray.accept(name, line)));
        boolean asked = false;
        try {
            while (!process.waitFor(200, TimeUnit.MILLISECONDS)) {
                if (cancellation.requested() && !asked) {
                    // Once: a second signal would end it before it has saved anything.
                    process.destroy();
                    asked = true;
                }
            }
            events.join();
            messages.join();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return Optional.ofNullable(reason.get());
    }

    /** What is done with a line. */
    @FunctionalInterface
    private interface Line {

        void take(String line) throws IOException;
    }

    private static void lines(BufferedReader reader, Line taker) {
        try (reader) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                taker.take(line);
            }
        } catch (IOException e) {
            LOG.warn("what a run's process says cannot be read: {}", e.getMessage());
        }
    }
}

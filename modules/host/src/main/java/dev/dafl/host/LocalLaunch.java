package dev.dafl.host;

import dev.dafl.engine.launch.Launch;
import dev.dafl.engine.launch.Row;
import dev.dafl.engine.launch.RunState;
import dev.dafl.engine.run.EventLines;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs in processes of this machine; each begins when it is followed. */
final class LocalLaunch implements Launch {

    private static final Logger LOG = LoggerFactory.getLogger(LocalLaunch.class);

    private final LocalProcesses launcher;
    private final Map<String, RunState> states = new LinkedHashMap<>();
    private final Map<String, Process> processes = new HashMap<>();
    private boolean cancelled;

    LocalLaunch(LocalProcesses launcher, List<Row> rows) {
        this.launcher = launcher;
        rows.forEach(row -> states.put(row.name(), new RunState.Waiting("")));
    }

    @Override
    public int sideBySide() {
        return launcher.sideBySide();
    }

    @Override
    public void follow(Row row, RunListener listener) throws IOException {
        Optional<Process> started = start(row);
        if (started.isEmpty()) {
            return;
        }
        Process process = started.get();
        Optional<String> reason = follow(process, row.name(), listener);
        if (!ended(row.name(), process.exitValue(), reason)) {
            throw new IOException(reason.orElse("its process ended with exit code " + process.exitValue()));
        }
    }

    /** Empty where it is not to begin any more. */
    private synchronized Optional<Process> start(Row row) throws IOException {
        if (cancelled) {
            states.put(row.name(), new RunState.Cancelled(""));
            return Optional.empty();
        }
        List<String> command = new ArrayList<>(launcher.program()
                .command(
                        "run",
                        "--events",
                        "--run",
                        row.name(),
                        "--out",
                        row.folder().toString(),
                        "--parent",
                        Long.toString(ProcessHandle.current().pid())));
        command.addAll(launcher.arguments());
        int asked = row.experiment().config().threads();
        command.addAll(List.of("--threads", Integer.toString(asked == 0 ? launcher.threads() : asked)));
        Process process = new ProcessBuilder(command).start();
        processes.put(row.name(), process);
        states.put(row.name(), new RunState.Running("process " + process.pid()));
        return Optional.of(process);
    }

    /** Gives whether it ended as it was to: it is done, or was cancelled. */
    private synchronized boolean ended(String run, int code, Optional<String> reason) {
        processes.remove(run);
        RunState state = code == 0
                ? new RunState.Done()
                : cancelled
                        ? new RunState.Cancelled("")
                        : new RunState.Failed(reason.orElse("its process ended with exit code " + code));
        states.put(run, state);
        return !(state instanceof RunState.Failed);
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
        Thread messages = Thread.ofVirtual()
                .start(() ->
                        lines(process.errorReader(), line -> launcher.stray().accept(name, line)));
        try {
            process.waitFor();
            events.join();
            messages.join();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return Optional.ofNullable(reason.get());
    }

    @Override
    public synchronized Map<String, RunState> states() {
        return new LinkedHashMap<>(states);
    }

    @Override
    public synchronized void cancel() {
        if (!cancelled) {
            // Once: a second signal would end them before they have saved anything.
            cancelled = true;
            processes.values().forEach(Process::destroy);
        }
    }

    /** A process ends by itself when this one does. */
    @Override
    public void close() {}

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

package dev.dafl.cli.kit;

import dev.dafl.cli.kit.MavenBuild.Outcome.Built;
import dev.dafl.cli.kit.MavenBuild.Outcome.Failed;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Builds a plugin's project, runs an experiment with it, and begins again with each change, until it is asked to end. A run is a
 * process of its own, which ends when its standard input does: whether it is stopped for a change or this program is killed, none
 * is left behind, and one that Ctrl-C has reached already is not asked a second time.
 */
public final class DevLoop {

    private final Path folder;
    private final MavenBuild build;
    private final Function<Path, List<String>> run;
    private final Consumer<String> say;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private boolean changed;
    private int askedToEnd;

    private enum Event {
        CHANGED,
        ASKED_TO_END,
        PROCESS_ENDED
    }

    /**
     * @param folder of the project
     * @param run the command of a run, for the folder with the plugin's bundle
     * @param say tells the user something, a line
     */
    public DevLoop(Path folder, MavenBuild build, Function<Path, List<String>> run, Consumer<String> say) {
        this.folder = folder;
        this.build = build;
        this.run = run;
        this.say = say;
    }

    /** Asks it to end; a second time, to end without waiting for what it runs to save anything. From any thread. */
    public void end() {
        events.add(Event.ASKED_TO_END);
    }

    /**
     * Goes on until it is asked to end.
     *
     * @param files whose changes count besides those of the sources
     */
    public void run(List<Path> files) throws IOException, InterruptedException {
        try (SourceWatch _ = new SourceWatch(folder, files, () -> events.add(Event.CHANGED))) {
            while (askedToEnd == 0) {
                changed = false;
                Optional<Path> bundle = build();
                if (bundle.isPresent() && askedToEnd == 0 && !changed) {
                    runOnce(bundle.get());
                }
                if (askedToEnd == 0 && !changed) {
                    say.accept("waiting for a change in " + folder + "; Ctrl-C ends");
                    while (askedToEnd == 0 && !changed) {
                        take(() -> {}, () -> {});
                    }
                }
            }
        }
    }

    private Optional<Path> build() throws IOException, InterruptedException {
        say.accept("building and testing " + folder);
        long begun = System.nanoTime();
        Process process = build.start();
        await(process, () -> {}, process::destroy);
        if (askedToEnd > 0) {
            return Optional.empty();
        }
        return switch (build.outcome(process)) {
            case Built built -> {
                say.accept("built and tested in "
                        + Duration.ofNanos(System.nanoTime() - begun).toSeconds() + " s");
                yield Optional.of(built.bundle());
            }
            case Failed failed -> {
                failed.problems().forEach(say);
                say.accept(failed.what() + " failed; all that was said is in " + failed.log());
                yield Optional.empty();
            }
        };
    }

    private void runOnce(Path bundle) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(run.apply(alone(bundle)))
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        AutoCloseable input = process.getOutputStream();
        Runnable stop = () -> {
            try {
                input.close();
            } catch (Exception e) {
                process.destroy();
            }
        };
        await(process, stop, stop);
        if (askedToEnd == 0) {
            say.accept(changed ? "something changed" : "the run ended with exit code " + process.exitValue());
        }
    }

    /** A folder with nothing but the bundle: in the one where it was built may be other jars. */
    private Path alone(Path bundle) throws IOException {
        Path plugins = Files.createDirectories(folder.resolve("target").resolve("dafl-plugins"));
        try (Stream<Path> old = Files.list(plugins)) {
            for (Path jar : old.toList()) {
                Files.delete(jar);
            }
        }
        WholeFile.write(plugins.resolve(bundle.getFileName()), Files.readAllBytes(bundle));
        return plugins;
    }

    private void await(Process process, Runnable onChange, Runnable onEnd) throws InterruptedException {
        var _ = process.onExit().thenRun(() -> events.add(Event.PROCESS_ENDED));
        while (take(onChange, askedToEnd == 0 ? onEnd : process::destroy) != Event.PROCESS_ENDED) {
            // it was told, and takes its time
        }
    }

    private Event take(Runnable onChange, Runnable onEnd) throws InterruptedException {
        Event event = events.take();
        switch (event) {
            case CHANGED -> {
                changed = true;
                onChange.run();
            }
            case ASKED_TO_END -> {
                askedToEnd++;
                onEnd.run();
            }
            case PROCESS_ENDED -> {}
        }
        return event;
    }
}

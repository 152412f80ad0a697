package dev.dafl.host;

import dev.dafl.engine.launch.Launch;
import dev.dafl.engine.launch.Launcher;
import dev.dafl.engine.launch.Row;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Runs experiments in processes of their own on this machine, so that runs side by side share nothing but the teachers' folder:
 * neither libtorch's caches, by which one could change another's bits, nor the end of a process. A process tells its events as
 * JSON lines on its standard output, and ends with the process that has started it.
 *
 * @param program to start
 * @param arguments that this process was given and the others need too: the file, its overrides, the plugin folders
 * @param sideBySide how many at a time
 * @param threads of a run whose file leaves them open
 * @param stray hears what a process writes to its standard error, after the name of its run
 */
public record LocalProcesses(
        ThisProgram program, List<String> arguments, int sideBySide, int threads, BiConsumer<String, String> stray)
        implements Launcher {

    @Override
    public Set<String> underWay(Path home) {
        return Set.of();
    }

    @Override
    public Launch launch(Path home, List<Row> rows) {
        return new LocalLaunch(this, rows);
    }
}

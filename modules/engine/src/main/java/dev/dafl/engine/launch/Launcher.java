package dev.dafl.engine.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Runs experiments as processes of their own: on this machine, or as jobs of a cluster. */
public interface Launcher {

    /**
     * Names of the runs that an earlier program has launched and that are not over. Nobody may touch their folders.
     *
     * @param home the folder for which they were launched: that of a matrix, or of the only run
     * @throws IOException when that cannot be found out, in one sentence
     */
    Set<String> underWay(Path home) throws IOException;

    /**
     * Launches runs, and takes up those of them that are {@linkplain #underWay under way}.
     *
     * @param home where what belongs to all of them is kept
     * @param rows whose folders hold the same experiments, begun before, or nothing
     * @throws dev.dafl.engine.config.ConfigException for what somebody asked for and there is not
     * @throws IOException when nothing can be launched, in one sentence
     */
    Launch launch(Path home, List<Row> rows) throws IOException;
}

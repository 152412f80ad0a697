package dev.dafl.cli;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ConfigFile;
import dev.dafl.engine.config.LauncherConfig;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where runs are run: in this process and others of this machine, or as jobs of a cluster. */
final class LaunchOptions {

    @Option(
            names = "--launcher",
            paramLabel = "YAML",
            description = "Where runs are run, in place of what the file says: local, slurm, or such as"
                    + " '{name: slurm, partition: long, time: 2h}'.")
    private Optional<String> launcher = Optional.empty();

    @Option(
            names = "--detach",
            description = "Submits jobs and leaves them to themselves. The same command, without this, follows them.")
    private boolean detach;

    boolean detach() {
        return detach;
    }

    /**
     * What jobs of Slurm get; empty for runs on this machine.
     *
     * @throws ConfigException for a launcher that there is not, or one that cannot be left to itself
     */
    Optional<LauncherConfig.Slurm> slurm(ConfigFile file) {
        Optional<LauncherConfig> wanted =
                launcher.map(yaml -> LauncherConfig.parse("--launcher", yaml)).or(file::launcher);
        return switch (wanted.orElseGet(LauncherConfig.Local::new)) {
            case LauncherConfig.Slurm slurm -> Optional.of(slurm);
            case LauncherConfig.Local _ -> {
                if (detach) {
                    throw new ConfigException(
                            "--detach is for jobs of a cluster, and these runs are run on this machine,"
                                    + " by this program: say launcher: slurm in the file or --launcher slurm, or take --detach out");
                }
                yield Optional.empty();
            }
        };
    }
}

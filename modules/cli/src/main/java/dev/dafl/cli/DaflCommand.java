package dev.dafl.cli;

import dev.dafl.engine.run.RunControl;
import dev.dafl.host.Interruption;
import dev.dafl.host.PluginHost;
import dev.dafl.libtorch.CacheFolder;
import dev.dafl.libtorch.Libtorch;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command itself: what all subcommands share. */
@Command(
        name = "dafl",
        description = "Data-free distillation: trains a small network from a big one without the data.",
        mixinStandardHelpOptions = true,
        versionProvider = DaflCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        scope = ScopeType.INHERIT,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:something is wrong with what you wrote", "130:interrupted by Ctrl-C"},
        subcommands = {
            InitCommand.class,
            RunCommand.class,
            CheckCommand.class,
            PlanCommand.class,
            CatalogueCommand.class,
            ServeCommand.class,
            TokenCommand.class,
            ServiceCommand.class,
            ConfigCommand.class,
            ResumeCommand.class,
            RunsCommand.class,
            EvaluateCommand.class,
            ExportCommand.class,
            WeightsCommand.class,
            ReportCommand.class,
            PluginsCommand.class,
            ModelsCommand.class,
            DataCommand.class,
            CacheCommand.class,
            SubmitCommand.class,
            JobsCommand.class,
            JobCommand.class,
            LogsCommand.class,
            JobChange.Stop.class,
            JobChange.Pause.class,
            JobChange.Unpause.class,
            JobChange.Retry.class,
            PullCommand.class,
            BenchCommand.class,
            DoctorCommand.class,
            CompletionCommand.class
        })
final class DaflCommand implements Runnable {

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces and debug messages.")
    private boolean debug;

    @Option(
            names = "--libtorch",
            paramLabel = "FOLDER",
            scope = ScopeType.INHERIT,
            description =
                    "The libtorch to use, such as site-packages/torch/lib; else DAFL_LIBTORCH, else the built-in one.")
    void useLibtorch(Path folder) {
        Libtorch.useFolder(folder);
        libtorch = Optional.of(folder);
    }

    private Optional<Path> libtorch = Optional.empty();

    @Option(
            names = "--plugins",
            paramLabel = "FOLDER",
            scope = ScopeType.INHERIT,
            description =
                    "A folder with more plugin bundles; may be given several times. Always looked at: DAFL_PLUGINS"
                            + " and ~/.local/share/dafl/plugins.")
    private List<Path> pluginFolders = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    /** What was given of the options that all subcommands share, for another process. */
    List<String> globalArguments() {
        List<String> arguments = new ArrayList<>();
        libtorch.ifPresent(folder -> arguments.addAll(List.of("--libtorch", folder.toString())));
        pluginFolders.forEach(folder -> arguments.addAll(List.of("--plugins", folder.toString())));
        if (debug) {
            arguments.add("--debug");
        }
        return arguments;
    }

    boolean debug() {
        return debug;
    }

    PluginHost plugins() {
        return PluginHost.start(pluginFolders);
    }

    /** Says which bundles could not be used; the rest runs. */
    void warnOfBroken(PluginHost plugins) {
        plugins.problems().forEach(problem -> spec.commandLine().getErr().println(Failures.PREFIX + problem));
    }

    /** Listens to what ends a run from outside. */
    Interruption interruption(RunControl control, PluginHost plugins) {
        PrintWriter err = spec.commandLine().getErr();
        return new Interruption(
                control,
                sentence -> {
                    err.println(Failures.PREFIX + sentence);
                    err.flush();
                },
                plugins::inTrace);
    }

    static Path cache() {
        return CacheFolder.ofUser();
    }

    static String version() {
        Properties properties = new Properties();
        try (InputStream in = DaflCommand.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("version.properties cannot be read", e);
        }
        return properties.getProperty("version");
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** For {@code dafl --version}. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"dafl " + version()};
        }
    }
}

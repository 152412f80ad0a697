package dev.dafl.cli;

import dev.dafl.cli.kit.DevLoop;
import dev.dafl.cli.kit.MavenBuild;
import dev.dafl.cli.kit.PluginProject;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.host.EndSignals;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

@Command(
        name = "dev",
        description = {
            "Builds and tests the project of a plugin, runs an experiment with it, and does so again with every change of"
                    + " its sources, until Ctrl-C. Nothing is installed.",
            "What is run stands behind --, such as -- run my.yaml --set seed=2; else it is the project's example.yaml."
        })
final class PluginsDevCommand implements Callable<Integer> {

    @ParentCommand
    private PluginsCommand parent;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FOLDER", description = "The project, with its pom.xml.")
    private Path folder;

    @Parameters(index = "1..*", paramLabel = "ARGUMENT", description = "A 'dafl run' with its arguments, after --.")
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        MavenBuild build = PluginsInstallCommand.build(folder);
        List<String> typed = arguments.isEmpty() ? example() : arguments;
        Path config = config(typed);
        PrintWriter err = spec.commandLine().getErr();
        DevLoop loop = new DevLoop(folder, build, plugins -> command(plugins, typed), sentence -> {
            err.println(Failures.PREFIX + sentence);
            err.flush();
        });
        AtomicInteger code = new AtomicInteger();
        EndSignals _ = new EndSignals(signal -> {
            code.set(signal);
            loop.end();
        });
        try {
            loop.run(List.of(folder.resolve("pom.xml"), config));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return code.get();
    }

    private List<String> example() {
        Path example = folder.resolve(PluginProject.EXAMPLE);
        if (!Files.isRegularFile(example)) {
            throw new ConfigException("there is no " + example + " to run; name an experiment: dafl plugins dev "
                    + folder + " -- run FILE");
        }
        return List.of("run", example.toString());
    }

    /** The experiment that is named. What is wrong with the arguments is told now, and not after a build. */
    private Path config(List<String> typed) {
        ParseResult parsed;
        try {
            parsed = Main.commandLine().parseArgs(typed.toArray(String[]::new));
        } catch (ParameterException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        CommandLine last = parsed.asCommandLineList().getLast();
        if (!(last.getCommand() instanceof RunCommand)) {
            throw new ParameterException(spec.commandLine(), "behind -- stands a run, such as -- run my.yaml");
        }
        PositionalParamSpec config =
                last.getCommandSpec().positionalParameters().getFirst();
        return config.getValue();
    }

    /** The options that all commands share stand in front, those of what was typed behind its own command. */
    private List<String> command(Path plugins, List<String> typed) {
        return Main.PROGRAM.command(Stream.of(
                        Stream.of("--plugins", plugins.toString()),
                        parent.dafl().globalArguments().stream(),
                        typed.stream(),
                        Stream.of(ParentProcess.UNTIL_EOF))
                .flatMap(words -> words)
                .toArray(String[]::new));
    }
}

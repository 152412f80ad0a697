package dev.dafl.cli;

import dev.dafl.cli.kit.AuthorsRepository;
import dev.dafl.cli.kit.PluginProject;
import dev.dafl.cli.kit.ProjectKind;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.host.PluginHost;
import dev.dafl.spi.Plugin;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "new",
        description = "Writes the project of a plugin of your own: one that works, with a test and an experiment.")
final class PluginsNewCommand implements Callable<Integer> {

    @ParentCommand
    private PluginsCommand parent;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "The plugin's name in experiments, such as my-loss.")
    private String name;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FOLDER",
            description = "Where it is written: an empty folder or a new one; else NAME here.")
    private Optional<Path> folder;

    @Option(
            names = "--kind",
            required = true,
            paramLabel = "KIND",
            converter = ProjectKindConverter.class,
            description =
                    "What it is: ${COMPLETION-CANDIDATES}. A network is teacher and student, a synthesizer a method.")
    private ProjectKind kind;

    @Option(
            names = "--package",
            paramLabel = "PACKAGE",
            defaultValue = "com.example",
            description = "The package of its class; ${DEFAULT-VALUE}.")
    private String packageName;

    @Override
    public Integer call() throws IOException {
        PluginProject project = new PluginProject(name, kind, packageName);
        AuthorsRepository repository = PluginsInstallCommand.repository();
        Path where = folder.orElse(Path.of(name));
        requireFree();
        project.write(where);
        repository.writeConfig(where);
        PrintWriter out = spec.commandLine().getOut();
        out.println(where + ": a " + kind.words() + " in " + packageName + "." + project.className());
        out.println("build, test and install it:    dafl plugins install " + where);
        out.println("run it again as you write it:  dafl plugins dev " + where);
        out.flush();
        return 0;
    }

    /** Of two plugins of a kind and a name only one is used. */
    private void requireFree() {
        try (PluginHost plugins = parent.dafl().plugins()) {
            for (Plugin<?> plugin : plugins.all(kind.type())) {
                if (plugin.name().equals(name)) {
                    throw new ConfigException("there is a " + kind.words() + " named " + name + " already, in "
                            + plugins.bundleOf(plugin) + "; choose another name");
                }
            }
        }
    }
}

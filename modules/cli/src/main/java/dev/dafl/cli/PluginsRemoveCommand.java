package dev.dafl.cli;

import dev.dafl.engine.run.ResultJson;
import dev.dafl.host.PluginHost;
import dev.dafl.host.UserFolders;
import dev.dafl.kernel.PluginBundle;
import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "remove", description = "Takes a bundle out again that plugins install has put in.")
final class PluginsRemoveCommand implements Callable<Integer> {

    @ParentCommand
    private PluginsCommand parent;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME|JAR",
            description = "A plugin, its bundle or its jar. All plugins of the bundle go with it.")
    private String named;

    @Option(names = "--json", description = "Standard output is what was removed as JSON and nothing else.")
    private boolean json;

    /**
     * What is gone, as JSON shows it.
     *
     * @param bundle its symbolic name; empty where the jar was no bundle
     * @param plugins that could be named while it was there
     */
    record Removed(String file, String bundle, String version, List<String> plugins) {}

    @Override
    public Integer call() throws IOException {
        InstalledPlugins installed = new InstalledPlugins(
                UserFolders.ofThisUser().data().resolve("plugins"),
                Path.of(System.getProperty("dafl.home"), "plugins"));
        PluginBundle bundle;
        try (PluginHost plugins = parent.dafl().plugins()) {
            bundle = installed.named(named, plugins.bundles());
        }
        try {
            Files.delete(bundle.file());
        } catch (IOException e) {
            throw new IOException("cannot delete " + bundle.file() + ": " + Reason.of(e), e);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(ResultJson.of(new Removed(
                    bundle.file().toString(), bundle.symbolicName(), bundle.version(), bundle.extensions())));
        } else {
            out.println((bundle.extensions().isEmpty() ? named : String.join(", ", bundle.extensions()))
                    + " is no longer in " + bundle.file());
        }
        out.flush();
        return 0;
    }
}

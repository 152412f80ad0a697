package dev.dafl.cli;

import dev.dafl.engine.config.ConfigSchema;
import dev.dafl.host.PluginHost;
import dev.dafl.kernel.PluginBundle;
import dev.dafl.server.api.ApiJson;
import dev.dafl.server.api.Catalogue;
import dev.dafl.server.api.PluginFile;
import dev.dafl.spi.Plugin;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** What a server asks a process of its plugins: it runs no code of theirs itself. */
@Command(name = "catalogue", hidden = true, description = "Prints all bundles and the schema of experiments.")
final class CatalogueCommand implements Callable<Integer> {

    @ParentCommand
    private DaflCommand dafl;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (PluginHost plugins = dafl.plugins()) {
            Path builtIn = Path.of(System.getProperty("dafl.home"), "plugins").toAbsolutePath();
            List<PluginFile> files = plugins.bundles().stream()
                    .map(bundle -> file(plugins, bundle, builtIn))
                    .toList();
            JsonNode schema = ApiJson.read(ConfigSchema.of(kind -> ConfigCommand.all(plugins, kind)), JsonNode.class);
            out.println(ApiJson.write(new Catalogue(files, schema)));
            out.flush();
            return 0;
        }
    }

    private static PluginFile file(PluginHost plugins, PluginBundle bundle, Path builtIn) {
        String identity = bundle.symbolicName() + (bundle.version().isEmpty() ? "" : " " + bundle.version());
        List<PluginFile.Item> items = PluginHost.kinds().entrySet().stream()
                .flatMap(kind -> plugins.all(kind.getValue()).stream()
                        .filter(plugin -> plugins.bundleOf(plugin).equals(identity))
                        .map(plugin -> item(kind.getKey(), plugin)))
                .toList();
        return new PluginFile(
                bundle.file().getFileName().toString(),
                identity,
                bundle.file().toAbsolutePath().startsWith(builtIn),
                items,
                bundle.problem());
    }

    private static PluginFile.Item item(String kind, Plugin<?> plugin) {
        return new PluginFile.Item(kind, plugin.name(), plugin.description());
    }
}

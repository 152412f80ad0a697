package dev.dafl.cli;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.Nearest;
import dev.dafl.engine.config.OneLine;
import dev.dafl.engine.config.OptionKey;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.host.PluginHost;
import dev.dafl.kernel.PluginBundle;
import dev.dafl.spi.Plugin;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "plugins",
        description = "Shows what can be named in an experiment, and builds what is new.",
        subcommands = {
            PluginsCommand.ListCommand.class,
            PluginsCommand.DescribeCommand.class,
            PluginsNewCommand.class,
            PluginsInstallCommand.class,
            PluginsRemoveCommand.class,
            PluginsDevCommand.class
        })
final class PluginsCommand implements Runnable {

    @ParentCommand
    private DaflCommand dafl;

    @Spec
    private CommandSpec spec;

    DaflCommand dafl() {
        return dafl;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a command is missing: list, describe, new, install, remove or dev");
    }

    /** An extension as JSON shows it. */
    record Listed(String kind, String name, String description, String options, List<OptionKey> keys) {}

    /** A bundle that is not used. */
    record Broken(String file, String problem) {}

    /** Everything as JSON shows it. */
    record Everything(List<Listed> plugins, List<Broken> broken) {}

    private static List<Listed> listed(PluginHost plugins) {
        List<Listed> all = new ArrayList<>();
        PluginHost.kinds()
                .forEach((kind, point) -> plugins.all(point)
                        .forEach(plugin -> all.add(new Listed(
                                kind,
                                plugin.name(),
                                plugin.description(),
                                ExperimentFile.toYaml(defaults(plugin)),
                                OptionKey.of(defaults(plugin))))));
        return all;
    }

    private static Record defaults(Plugin<?> plugin) {
        return plugin.defaults();
    }

    @Command(name = "list", description = "Lists all plugins, and bundles that are broken with the reason.")
    static final class ListCommand implements Callable<Integer> {

        @ParentCommand
        private PluginsCommand parent;

        @Spec
        private CommandSpec spec;

        @Option(names = "--json", description = "Standard output is JSON and nothing else.")
        private boolean json;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            try (PluginHost plugins = parent.dafl.plugins()) {
                List<Listed> all = listed(plugins);
                List<Broken> broken = plugins.bundles().stream()
                        .filter(bundle -> !bundle.problem().isEmpty())
                        .map(bundle -> new Broken(bundle.file().toString(), bundle.problem()))
                        .toList();
                if (json) {
                    out.println(ResultJson.of(new Everything(all, broken)));
                } else {
                    print(out, all, plugins.bundles(), broken);
                }
                out.flush();
                return 0;
            }
        }

        private static void print(PrintWriter out, List<Listed> all, List<PluginBundle> bundles, List<Broken> broken) {
            int width = all.stream().mapToInt(l -> l.name().length()).max().orElse(0);
            String kind = "";
            for (Listed plugin : all) {
                if (!plugin.kind().equals(kind)) {
                    kind = plugin.kind();
                    out.println(kind);
                }
                out.printf("  %-" + (width + 2) + "s%s%n", plugin.name(), plugin.description());
            }
            broken.forEach(b -> out.println("broken: " + b.file() + ": " + b.problem()));
            out.println(bundles.size() - broken.size() + " bundles in use, " + broken.size() + " broken");
        }
    }

    @Command(name = "describe", description = "Shows a plugin's options: types, ranges, defaults and what they mean.")
    static final class DescribeCommand implements Callable<Integer> {

        @ParentCommand
        private PluginsCommand parent;

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "NAME", description = "The plugin.")
        private String name;

        @Option(names = "--json", description = "Standard output is JSON and nothing else.")
        private boolean json;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            try (PluginHost plugins = parent.dafl.plugins()) {
                List<Listed> all = listed(plugins);
                List<Listed> meant = all.stream()
                        .filter(plugin -> plugin.name().equals(name))
                        .toList();
                if (meant.isEmpty()) {
                    throw new ConfigException("no plugin is named " + OneLine.shortened(name)
                            + Nearest.among(name, all.stream().map(Listed::name).toList()));
                }
                if (json) {
                    out.println(ResultJson.of(Map.of("plugins", meant)));
                } else {
                    meant.forEach(plugin -> print(out, plugin));
                }
                out.flush();
                return 0;
            }
        }

        private static void print(PrintWriter out, Listed plugin) {
            out.println(plugin.name() + " (" + plugin.kind() + "): " + plugin.description());
            if (plugin.keys().isEmpty()) {
                out.println("  no options");
                return;
            }
            for (OptionKey key : plugin.keys()) {
                String range = key.range().isEmpty() ? "" : ", " + key.range();
                String usual = key.needed() ? "; needed" : key.usual().isEmpty() ? "" : "; default " + key.usual();
                out.println("  " + key.key() + ": " + key.type() + range + usual);
                if (!key.meaning().isEmpty()) {
                    out.println("      " + key.meaning().replace("`", ""));
                }
            }
        }
    }
}

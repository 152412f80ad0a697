package dev.dafl.cli;

import dev.dafl.engine.config.ConfigReference;
import dev.dafl.engine.config.ConfigSchema;
import dev.dafl.host.PluginHost;
import dev.dafl.spi.Plugin;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "config",
        description = "Helps to write experiments.",
        subcommands = {ConfigCommand.SchemaCommand.class, ConfigCommand.ReferenceCommand.class})
final class ConfigCommand implements Runnable {

    @ParentCommand
    private DaflCommand dafl;

    @Spec
    private CommandSpec spec;

    /** Kinds are told as they stand in the records: as classes without type arguments. */
    static List<Plugin<?>> all(PluginHost plugins, Class<?> kind) {
        return PluginHost.kinds().values().stream()
                .filter(point -> point == kind)
                .flatMap(point -> plugins.all(point).stream())
                .<Plugin<?>>map(plugin -> plugin)
                // Bundles come in any order.
                .sorted(Comparator.comparing(Plugin::name))
                .toList();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: schema or reference");
    }

    @Command(
            name = "schema",
            description =
                    "Prints the JSON Schema of experiments, with the options of all plugins; editors complete with it.")
    static final class SchemaCommand implements Callable<Integer> {

        @ParentCommand
        private ConfigCommand parent;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            try (PluginHost plugins = parent.dafl.plugins()) {
                out.println(ConfigSchema.of(kind -> all(plugins, kind)));
            }
            out.flush();
            return 0;
        }
    }

    @Command(
            name = "reference",
            description =
                    "Prints all keys of experiments and the options of all plugins as Markdown: what they mean, their"
                            + " ranges and defaults.")
    static final class ReferenceCommand implements Callable<Integer> {

        @ParentCommand
        private ConfigCommand parent;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            try (PluginHost plugins = parent.dafl.plugins()) {
                Map<String, List<Plugin<?>>> kinds = new LinkedHashMap<>();
                PluginHost.kinds().forEach((kind, point) -> kinds.put(kind, all(plugins, point)));
                out.print(ConfigReference.of(kinds));
            }
            out.flush();
            return 0;
        }
    }
}

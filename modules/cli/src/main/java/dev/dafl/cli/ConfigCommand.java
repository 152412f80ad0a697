package dev.dafl.cli;

import dev.dafl.engine.config.ConfigSchema;
import dev.dafl.host.PluginHost;
import dev.dafl.spi.Plugin;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "config", description = "Helps to write experiments.", subcommands = ConfigCommand.SchemaCommand.class)
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
                .toList();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: schema");
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
}

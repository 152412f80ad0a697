package dev.dafl.cli;

import dev.dafl.engine.tools.DatasetCheck;
import dev.dafl.host.PluginHost;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "data", description = "Data sets.", subcommands = DataCommand.Get.class)
final class DataCommand implements Runnable {

    @ParentCommand
    private DaflCommand dafl;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: get");
    }

    @Command(name = "get", description = "Finds or downloads data sets and checks them.")
    static final class Get implements Callable<Integer> {

        @ParentCommand
        private DataCommand parent;

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "DATASET", arity = "1..*", description = "Such as mnist; see dafl plugins list.")
        private List<String> names;

        @Option(names = "--root", paramLabel = "DIR", description = "A folder to look in first.")
        private Optional<Path> root;

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            try (PluginHost plugins = parent.dafl.plugins()) {
                ConsoleProgress progress =
                        new ConsoleProgress(spec.commandLine().getErr());
                for (String name : names) {
                    DatasetCheck check = DatasetCheck.of(name, root, plugins, DaflCommand.cache(), progress);
                    progress.end();
                    out.printf(
                            Locale.ROOT,
                            "%s: %,d images to train on and %,d to measure on, %s, %d classes%n",
                            name,
                            check.train(),
                            check.test(),
                            check.shape(),
                            check.classes());
                    out.flush();
                }
                return 0;
            }
        }
    }
}

package dev.dafl.cli;

import dev.dafl.engine.config.OneLine;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.tools.FittingNetwork;
import dev.dafl.engine.tools.WeightsInspection;
import dev.dafl.host.PluginHost;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "weights",
        description = "Lists what a weights file holds, and which of the installed networks it fits.")
final class WeightsCommand implements Callable<Integer> {

    /** Named to people; a program gets all. */
    private static final int TABLES = 20;

    @ParentCommand
    private DaflCommand dafl;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            description =
                    "Of safetensors (also the index of shards), or of PyTorch's torch.save; nothing in it is run.")
    private Path file;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Which table of tensors of a checkpoint, such as ema.state_dict; the likeliest else.")
    private Optional<String> key;

    @Option(names = "--json", description = "Standard output is JSON and nothing else.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (PluginHost plugins = dafl.plugins()) {
            dafl.warnOfBroken(plugins);
            WeightsInspection found = WeightsInspection.of(file, key, plugins);
            if (json) {
                out.println(ResultJson.of(found));
            } else {
                print(out, found);
            }
            out.flush();
            return 0;
        }
    }

    private static void print(PrintWriter out, WeightsInspection found) {
        Columns.print(
                out,
                found.tensors().stream()
                        .map(tensor -> List.of(
                                OneLine.of(OneLine.shortened(tensor.name())),
                                tensor.dtype(),
                                tensor.shape().toString()))
                        .toList());
        out.println();
        out.printf(
                Locale.ROOT,
                "%s: %s, %,d tensors, %,d parameters%s%n",
                OneLine.of(found.file()),
                found.format(),
                found.tensors().size(),
                found.parameters(),
                found.classes()
                        .map(classes -> String.format(Locale.ROOT, ", probably %,d classes", classes))
                        .orElse(""));
        if (found.tables().size() > 1) {
            out.println("tables: "
                    + found.tables().entrySet().stream()
                            .limit(TABLES)
                            .map(table -> OneLine.of(OneLine.shortened(table.getKey())) + " (" + table.getValue() + ")")
                            .collect(Collectors.joining(", "))
                    + (found.tables().size() > TABLES
                            ? " and " + (found.tables().size() - TABLES) + " more"
                            : ""));
        }
        found.notes().forEach(note -> out.println("note: " + OneLine.of(note)));
        if (found.fits().isEmpty()) {
            out.println("fits none of the installed networks; only defaults were tried of options that are numbers");
        }
        found.fits().forEach(fit -> out.println("fits " + described(fit)));
    }

    private static String described(FittingNetwork fit) {
        return String.format(
                Locale.ROOT,
                "%s for %,d classes and images of %s",
                fit.model(),
                fit.classes(),
                String.join(", ", fit.images()));
    }
}

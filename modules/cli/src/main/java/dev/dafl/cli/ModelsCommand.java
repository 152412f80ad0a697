package dev.dafl.cli;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.tools.ModelSize;
import dev.dafl.engine.tools.NetworkLayers;
import dev.dafl.host.PluginHost;
import dev.dafl.spi.ImageShape;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "models", description = "Counts parameters and multiply-adds of networks.")
final class ModelsCommand implements Callable<Integer> {

    private static final Pattern IMAGE = Pattern.compile("(\\d{1,5})x(\\d{1,5})x(\\d{1,5})");

    @ParentCommand
    private DaflCommand dafl;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "MODEL",
            arity = "0..*",
            description =
                    "Names, or '{name: wide-resnet, depth: 16, width: 1}' with options; all with their defaults else.")
    private List<String> models = List.of();

    @Option(names = "--image", paramLabel = "CxHxW", description = "Shape of the images; ${DEFAULT-VALUE}.")
    private String image = "1x32x32";

    @Option(names = "--classes", paramLabel = "N", description = "How many; ${DEFAULT-VALUE}.")
    private int classes = 10;

    @Option(
            names = "--layers",
            description =
                    "Shows what each of the named networks computes, operator by operator: the layer by its name in the"
                            + " state dict, what it gives (n is the batch), its numbers and its multiply-adds.")
    private boolean layers;

    @Option(names = "--json", description = "Standard output is JSON and nothing else.")
    private boolean json;

    @Override
    public Integer call() {
        ImageShape shape = shape();
        if (classes < 2) {
            throw new ConfigException("--classes must be at least 2, not " + classes);
        }
        if (layers && models.isEmpty()) {
            throw new ConfigException("--layers wants the name of a network, such as dafl models lenet5 --layers");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (PluginHost plugins = dafl.plugins()) {
            if (layers) {
                show(out, shape, plugins);
                return 0;
            }
            List<ModelSize> sizes = models.isEmpty()
                    ? ModelSize.all(shape, classes, plugins)
                    : models.stream()
                            .map(model -> ModelSize.of(model, shape, classes, plugins))
                            .toList();
            if (json) {
                out.println(ResultJson.of(Map.of("models", sizes)));
            } else {
                out.printf("%-36s %14s %18s%n", "images of " + shape, "parameters", "multiply-adds");
                sizes.forEach(size -> print(out, size));
            }
            out.flush();
            return 0;
        }
    }

    private void show(PrintWriter out, ImageShape shape, PluginHost plugins) {
        List<NetworkLayers> networks = models.stream()
                .map(model -> NetworkLayers.of(model, shape, classes, plugins))
                .toList();
        if (json) {
            out.println(ResultJson.of(Map.of("models", networks)));
        } else {
            networks.forEach(network -> print(out, network));
        }
        out.flush();
    }

    private static void print(PrintWriter out, NetworkLayers network) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(network.model(), "operator", "gives", "parameters", "multiply-adds"));
        network.layers()
                .forEach(row -> rows.add(List.of(
                        row.name(),
                        row.operator(),
                        row.output(),
                        number(row.parameters()),
                        number(row.multiplyAdds()))));
        Columns.print(out, rows);
        out.println();
    }

    private static String number(long count) {
        return count == 0 ? "" : String.format(Locale.ROOT, "%,d", count);
    }

    private static void print(PrintWriter out, ModelSize size) {
        out.println(
                size.problem().isPresent()
                        ? String.format(
                                Locale.ROOT,
                                "%-36s %s",
                                size.model(),
                                size.problem().get())
                        : String.format(
                                Locale.ROOT,
                                "%-36s %,14d %,18d",
                                size.model(),
                                size.parameters(),
                                size.multiplyAdds()));
    }

    private ImageShape shape() {
        Matcher matcher = IMAGE.matcher(image);
        if (!matcher.matches()) {
            throw new ConfigException("--image is CHANNELSxHEIGHTxWIDTH, such as 1x32x32, not '" + image + "'");
        }
        try {
            return new ImageShape(
                    Integer.parseInt(matcher.group(1)),
                    Integer.parseInt(matcher.group(2)),
                    Integer.parseInt(matcher.group(3)));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("--image " + image + ": " + e.getMessage(), e);
        }
    }
}

package dev.dafl.cli;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.tools.Starter;
import dev.dafl.host.PluginHost;
import dev.dafl.tensor.files.Reason;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "init",
        description =
                "Writes an experiment for a teacher's file: all that follows from the file, a student that fits, and"
                        + " comments on what can be chosen.")
final class InitCommand implements Callable<Integer> {

    @ParentCommand
    private DaflCommand dafl;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "TEACHER",
            description = "An ONNX file, or weights of safetensors or of PyTorch's torch.save; nothing in it is run.")
    private Path teacher;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Which table of tensors of a checkpoint, such as ema.state_dict; the likeliest else.")
    private Optional<String> key;

    @Option(names = "--out", paramLabel = "FILE", description = "The experiment's file; else TEACHER.yaml here.")
    private Optional<Path> out;

    @Option(names = "--force", description = "Write over a file that is there.")
    private boolean force;

    @Option(names = "--json", description = "Standard output is what was written as JSON and nothing else.")
    private boolean json;

    /** What {@code --json} prints. */
    record Written(String file, Starter starter) {}

    @Override
    public Integer call() throws IOException {
        Path file = out.orElseGet(() -> Path.of(stem(teacher) + ".yaml"));
        if (Files.isDirectory(file)) {
            throw new ConfigException(file + " is a folder; name a file");
        }
        if (Files.exists(file) && !force) {
            throw new ConfigException(file + " is there already; --force writes over it, --out FILE names another");
        }
        try (PluginHost plugins = dafl.plugins()) {
            dafl.warnOfBroken(plugins);
            Starter starter = Starter.of(teacher, key, file.toString(), plugins);
            try {
                WholeFile.write(file, starter.yaml());
            } catch (IOException e) {
                throw new IOException("cannot write " + file + ": " + Reason.of(e), e);
            }
            print(new Written(file.toString(), starter));
            return 0;
        }
    }

    private void print(Written written) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(ResultJson.of(written));
        } else {
            out.printf(
                    Locale.ROOT,
                    "%s: a student %s (%,d parameters) of %s%n",
                    written.file(),
                    written.starter().student().model(),
                    written.starter().student().size().parameters(),
                    written.starter().teacher());
            out.println("read it, then: dafl check " + written.file());
        }
        out.flush();
    }

    /** Of {@code model_best.pth.tar}, {@code model_best}. */
    private static String stem(Path file) {
        String name = String.valueOf(file.getFileName()).replaceAll("(?<=.)\\.[A-Za-z][A-Za-z0-9]*", "");
        return name.matches("[A-Za-z0-9][A-Za-z0-9._-]*") ? name : "experiment";
    }
}

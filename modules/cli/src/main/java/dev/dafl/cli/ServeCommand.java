package dev.dafl.cli;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.LauncherConfig;
import dev.dafl.host.EndSignals;
import dev.dafl.host.UserFolders;
import dev.dafl.server.Server;
import dev.dafl.server.ServerOptions;
import dev.dafl.server.api.Who;
import dev.dafl.server.http.Pem;
import dev.dafl.server.jobs.GpusHere;
import dev.dafl.server.jobs.Programs;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "serve",
        description =
                "Runs a server with a queue of experiments, a web page and an interface for programs. What ran when it"
                        + " ended goes on when it starts again.")
final class ServeCommand implements Callable<Integer> {

    private static final int PORT = 8642;

    @ParentCommand
    private DaflCommand dafl;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Where all is kept; else ~/.local/share/dafl/server.")
    private Optional<Path> data;

    @Option(names = "--host", paramLabel = "ADDRESS", defaultValue = "127.0.0.1", description = "${DEFAULT-VALUE}")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "" + PORT,
            description = "${DEFAULT-VALUE}; 0 takes any that is free.")
    private int port;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "A private key in PEM, for https.")
    private Optional<Path> tlsKey;

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "The certificates of that key in PEM.")
    private Optional<Path> tlsCert;

    @Option(names = "--insecure", description = "Speaks plain HTTP to other machines, where the network is safe.")
    private boolean insecure;

    @Option(
            names = "--slots",
            paramLabel = "N",
            defaultValue = "1",
            converter = CountConverter.class,
            description = "How many runs go side by side; ${DEFAULT-VALUE}.")
    private int slots;

    @Option(
            names = "--cores",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "How many cores runs take together; all of the machine else.")
    private Optional<Integer> cores;

    @Option(
            names = "--gpus",
            paramLabel = "N",
            description = "How many GPUs runs may take, one each; all that NVIDIA's driver tells of else.")
    private Optional<Integer> gpus;

    @Option(
            names = "--grace",
            paramLabel = "SECONDS",
            defaultValue = "60",
            converter = CountConverter.class,
            description = "How long a run that is stopped has to save what it has; ${DEFAULT-VALUE}.")
    private int grace;

    @Option(
            names = "--launcher",
            paramLabel = "YAML",
            description =
                    "Runs are jobs of a cluster, such as slurm or '{name: slurm, partition: long}', unless their files say what"
                            + " else to ask of it; --cores and --gpus are not counted then. Else they are run on this machine.")
    private Optional<String> launcher = Optional.empty();

    @Option(
            names = "--data-root",
            paramLabel = "FOLDER",
            description =
                    "A folder whose files experiments may name; may be given several times. None else, but for files that"
                            + " are uploaded with an experiment.")
    private List<Path> dataRoots = new ArrayList<>();

    @Option(
            names = "--tracking-server",
            paramLabel = "URI",
            description = "An MLflow server that runs may tell of themselves; may be given several times. None else.")
    private List<String> trackingServers = new ArrayList<>();

    @Option(
            names = "--plugin-uploads",
            description = "Lets admins upload plugins. Their code runs on this machine, as this user.")
    private boolean pluginUploads;

    @Option(
            names = "--max-file",
            paramLabel = "MB",
            defaultValue = "4096",
            converter = CountConverter.class,
            description = "The largest file that may be uploaded; ${DEFAULT-VALUE} MB.")
    private int maxFile;

    @Option(
            names = "--max-rate",
            paramLabel = "N",
            defaultValue = "2000",
            converter = CountConverter.class,
            description =
                    "How many requests a second one token may ask, and one address without a token; twice as many at"
                            + " once, a hundredth with a wrong one; ${DEFAULT-VALUE}.")
    private int maxRate;

    static Path folder(Optional<Path> given) {
        return given.orElseGet(() -> UserFolders.ofThisUser().data().resolve("server"));
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        ServerOptions options = options();
        Programs programs = new Programs(
                Main.PROGRAM,
                dafl.globalArguments(),
                launcher.filter(yaml -> LauncherConfig.parse("--launcher", yaml) instanceof LauncherConfig.Slurm));
        EndSignals end = new EndSignals();
        try (Server server = Server.start(options, programs)) {
            if (server.tokens().all().isEmpty()) {
                out.println("token of the user admin, told this once: "
                        + server.tokens().make("admin", Who.Scope.ADMIN));
            }
            out.printf(
                    "dafl serves %s://%s:%d (data in %s)%n",
                    options.tls().isPresent() ? "https" : "http", host, server.port(), options.data());
            if (pluginUploads) {
                out.println("admins may upload plugins: their code runs here, as this user");
            }
            out.flush();
            end.await();
            spec.commandLine().getErr().println(Failures.PREFIX + "runs save what they have, then the server ends");
            spec.commandLine().getErr().flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private ServerOptions options() {
        if (port < 0 || port > 65_535) {
            throw new ConfigException("--port is from 0 to 65535, not " + port);
        }
        if (tlsKey.isPresent() != tlsCert.isPresent()) {
            throw new ConfigException("--tls-key and --tls-cert go together");
        }
        int machine = Runtime.getRuntime().availableProcessors();
        int taken = cores.orElse(machine);
        if (taken > machine) {
            throw new ConfigException("--cores " + taken + ": this machine has " + machine);
        }
        if (slots > taken && launcher.isEmpty()) {
            throw new ConfigException("--slots " + slots + ": each run takes a core at least, and there are " + taken);
        }
        for (Path root : dataRoots) {
            if (!Files.isDirectory(root)) {
                throw new ConfigException("--data-root: no such folder: " + root);
            }
        }
        return new ServerOptions(
                folder(data),
                host,
                port,
                tlsKey.isPresent() ? Optional.of(new Pem(tlsKey.get(), tlsCert.orElseThrow())) : Optional.empty(),
                insecure,
                taken,
                slots,
                GpusHere.ofThisMachine().upTo(gpus),
                grace,
                dataRoots,
                trackingServers,
                pluginUploads,
                (long) maxFile << 20,
                maxRate,
                DaflCommand.version());
    }
}

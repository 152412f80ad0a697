package dev.dafl.cli;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.server.api.Artefact;
import dev.dafl.server.client.ServerClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "pull",
        description =
                "Fetches the files of a job of a server; what is here already, whole or in part, is not fetched again.")
final class PullCommand implements Callable<Integer> {

    private static final int EXAMPLES = 8;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions server;

    @Parameters(
            index = "0",
            paramLabel = "ID",
            converter = JobIdConverter.class,
            description = "The number of the job.")
    private long id;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "FILE",
            description = "Only these, or the folders of these names; else all.")
    private List<String> wanted = new ArrayList<>();

    @Option(names = "--out", paramLabel = "DIR", description = "The folder to put them into; else runs/job-ID.")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws IOException {
        Path folder = out.orElse(RunCommand.RUNS.resolve("job-" + id));
        List<Artefact> chosen;
        TransferProgress progress = new TransferProgress(spec.commandLine().getErr(), "fetching");
        try (ServerClient client = server.connect()) {
            chosen = chosen(client.artefacts(id));
            for (Artefact artefact : chosen) {
                client.download(id, artefact, folder, progress);
            }
        } finally {
            progress.end();
        }
        PrintWriter printed = spec.commandLine().getOut();
        printed.println(
                chosen.isEmpty()
                        ? "job " + id + " has no files yet"
                        : Counts.words(chosen.size(), "file") + " with "
                                + Sizes.words(chosen.stream()
                                        .mapToLong(Artefact::bytes)
                                        .sum())
                                + " are in " + folder);
        printed.flush();
        return 0;
    }

    private List<Artefact> chosen(List<Artefact> all) {
        for (String name : wanted) {
            if (all.stream().noneMatch(artefact -> is(artefact, name))) {
                throw new ConfigException("job " + id + " has no file " + name
                        + (all.isEmpty()
                                ? " and no other yet"
                                : "; there are "
                                        + all.stream()
                                                .limit(EXAMPLES)
                                                .map(Artefact::path)
                                                .collect(Collectors.joining(", "))
                                        + (all.size() > EXAMPLES ? " and " + (all.size() - EXAMPLES) + " more" : "")));
            }
        }
        return wanted.isEmpty()
                ? all
                : all.stream()
                        .filter(artefact -> wanted.stream().anyMatch(name -> is(artefact, name)))
                        .toList();
    }

    private static boolean is(Artefact artefact, String name) {
        String path = name.replaceFirst("/+$", "");
        return artefact.path().equals(path) || artefact.path().startsWith(path + "/");
    }
}

package dev.dafl.cli;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ConfigText;
import dev.dafl.engine.config.OneLine;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobState;
import dev.dafl.server.api.Submission;
import dev.dafl.server.client.EventStream;
import dev.dafl.server.client.ServerClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "submit",
        description = "Queues an experiment, or a matrix of them, at a server; prints the number of the job.")
final class SubmitCommand implements Callable<Integer> {

    private static final int MOST_PRIORITY = 100;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions server;

    @Parameters(
            paramLabel = "CONFIG",
            description = "A YAML file as for run. Files that it names by a relative path, such as a teacher, are"
                    + " uploaded with it.")
    private Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Overrides a value of the file, such as --set teacher.epochs=3; may be given several times.")
    private Map<String, String> overrides = new LinkedHashMap<>();

    @Option(
            names = "--priority",
            paramLabel = "N",
            defaultValue = "0",
            description = "From -100 to 100: higher goes first; ${DEFAULT-VALUE}.")
    private int priority;

    @Option(
            names = "--cores",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "How many cores each run takes; else what the file's threads says, else the server's choice.")
    private Optional<Integer> cores = Optional.empty();

    @Option(
            names = "--client-id",
            paramLabel = "ID",
            description = "A name of your choice for this submission: the same one again is the same job.")
    private Optional<String> clientId = Optional.empty();

    @Option(
            names = "--file",
            paramLabel = "NAME=PATH",
            description =
                    "The file for a path that the YAML names, where it lies elsewhere; may be given several times.")
    private Map<String, Path> files = new LinkedHashMap<>();

    @Option(
            names = "--follow",
            description = "Show what happens until the job has ended. Ctrl-C ends the following, and not the job.")
    private boolean follow;

    @Option(names = "--json", description = "Standard output is the job as JSON and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (priority < -MOST_PRIORITY || priority > MOST_PRIORITY) {
            throw new ConfigException("--priority is from -100 to 100, not " + priority);
        }
        ConfigText text = ConfigText.read(config);
        Map<String, Path> named = new SubmittedFiles(Path.of(""), config).of(text.values(overrides), files);
        PrintWriter out = spec.commandLine().getOut();
        try (ServerClient client = server.connect()) {
            Job job = client.submit(new Submission(
                    text.text(),
                    config.getFileName().toString(),
                    overrides,
                    priority,
                    cores,
                    clientId,
                    uploaded(client, named)));
            if (!json) {
                out.println(job.id());
                out.flush();
            }
            if (follow) {
                return followed(client, job);
            }
            if (json) {
                out.println(ResultJson.of(job));
                out.flush();
            } else {
                say(Failures.PREFIX + "job " + job.id() + " (" + OneLine.of(job.name()) + ") is "
                        + JobView.words(job.state()) + "; look at it by: dafl job " + job.id() + server.again());
            }
            return 0;
        }
    }

    /** By path, the digest that the server knows it by. */
    private Map<String, String> uploaded(ServerClient client, Map<String, Path> named) throws IOException {
        TransferProgress progress = new TransferProgress(spec.commandLine().getErr(), "uploading");
        Map<String, String> digests = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Path> file : named.entrySet()) {
                digests.put(file.getKey(), client.upload(file.getValue(), progress));
            }
        } finally {
            progress.end();
        }
        return digests;
    }

    /** Gives the exit code. */
    private int followed(ServerClient client, Job job) throws IOException {
        JobProgress progress = new JobProgress(job, spec.commandLine().getErr());
        String again = job.id() + server.again();
        try (EventStream events =
                        client.events(job.id(), Optional.empty(), told -> progress.note(Failures.PREFIX + told));
                Detachment _ = new Detachment(() -> progress.note(Failures.PREFIX + "no longer following; job "
                        + job.id() + " goes on: look at it by dafl job " + again + ", end it by dafl stop " + again))) {
            for (Optional<EventStream.Event> event = events.next(); event.isPresent(); event = events.next()) {
                progress.on(event.get());
            }
        } finally {
            progress.end();
        }
        Job ended = client.job(job.id());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(ResultJson.of(ended));
        } else {
            progress.result().ifPresent(result -> Summary.print(out, result, Optional.empty()));
            if (ended.kind() == Job.Kind.MATRIX) {
                JobView.runs(out, ended);
            }
            out.println("fetch its files by: dafl pull " + again);
        }
        out.flush();
        if (ended.state() == JobState.SUCCEEDED) {
            return 0;
        }
        say(Failures.PREFIX + "job " + ended.id() + " is " + JobView.words(ended.state())
                + ended.reason().map(why -> ": " + OneLine.of(why)).orElse(""));
        return Failures.FAILED;
    }

    private void say(String sentence) {
        spec.commandLine().getErr().println(sentence);
        spec.commandLine().getErr().flush();
    }
}

package dev.dafl.cli;

import dev.dafl.engine.run.ResultJson;
import dev.dafl.server.api.Job;
import dev.dafl.server.client.ServerClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "job", description = "Shows a job of a server and its runs.")
final class JobCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions server;

    @Parameters(paramLabel = "ID", converter = JobIdConverter.class, description = "The number of the job.")
    private long id;

    @Option(names = "--json", description = "Standard output is JSON and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Job job;
        try (ServerClient client = server.connect()) {
            job = client.job(id);
        }
        if (json) {
            out.println(ResultJson.of(job));
        } else {
            JobView.details(out, job);
        }
        out.flush();
        return 0;
    }
}

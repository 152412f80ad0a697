package dev.dafl.cli;

import dev.dafl.engine.run.ResultJson;
import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobState;
import dev.dafl.server.client.ServerClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "jobs", description = "Lists the jobs of a server, the newest first.")
final class JobsCommand implements Callable<Integer> {

    /** What a server gives at a time. */
    private static final int PAGE = 200;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions server;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            split = ",",
            description = "Only those that stand there, or in one of several with commas between:"
                    + " ${COMPLETION-CANDIDATES}.")
    private List<JobState> states = new ArrayList<>();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            converter = CountConverter.class,
            description = "How many at most; ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--json", description = "Standard output is JSON and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        List<Job> jobs;
        try (ServerClient client = server.connect()) {
            jobs = newest(client);
        }
        if (json) {
            out.println(ResultJson.of(Map.of("jobs", jobs)));
        } else if (jobs.isEmpty()) {
            out.println("no jobs");
        } else {
            JobView.list(out, jobs);
        }
        out.flush();
        return 0;
    }

    private List<Job> newest(ServerClient client) throws IOException {
        List<Job> jobs = new ArrayList<>();
        Optional<Long> before = Optional.empty();
        do {
            Job.Page page = client.jobs(states, Math.min(PAGE, limit - jobs.size()), before);
            jobs.addAll(page.jobs());
            before = page.jobs().isEmpty() ? Optional.empty() : page.next();
        } while (before.isPresent() && jobs.size() < limit);
        return jobs;
    }
}

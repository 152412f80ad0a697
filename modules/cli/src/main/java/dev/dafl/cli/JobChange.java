package dev.dafl.cli;

import dev.dafl.engine.run.ResultJson;
import dev.dafl.server.api.Job;
import dev.dafl.server.client.ServerClient;
import dev.dafl.server.client.ServerClient.Action;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What becomes of a job of a server, and the commands that say so. */
final class JobChange {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin
    private ServerOptions server;

    @Parameters(paramLabel = "ID", converter = JobIdConverter.class, description = "The number of the job.")
    private long id;

    @Option(names = "--json", description = "Standard output is the job as JSON and nothing else.")
    private boolean json;

    /** Gives the exit code. */
    private int to(Action action) throws IOException {
        Job job;
        try (ServerClient client = server.connect()) {
            job = client.change(id, action);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? ResultJson.of(job) : "job " + job.id() + " is " + JobView.words(job.state()));
        out.flush();
        return 0;
    }

    @Command(
            name = "stop",
            description =
                    "Ends a job of a server: what runs saves a checkpoint, and is killed where that takes too long.")
    static final class Stop implements Callable<Integer> {

        @Mixin
        private JobChange change;

        @Override
        public Integer call() throws IOException {
            return change.to(Action.STOP);
        }
    }

    @Command(
            name = "pause",
            description = "Makes a job of a server wait: what runs saves a checkpoint and ends, until unpause.")
    static final class Pause implements Callable<Integer> {

        @Mixin
        private JobChange change;

        @Override
        public Integer call() throws IOException {
            return change.to(Action.PAUSE);
        }
    }

    @Command(name = "unpause", description = "Queues a job of a server that was paused again, from its checkpoint.")
    static final class Unpause implements Callable<Integer> {

        @Mixin
        private JobChange change;

        @Override
        public Integer call() throws IOException {
            return change.to(Action.RESUME);
        }
    }

    @Command(
            name = "retry",
            description =
                    "Queues a job of a server that has failed or was stopped again, from its checkpoint if it has one.")
    static final class Retry implements Callable<Integer> {

        @Mixin
        private JobChange change;

        @Override
        public Integer call() throws IOException {
            return change.to(Action.RETRY);
        }
    }
}

package dev.dafl.cli;

import dev.dafl.server.client.LogPart;
import dev.dafl.server.client.ServerClient;
import dev.dafl.server.client.ServerException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "logs", description = "Prints what the processes of a job of a server wrote to their standard error.")
final class LogsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions server;

    @Parameters(paramLabel = "ID", converter = JobIdConverter.class, description = "The number of the job.")
    private long id;

    @Option(
            names = "--follow",
            description = "Go on until the job has ended. Ctrl-C ends the following, and not the job.")
    private boolean follow;

    /** Of the log, in bytes. */
    private long printed;

    /** The beginning of a line. */
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (ServerClient client = server.connect()) {
            print(client, out);
            while (follow && goesOn(client, out)) {
                pause();
            }
        }
        out.print(begun.toString(StandardCharsets.UTF_8));
        out.flush();
        return 0;
    }

    /** Prints what is new; a server that is away for a while is waited for. */
    private boolean goesOn(ServerClient client, PrintWriter out) throws IOException {
        try {
            // In this order: what is written before a job ends is there then.
            boolean ended = client.job(id).state().ended();
            print(client, out);
            return !ended;
        } catch (ServerException e) {
            if (e.passing()) {
                return true;
            }
            throw e;
        }
    }

    /** Prints all whole lines that are there. */
    private void print(ServerClient client, PrintWriter out) throws IOException {
        for (LogPart part = client.log(id, printed); part.next() > printed; part = client.log(id, printed)) {
            printed = part.next();
            begun.writeBytes(part.bytes());
            byte[] bytes = begun.toByteArray();
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            out.print(new String(bytes, 0, end, StandardCharsets.UTF_8));
            begun.reset();
            begun.write(bytes, end, bytes.length - end);
        }
        out.flush();
    }

    private static void pause() throws InterruptedIOException {
        try {
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}

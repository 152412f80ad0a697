package dev.dafl.server.client;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.server.api.ApiJson;
import dev.dafl.server.api.Artefact;
import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobState;
import dev.dafl.server.api.Submission;
import dev.dafl.server.client.Exchange.Answer;
import java.io.EOFException;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Asks a server. Every method throws {@link ServerException} for what the server refuses and when there is no answer of a dafl
 * server, with a sentence that says what to do. Threads may share it.
 */
public final class ServerClient implements AutoCloseable {

    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,4096}");
    private static final int LOG_PIECE = 1 << 20;

    private final Exchange exchange;

    private ServerClient(Exchange exchange) {
        this.exchange = exchange;
    }

    /**
     * Connects to nothing yet.
     *
     * @param token empty where there is none, and the server will say that it wants one
     * @param authority a PEM file with the certificates that those of https are to be signed by; empty for those of Java
     * @throws ConfigException when the token cannot be one, or the file holds no certificate
     */
    public static ServerClient of(ServerAddress server, Optional<String> token, Optional<Path> authority) {
        return of(server, token, authority, Patience.USUAL);
    }

    static ServerClient of(ServerAddress server, Optional<String> token, Optional<Path> authority, Patience patience) {
        token.filter(secret -> !TOKEN.matcher(secret).matches()).ifPresent(_ -> {
            throw new ConfigException(
                    "that is no token: a token is one line without spaces, as 'dafl serve' prints it");
        });
        return new ServerClient(new Exchange(server, token, authority, patience));
    }

    /** Queues a job, or finds the one that was queued under the same client id. */
    public Job submit(Submission submission) throws IOException {
        HttpRequest request = exchange.to("/jobs")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(ApiJson.write(submission), StandardCharsets.UTF_8))
                .build();
        return exchange.read(request, exchange.send(request, 200, 201), Job.class);
    }

    /**
     * A page of jobs, the newest first.
     *
     * @param states only those that stand in one of them; empty for all
     * @param limit from 1 to 200
     * @param before only those with a smaller id
     */
    public Job.Page jobs(List<JobState> states, int limit, Optional<Long> before) throws IOException {
        String wanted = states.stream()
                .map(state -> state.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(","));
        String query = "?limit=" + limit
                + (wanted.isEmpty() ? "" : "&state=" + wanted)
                + before.map(id -> "&before=" + id).orElse("");
        return get("/jobs" + query, Job.Page.class);
    }

    public Job job(long id) throws IOException {
        return get("/jobs/" + id, Job.class);
    }

    /** What can be done with a job. */
    public enum Action {
        /** What runs saves a checkpoint and ends. */
        STOP,
        /** As stop, until it is resumed. */
        PAUSE,
        RESUME,
        /** One that failed or was stopped is queued again. */
        RETRY
    }

    /** Gives the job as it is then; a stop takes its time. */
    public Job change(long id, Action action) throws IOException {
        HttpRequest request = exchange.to("/jobs/" + id + "/" + action.name().toLowerCase(Locale.ROOT))
                .POST(BodyPublishers.noBody())
                .build();
        return exchange.read(request, exchange.send(request, 200), Job.class);
    }

    /**
     * What happens in a job, from its beginning or after an event, until it has ended.
     *
     * @param after the id of that event
     * @param lost hears, in a sentence, when the connection is lost and will be tried again
     */
    public EventStream events(long id, Optional<String> after, Consumer<String> lost) {
        return new EventStream(exchange, id, after, lost);
    }

    /**
     * A piece of what the processes of a job wrote to their standard error, of a megabyte at most.
     *
     * @param from where it begins, in bytes
     */
    public LogPart log(long id, long from) throws IOException {
        HttpRequest request = exchange.to("/jobs/" + id + "/log")
                .header("Range", "bytes=" + from + "-" + (from + LOG_PIECE - 1))
                .build();
        try (Answer answer = exchange.send(request, 200, 206, 416)) {
            if (answer.status() != 416 && !answer.type().equals("text/plain")) {
                throw exchange.stranger(request, answer);
            }
            if (answer.status() == 200) {
                // All of it, where ranges are not served.
                try {
                    answer.body().skipNBytes(from);
                } catch (EOFException _) {
                    return new LogPart(new byte[0], from);
                }
            }
            byte[] bytes = answer.status() == 416 ? new byte[0] : answer.body().readNBytes(LOG_PIECE);
            return new LogPart(bytes, from + bytes.length);
        } catch (ServerException e) {
            throw e;
        } catch (IOException e) {
            throw Unreachable.of(exchange.server(), exchange.patience(), e);
        }
    }

    /** All files of a job. */
    public List<Artefact> artefacts(long id) throws IOException {
        return get("/jobs/" + id + "/artefacts", Artefact.Listing.class).artefacts();
    }

    /**
     * Fetches a file of a job into a folder, with the folders of its path, unless it lies there already with the size and the time
     * that it has on the server. Gives where it is.
     *
     * @throws ServerException also when its path leads out of the folder
     * @throws IOException when it cannot be written
     */
    public Path download(long id, Artefact artefact, Path folder, Transfer transfer) throws IOException {
        Path file = new ArtefactPath(artefact.path()).below(folder);
        if (!hasAlready(file, artefact)) {
            new Download(exchange, id, artefact, file, transfer).run();
        }
        return file;
    }

    private static boolean hasAlready(Path file, Artefact artefact) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.size(file) == artefact.bytes()
                // Not every disk counts in smaller parts.
                && Files.getLastModifiedTime(file)
                        .toInstant()
                        .truncatedTo(ChronoUnit.MILLIS)
                        .equals(artefact.modified().truncatedTo(ChronoUnit.MILLIS));
    }

    /**
     * Brings a file to the server, unless it is there. Gives the digest by which a submission names it.
     *
     * @throws ConfigException when it cannot be read
     */
    public String upload(Path file, Transfer transfer) throws IOException {
        return new Upload(exchange, file, transfer).run();
    }

    private <T extends Record> T get(String path, Class<T> type) throws IOException {
        HttpRequest request = exchange.to(path).build();
        return exchange.read(request, exchange.send(request, 200), type);
    }

    /** What is still under way is broken off. */
    @Override
    public void close() {
        exchange.close();
    }
}

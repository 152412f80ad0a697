package dev.dafl.server.client;

import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobEvent;
import dev.dafl.server.api.JobState;
import dev.dafl.server.client.Exchange.Answer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a job, until it has ended. A connection that is lost is made again, and goes on after the last event that was
 * given: none is missed, none comes twice. Read by one thread; any may close it.
 */
public final class EventStream implements AutoCloseable {

    /** After so many a server that does not tell of a job's end is believed that there is no more. */
    private static final int ENOUGH_ENDS = 5;

    private final Exchange exchange;
    private final long job;
    private final Consumer<String> lost;
    private final CountDownLatch closed = new CountDownLatch(1);

    private volatile @Nullable Answer connection;
    private @Nullable SseReader reader;
    private Optional<String> lastId;
    private boolean everOpen;
    /** Connections in a row that brought nothing. */
    private int failures;
    /** Whether that was told already. */
    private boolean cutOff;
    /** What the last event told of the job itself, if it did. */
    private Optional<JobState> state = Optional.empty();
    /** Whether this connection has brought an event. */
    private boolean fresh;
    /** Whether any has. */
    private boolean anyGiven;
    /** Connections since the last event that the server ended, although the job is over. */
    private int emptyEnds;

    EventStream(Exchange exchange, long job, Optional<String> after, Consumer<String> lost) {
        this.exchange = exchange;
        this.job = job;
        this.lastId = after;
        this.lost = lost;
    }

    /**
     * An event.
     *
     * @param id what to go on after
     * @param name of the event
     */
    public record Event(String id, String name, JobEvent told) {

        /** Where the job, or the run of the event, stands now; empty of events that tell something else. */
        public Optional<JobState> state() {
            if (!told.event().path("event").asString("").equals("state")) {
                return Optional.empty();
            }
            String name = told.event().path("state").asString("").toUpperCase(Locale.ROOT);
            return Arrays.stream(JobState.values())
                    .filter(state -> state.name().equals(name))
                    .findFirst();
        }

        /** Why it stands there. */
        public Optional<String> reason() {
            return Optional.of(told.event().path("reason").asString("")).filter(reason -> !reason.isBlank());
        }
    }

    /**
     * The next event, as soon as there is one; empty when the job has ended or this was closed.
     *
     * @throws ServerException when the first connection cannot be made, or the server says that asking again is of no use
     */
    public Optional<Event> next() throws IOException {
        while (closed.getCount() > 0) {
            Optional<SseReader.Message> message;
            try {
                message = read();
                if (message.isEmpty() && (closed.getCount() == 0 || ended())) {
                    return Optional.empty();
                }
            } catch (IOException e) {
                message = Optional.empty();
                retry(e);
            }
            if (message.isPresent()) {
                return Optional.of(given(message.get()));
            }
            drop();
            pause();
        }
        return Optional.empty();
    }

    private Optional<SseReader.Message> read() throws IOException {
        SseReader open = reader;
        if (open == null) {
            HttpRequest.Builder request =
                    exchange.to("/jobs/" + job + "/events").header("Accept", "text/event-stream");
            lastId.ifPresent(id -> request.header("Last-Event-ID", id));
            HttpRequest sent = request.build();
            Answer answer = exchange.send(sent, 200);
            connection = answer;
            if (!answer.type().equals("text/event-stream")) {
                throw exchange.stranger(sent, answer);
            }
            everOpen = true;
            fresh = false;
            open = new SseReader(answer.body(), lastId.orElse(""));
            reader = open;
            if (closed.getCount() == 0) {
                return Optional.empty();
            }
        }
        return open.next();
    }

    private Event given(SseReader.Message message) throws ServerException {
        JobEvent told = exchange.parse(message.data(), JobEvent.class, "an event");
        Event event = new Event(message.id(), message.name(), told);
        lastId = Optional.of(message.id()).filter(id -> !id.isEmpty());
        failures = 0;
        cutOff = false;
        fresh = true;
        anyGiven = true;
        emptyEnds = 0;
        // A job that was tried again had ended before; what is told after that says that it had not ended for good.
        state = told.run().isEmpty() ? event.state() : Optional.empty();
        return event;
    }

    /**
     * Whether a stream that ended did so because the job has. A server that ends its streams before it stops, or a proxy on the way,
     * may have kept the last events back: without the one that tells of the job's end they are asked for again.
     */
    private boolean ended() throws IOException {
        HttpRequest request = exchange.to("/jobs/" + job).build();
        Job now = exchange.read(request, exchange.send(request, 200), Job.class);
        if (!now.state().ended()) {
            return false;
        }
        emptyEnds += fresh ? 0 : 1;
        // Whoever begins after an event may have begun after the last one.
        boolean begunAtEnd = !anyGiven && lastId.isPresent();
        return state.equals(Optional.of(now.state())) || (begunAtEnd && !fresh) || emptyEnds >= ENOUGH_ENDS;
    }

    private void retry(IOException e) throws IOException {
        boolean lasting = e instanceof ServerException told && (!everOpen || !told.passing());
        if (closed.getCount() == 0) {
            return;
        }
        if (lasting) {
            drop();
            throw e;
        }
        if (!cutOff) {
            cutOff = true;
            lost.accept("the connection to " + exchange.server() + " is lost ("
                    + Objects.requireNonNullElse(e.getMessage(), e.toString()) + "); trying again");
        }
    }

    private void pause() throws IOException {
        failures++;
        try {
            boolean _ = closed.await(exchange.patience().pauseAfter(failures).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private void drop() {
        reader = null;
        closeConnection();
        connection = null;
    }

    private void closeConnection() {
        Answer open = connection;
        if (open != null) {
            try {
                open.close();
            } catch (IOException _) {
                // It is of no use any more.
            }
        }
    }

    /** Ends the reading; the job goes on. */
    @Override
    public void close() {
        closed.countDown();
        closeConnection();
    }
}

package dev.dafl.server.store;

import dev.dafl.server.api.ApiJson;
import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongFunction;

/** The jobs in the database. */
public final class JobTable {

    private final Database database;

    public JobTable(Database database) {
        this.database = database;
    }

    /**
     * A job that a client has named.
     *
     * @param digest of all that it was submitted with
     */
    public record Known(Job job, String digest) {}

    /** A process that a run had when it was last told. */
    public record RunProcess(long job, String run, long pid, Instant began) {}

    public Optional<Known> ofClient(String clientId) {
        return database.transaction(session -> session.first(
                "SELECT body, digest FROM jobs WHERE client_id = ?",
                row -> new Known(job(row), row.getString(2)),
                clientId));
    }

    /**
     * Adds a job.
     *
     * @param make of the id that it gets
     */
    public Job add(Optional<String> clientId, String digest, LongFunction<Job> make) {
        return database.transaction(session -> {
            long id = session.insert(
                    "INSERT INTO jobs (client_id, digest, state, revision, body) VALUES (?, ?, '', 0, '')",
                    clientId,
                    digest);
            Job job = make.apply(id);
            write(session, job);
            return job;
        });
    }

    /** Keeps a job as it is now. */
    public void write(Job job) {
        database.transaction(session -> write(session, job));
    }

    private static int write(Database.Session session, Job job) throws SQLException {
        return session.update(
                "UPDATE jobs SET state = ?, revision = ?, body = ? WHERE id = ?",
                word(job.state()),
                job.revision(),
                ApiJson.write(job),
                job.id());
    }

    public void remove(long id) {
        database.transaction(session -> session.update("DELETE FROM jobs WHERE id = ?", id));
    }

    /** All, the oldest first. */
    public List<Job> all() {
        return database.transaction(session -> session.list("SELECT body FROM jobs ORDER BY id", JobTable::job));
    }

    /** Sets revisions aside, so that none comes twice even where the last ones were not kept; gives the first of them. */
    public long reserveRevisions(int count) {
        return database.transaction(session -> session.first(
                                "UPDATE counters SET value = value + ? WHERE name = 'revision' RETURNING value",
                                row -> row.getLong(1),
                                count)
                        .orElseThrow())
                - count
                + 1;
    }

    /** A run's process was started. */
    public void began(RunProcess process) {
        database.transaction(session -> session.update(
                "INSERT OR REPLACE INTO processes (job, run, pid, began) VALUES (?, ?, ?, ?)",
                process.job(),
                process.run(),
                process.pid(),
                process.began().toString()));
    }

    /** A run's process is over. */
    public void ended(long job, String run) {
        database.transaction(session -> session.update("DELETE FROM processes WHERE job = ? AND run = ?", job, run));
    }

    /** Those that were not told to be over, as after the end of a server. */
    public List<RunProcess> processes() {
        return database.transaction(session -> session.list(
                "SELECT job, run, pid, began FROM processes",
                row -> new RunProcess(
                        row.getLong(1), row.getString(2), row.getLong(3), Instant.parse(row.getString(4)))));
    }

    /** @param state what a job is to become that is asked to end; empty where it is not any more */
    public void intend(long job, Optional<JobState> state) {
        database.transaction(session -> state.isPresent()
                ? session.update("INSERT OR REPLACE INTO intents (job, state) VALUES (?, ?)", job, word(state.get()))
                : session.update("DELETE FROM intents WHERE job = ?", job));
    }

    /** What a job is to become that was asked to end. */
    public Optional<JobState> intended(long job) {
        return database.transaction(session -> session.first(
                "SELECT state FROM intents WHERE job = ?",
                row -> JobState.valueOf(row.getString(1).toUpperCase(Locale.ROOT)),
                job));
    }

    private static String word(JobState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static Job job(ResultSet row) throws SQLException {
        return ApiJson.read(row.getString(1), Job.class);
    }
}

package dev.dafl.server.store;

import java.time.Instant;
import java.util.List;

/** Who changed what, for ever. */
public final class Audit {

    private final Database database;

    public Audit(Database database) {
        this.database = database;
    }

    /** @param what in words, such as {@code stopped job 3} */
    public record Entry(Instant at, String who, String what) {}

    public void note(String who, String what) {
        database.transaction(session -> session.insert(
                "INSERT INTO audit (at, who, what) VALUES (?, ?, ?)",
                Instant.now().toString(),
                who,
                what));
    }

    /** The newest first. */
    public List<Entry> newest(int count) {
        return database.transaction(session -> session.list(
                "SELECT at, who, what FROM audit ORDER BY id DESC LIMIT ?",
                row -> new Entry(Instant.parse(row.getString(1)), row.getString(2), row.getString(3)),
                count));
    }
}

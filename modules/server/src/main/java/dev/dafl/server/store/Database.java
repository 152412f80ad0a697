package dev.dafl.server.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteException;

/**
 * A SQLite database in a file, with a log that is written ahead and forced to the disk with each transaction. All that is asked of
 * it goes one after another.
 */
public final class Database implements AutoCloseable {

    /** Schemas by number; one that was released never changes. */
    private static final int NEWEST = 1;

    private final Path file;
    private final Connection connection;
    private final ReentrantLock lock = new ReentrantLock();

    private Database(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /** @param <T> of what it gives */
    @FunctionalInterface
    public interface Work<T> {

        T of(Session session) throws SQLException;
    }

    /** @param <T> of a row */
    @FunctionalInterface
    public interface Row<T> {

        T of(ResultSet row) throws SQLException;
    }

    /**
     * Opens it, makes it where it is not there, and brings an older one to this version.
     *
     * @throws StoreException when it is damaged (a copy is kept), or of a newer version, or cannot be read or written
     */
    public static Database open(Path file) {
        Database database = new Database(file, connect(file));
        try {
            database.check();
            database.migrate();
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static Connection connect(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(10_000);
        try {
            return config.createConnection("jdbc:sqlite:" + file);
        } catch (SQLException e) {
            throw told(file, e);
        }
    }

    private void check() {
        List<String> said = transaction(session -> session.list("PRAGMA quick_check(1)", row -> row.getString(1)));
        if (!said.equals(List.of("ok"))) {
            throw damaged(file, said.isEmpty() ? "it says nothing" : said.getFirst());
        }
    }

    private static StoreException damaged(Path file, String why) {
        Path copy = file.resolveSibling(
                file.getFileName() + ".damaged-" + Instant.now().toEpochMilli());
        String kept;
        try {
            Files.copy(file, copy);
            kept = "a copy is kept in " + copy;
        } catch (IOException e) {
            kept = "and no copy could be made: " + e.getMessage();
        }
        return new StoreException(
                "the database " + file + " is damaged (" + why + "); " + kept + ". Put a backup in its place,"
                        + " or move it away and start with an empty queue; the files of the jobs stay");
    }

    private void migrate() {
        int version = transaction(session -> session.list("PRAGMA user_version", row -> row.getInt(1)))
                .getFirst();
        if (version > NEWEST) {
            throw new StoreException("the database " + file + " was written by a newer dafl (version " + version
                    + ", and this one knows " + NEWEST + "); start that dafl, or take another folder with --data");
        }
        for (int next = version + 1; next <= NEWEST; next++) {
            String script = script(next);
            int number = next;
            transaction(session -> {
                session.script(script);
                session.script("PRAGMA user_version = " + number);
                return number;
            });
        }
    }

    private static String script(int number) {
        try (InputStream in = Database.class.getResourceAsStream(number + ".sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the schema " + number + " cannot be read", e);
        }
    }

    /**
     * Does something whole or not at all; nobody else comes between.
     *
     * @throws StoreException when the database fails, as on a full disk; nothing has changed then
     */
    public <T> T transaction(Work<T> work) {
        lock.lock();
        try {
            connection.setAutoCommit(false);
            T result = work.of(new Session());
            connection.commit();
            return result;
        } catch (SQLException e) {
            rollback(e);
            throw told(file, e);
        } catch (RuntimeException e) {
            rollback(e);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void rollback(Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static StoreException told(Path file, SQLException e) {
        if (e instanceof SQLiteException sqlite) {
            return switch (sqlite.getResultCode()) {
                case SQLITE_NOTADB, SQLITE_CORRUPT -> damaged(file, sqlite.getResultCode().message);
                case SQLITE_FULL -> new StoreException("the disk of " + file + " is full; make room", e);
                case SQLITE_READONLY, SQLITE_PERM, SQLITE_CANTOPEN ->
                    new StoreException("the database " + file + " cannot be written: " + e.getMessage(), e);
                default -> new StoreException("the database " + file + " failed: " + e.getMessage(), e);
            };
        }
        return new StoreException("the database " + file + " failed: " + e.getMessage(), e);
    }

    /** A copy of the whole, as it is now; the file must not be there. */
    public void backup(Path copy) {
        lock.lock();
        try (PreparedStatement statement = connection.prepareStatement("VACUUM INTO ?")) {
            connection.setAutoCommit(true);
            statement.setString(1, copy.toString());
            statement.execute();
        } catch (SQLException e) {
            throw told(copy, e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw told(file, e);
        } finally {
            lock.unlock();
        }
    }

    /** What can be asked within a transaction. */
    public final class Session {

        private Session() {}

        /** Gives the number of rows that changed. */
        public int update(String sql, Object... values) throws SQLException {
            try (PreparedStatement statement = prepared(sql, values)) {
                return statement.executeUpdate();
            }
        }

        /** Gives the id of the row. */
        public long insert(String sql, Object... values) throws SQLException {
            try (PreparedStatement statement = prepared(sql + " RETURNING rowid", values);
                    ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }

        public <T> List<T> list(String sql, Row<T> row, Object... values) throws SQLException {
            try (PreparedStatement statement = prepared(sql, values);
                    ResultSet rows = statement.executeQuery()) {
                List<T> all = new ArrayList<>();
                while (rows.next()) {
                    all.add(row.of(rows));
                }
                return all;
            }
        }

        public <T> Optional<T> first(String sql, Row<T> row, Object... values) throws SQLException {
            return list(sql, row, values).stream().findFirst();
        }

        private void script(String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate(sql);
            }
        }

        private PreparedStatement prepared(String sql, Object... values) throws SQLException {
            PreparedStatement statement = connection.prepareStatement(sql);
            try {
                for (int i = 0; i < values.length; i++) {
                    statement.setObject(i + 1, values[i] instanceof Optional<?> given ? given.orElse(null) : values[i]);
                }
                return statement;
            } catch (SQLException e) {
                statement.close();
                throw e;
            }
        }
    }
}

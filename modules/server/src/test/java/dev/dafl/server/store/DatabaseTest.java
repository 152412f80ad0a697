package dev.dafl.server.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobState;
import dev.dafl.server.api.Who;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {

    @TempDir
    private Path folder;

    @Test
    void jobsAreThereAgainAndRevisionsNeverComeTwice() {
        long before;
        try (Database database = Database.open(folder.resolve("server.db"))) {
            JobTable table = new JobTable(database);
            before = table.reserveRevisions(100);
            Job job = table.add(Optional.of("mine"), "abc", id -> job(id, JobState.QUEUED));
            assertEquals(1, job.id());
            assertEquals(
                    2,
                    table.add(Optional.empty(), "abc", id -> job(id, JobState.QUEUED))
                            .id());
            table.write(job(1, JobState.RUNNING));
            table.began(new JobTable.RunProcess(1, "a", 77, Instant.EPOCH));
            table.intend(1, Optional.of(JobState.PAUSED));
            assertThrows(
                    StoreException.class, () -> table.add(Optional.of("mine"), "abc", id -> job(id, JobState.QUEUED)));
        }
        try (Database database = Database.open(folder.resolve("server.db"))) {
            JobTable table = new JobTable(database);
            assertEquals(List.of(job(1, JobState.RUNNING), job(2, JobState.QUEUED)), table.all());
            assertEquals(
                    new JobTable.Known(job(1, JobState.RUNNING), "abc"),
                    table.ofClient("mine").orElseThrow());
            assertEquals(Optional.of(JobState.PAUSED), table.intended(1));
            assertEquals(List.of(new JobTable.RunProcess(1, "a", 77, Instant.EPOCH)), table.processes());
            assertTrue(table.reserveRevisions(10) >= before + 100);
            table.remove(1);
            assertEquals(List.of(), table.processes());
            assertEquals(Optional.empty(), table.intended(1));
            // An id is not given twice, even where its job is gone.
            table.remove(2);
            assertEquals(
                    3,
                    table.add(Optional.empty(), "abc", id -> job(id, JobState.QUEUED))
                            .id());
        }
    }

    private static Job job(long id, JobState state) {
        return new Job(
                id,
                "a job",
                Job.Kind.EXPERIMENT,
                state,
                Optional.empty(),
                0,
                1,
                "me",
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                0,
                List.of());
    }

    @Test
    void whatFailsInTheMiddleHasNotHappened() {
        try (Database database = Database.open(folder.resolve("server.db"))) {
            Audit audit = new Audit(database);
            audit.note("me", "did this");
            assertThrows(
                    IllegalStateException.class,
                    () -> database.transaction(session -> {
                        session.insert("INSERT INTO audit (at, who, what) VALUES ('', '', 'never')");
                        throw new IllegalStateException("in the middle");
                    }));
            assertEquals(
                    List.of("did this"),
                    audit.newest(10).stream().map(Audit.Entry::what).toList());
        }
    }

    @Test
    void aDatabaseOfANewerVersionIsRefusedAndStays() throws Exception {
        Path file = folder.resolve("server.db");
        Database.open(file).close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA user_version = 99");
        }
        byte[] before = Files.readAllBytes(file);
        String message =
                assertThrows(StoreException.class, () -> Database.open(file)).getMessage();
        assertTrue(message.contains("written by a newer dafl (version 99, and this one knows "), message);
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @Test
    void ofADamagedDatabaseACopyIsKept() throws IOException {
        Path file = Files.writeString(folder.resolve("server.db"), "this is none");
        String message =
                assertThrows(StoreException.class, () -> Database.open(file)).getMessage();
        assertTrue(message.contains("is damaged") && message.contains("a copy is kept in"), message);
        try (Stream<Path> files = Files.list(folder)) {
            Path copy = files.filter(path -> path.getFileName().toString().contains(".damaged-"))
                    .findFirst()
                    .orElseThrow();
            assertEquals("this is none", Files.readString(copy));
        }
    }

    @Test
    void aBackupIsWhole() {
        Path copy = folder.resolve("copy.db");
        try (Database database = Database.open(folder.resolve("server.db"))) {
            new Audit(database).note("me", "did this");
            database.backup(copy);
        }
        try (Database database = Database.open(copy)) {
            assertEquals(1, new Audit(database).newest(10).size());
        }
    }

    @Test
    void tokensLetInUntilTheyAreRemoved() {
        try (Database database = Database.open(folder.resolve("server.db"))) {
            Tokens tokens = new Tokens(database);
            String first = tokens.make("me", Who.Scope.SUBMIT);
            assertEquals(Optional.of(new Who("me", Who.Scope.SUBMIT)), tokens.whose(first));
            assertEquals(Optional.empty(), tokens.whose(first + "x"));
            assertEquals(Optional.empty(), tokens.whose(""));
            String second = tokens.make("me", Who.Scope.READ);
            assertEquals(Optional.empty(), tokens.whose(first));
            assertEquals(Optional.of(new Who("me", Who.Scope.READ)), tokens.whose(second));
            assertThrows(IllegalArgumentException.class, () -> tokens.make("no name", Who.Scope.READ));
            assertTrue(tokens.remove("me"));
            assertEquals(Optional.empty(), tokens.whose(second));
        }
    }
}

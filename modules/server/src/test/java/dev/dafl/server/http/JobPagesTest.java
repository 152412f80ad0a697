package dev.dafl.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.server.api.ApiJson;
import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobState;
import dev.dafl.server.api.Who;
import dev.dafl.server.jobs.JobBook;
import dev.dafl.server.store.Database;
import dev.dafl.server.store.JobTable;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobPagesTest {

    private static final long ALL = Long.MAX_VALUE;

    @TempDir
    private Path folder;

    private TestServer server;
    private String token;

    @BeforeEach
    void start() throws IOException {
        try (Database database = Database.open(folder.resolve("server.db"))) {
            JobTable table = new JobTable(database);
            for (JobState state :
                    List.of(JobState.SUCCEEDED, JobState.FAILED, JobState.PAUSED, JobState.STOPPED, JobState.FAILED)) {
                table.add(Optional.empty(), "", id -> job(id, state));
            }
        }
        server = TestServer.start(folder, new Limits(10, 1_000_000, System::nanoTime));
        token = server.tokens().make("me", Who.Scope.READ);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Job job(long id, JobState state) {
        Job.Run run = Job.Run.queued("a", "run", Map.of(), 0)
                .change()
                .state(state, Optional.empty())
                .done();
        return new Job(
                id,
                "digits \"" + id + "\"",
                Job.Kind.EXPERIMENT,
                state,
                Optional.of("because"),
                0,
                1,
                "me",
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                id,
                List.of(run));
    }

    private HttpResponse<String> get(String query) throws Exception {
        return server.send(server.request("/api/v1/jobs" + query, token).build());
    }

    private List<Long> ids(String query) throws Exception {
        return ApiJson.read(get(query).body(), Job.Page.class).jobs().stream()
                .map(Job::id)
                .toList();
    }

    @Test
    void jobsInSeveralStatesAreAskedForAtOnce() throws Exception {
        assertEquals(List.of(5L, 4L, 3L, 2L, 1L), ids(""));
        assertEquals(List.of(5L, 2L), ids("?state=failed"));
        assertEquals(List.of(5L, 2L, 1L), ids("?state=failed,succeeded"));
        assertEquals(List.of(4L, 3L, 1L), ids("?state=stopped&state=paused,succeeded"));
        assertEquals(List.of(), ids("?state=running"));
        assertEquals(List.of(2L, 1L), ids("?state=failed,succeeded&before=5"));
        for (String odd : List.of("?state=nowhere", "?state=failed,", "?state=", "?state=FAILED")) {
            HttpResponse<String> response = get(odd);
            assertEquals(422, response.statusCode(), odd);
            assertTrue(response.body().contains("state is one or several, with commas between, of queued, "), odd);
        }
    }

    @Test
    void aPageIsWhatItsRecordWouldBe() throws Exception {
        List<Job> newest = List.copyOf(server.queue().book().newest());
        assertEquals(ApiJson.write(new Job.Page(newest, Optional.empty())), get("").body());
        assertEquals(
                ApiJson.write(new Job.Page(newest.subList(0, 2), Optional.of(4L))),
                get("?limit=2").body());
        assertEquals(
                ApiJson.write(new Job.Page(List.of(), Optional.empty())),
                get("?state=running").body());
    }

    @Test
    void itIsMadeAgainWhenAJobHasChanged() throws Exception {
        JobBook book = server.queue().book();
        JobPages pages = new JobPages(book);
        JobPages.Query query = new JobPages.Query(Set.of(JobState.PAUSED, JobState.STOPPED), 50, ALL);
        long revision = book.revision();
        String before = pages.page(revision, query);
        assertSame(before, pages.page(revision, query));
        assertEquals(List.of(4L, 3L), ids("?state=stopped,paused"));
        server.queue().stop(3);
        assertNotEquals(revision, book.revision());
        String after = pages.page(book.revision(), query);
        assertEquals(
                ApiJson.write(new Job.Page(
                        List.of(book.job(4).orElseThrow(), book.job(3).orElseThrow()), Optional.empty())),
                after);
        assertNotEquals(before, after);
        assertEquals(List.of(), ids("?state=paused"));
        Files.createDirectories(book.folder(5).path());
        server.queue().delete(5);
        assertEquals(List.of(2L), ids("?state=failed"));
    }
}

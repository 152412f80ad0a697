package dev.dafl.server.http;

import dev.dafl.server.api.ApiJson;
import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobState;
import dev.dafl.server.jobs.JobBook;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Pages of jobs as they are sent. The text of a page is kept until any job changes, and that of a job until this one does, so that
 * many may look on at little cost.
 */
final class JobPages {

    private static final int MOST_PAGES = 100;
    private static final int MOST_JOBS = 2_000;

    private final JobBook book;
    private final Map<Long, Text> jobs = new ConcurrentHashMap<>();
    private volatile Pages kept = new Pages(-1, new ConcurrentHashMap<>());

    /**
     * Which jobs are asked for.
     *
     * @param states that they stand in; empty for all
     * @param limit how many at most
     * @param before what their ids are below
     */
    record Query(Set<JobState> states, int limit, long before) {

        Query {
            states = Set.copyOf(states);
        }
    }

    private record Text(long revision, String json) {}

    private record Pages(long revision, Map<Query, String> texts) {}

    JobPages(JobBook book) {
        this.book = book;
    }

    /** @param revision of the book, as it was asked before: the page is of that one or a later one */
    String page(long revision, Query query) {
        Pages pages = kept;
        if (pages.revision() != revision) {
            pages = new Pages(revision, new ConcurrentHashMap<>());
            kept = pages;
        }
        String known = pages.texts().get(query);
        if (known != null) {
            return known;
        }
        String made = made(query);
        if (pages.texts().size() < MOST_PAGES) {
            pages.texts().put(query, made);
        }
        return made;
    }

    private String made(Query query) {
        List<Job> found = book.newest().stream()
                .filter(job -> job.id() < query.before())
                .filter(job -> query.states().isEmpty() || query.states().contains(job.state()))
                .limit(query.limit() + 1L)
                .toList();
        List<Job> page = found.subList(0, Math.min(query.limit(), found.size()));
        return page.stream()
                .map(this::text)
                .collect(Collectors.joining(
                        ",",
                        "{\"jobs\":[",
                        found.size() > page.size()
                                ? "],\"next\":" + page.getLast().id() + "}"
                                : "]}"));
    }

    private String text(Job job) {
        Text known = jobs.get(job.id());
        if (known != null && known.revision() == job.revision()) {
            return known.json();
        }
        String json = ApiJson.write(job);
        if (jobs.size() >= MOST_JOBS) {
            jobs.clear();
        }
        jobs.put(job.id(), new Text(job.revision(), json));
        return json;
    }
}

package dev.dafl.server.http;

import dev.dafl.engine.run.ResultJson;
import dev.dafl.server.api.Artefact;
import dev.dafl.server.api.Catalogue;
import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobState;
import dev.dafl.server.api.Machine;
import dev.dafl.server.api.PluginFile;
import dev.dafl.server.api.Submission;
import dev.dafl.server.api.Who;
import dev.dafl.server.jobs.EventLog;
import dev.dafl.server.jobs.JobFolder;
import dev.dafl.server.jobs.JobQueue;
import dev.dafl.server.jobs.PluginFolder;
import dev.dafl.server.jobs.RefusedException;
import dev.dafl.server.jobs.RefusedException.Why;
import dev.dafl.server.store.Audit;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code /api/v1}. */
final class ApiRoutes {

    static final String ROOT = "/api/v1";
    private static final int USUAL_PAGE = 50;
    private static final int LARGEST_PAGE = 200;

    private final JobQueue queue;
    private final PluginFolder plugins;
    private final Audit audit;
    private final EventStreams streams;
    private final Supplier<Machine> machine;
    private final JobPages pages;

    ApiRoutes(JobQueue queue, PluginFolder plugins, Audit audit, EventStreams streams, Supplier<Machine> machine) {
        this.queue = queue;
        this.plugins = plugins;
        this.audit = audit;
        this.streams = streams;
        this.machine = machine;
        pages = new JobPages(queue.book());
    }

    void register(RoutesConfig routes) {
        routes.get(ROOT + "/jobs", this::list);
        routes.post(ROOT + "/jobs", this::submit);
        routes.get(ROOT + "/jobs/{id}", this::job);
        routes.delete(ROOT + "/jobs/{id}", this::delete);
        routes.get(ROOT + "/jobs/{id}/events", this::jobEvents);
        routes.get(ROOT + "/jobs/{id}/log", this::log);
        routes.get(ROOT + "/jobs/{id}/config", this::config);
        routes.get(ROOT + "/jobs/{id}/table", this::table);
        routes.get(ROOT + "/jobs/{id}/artefacts", this::artefacts);
        routes.get(ROOT + "/jobs/{id}/artefacts/<path>", this::artefact);
        routes.post(ROOT + "/jobs/{id}/{action}", this::change);
        routes.get(ROOT + "/events", this::events);
        routes.post(ROOT + "/check", this::check);
        routes.head(ROOT + "/files/{digest}", this::hasFile);
        routes.put(ROOT + "/files/{digest}", this::putFile);
        routes.get(
                ROOT + "/schema",
                ctx -> Replies.text(
                        ctx,
                        "application/schema+json",
                        plugins.catalogue().schema().toString()));
        routes.get(ROOT + "/plugins", ctx -> Replies.json(ctx, listing(plugins.catalogue())));
        routes.put(ROOT + "/plugins/{file}", this::putPlugin);
        routes.delete(ROOT + "/plugins/{file}", this::deletePlugin);
        routes.get(ROOT + "/datasets", this::datasets);
        routes.get(ROOT + "/machine", ctx -> Replies.json(ctx, machine.get()));
        routes.get(ROOT + "/me", ctx -> Replies.json(ctx, Access.who(ctx)));
    }

    private void list(Context ctx) {
        Set<JobState> states = ctx.queryParams("state").stream()
                .flatMap(text -> Arrays.stream(text.split(",", -1)))
                .map(ApiRoutes::state)
                .collect(Collectors.toSet());
        int limit = parameter(ctx, "limit")
                .map(text -> Math.toIntExact(number("limit", text, 1, LARGEST_PAGE)))
                .orElse(USUAL_PAGE);
        long before = parameter(ctx, "before")
                .map(text -> number("before", text, 1, Long.MAX_VALUE))
                .orElse(Long.MAX_VALUE);
        long revision = queue.book().revision();
        if (Replies.notModified(ctx, "jobs-" + revision)) {
            return;
        }
        Replies.text(ctx, Replies.JSON, pages.page(revision, new JobPages.Query(states, limit, before)));
    }

    private void submit(Context ctx) throws IOException {
        Who who = Access.require(ctx, Who.Scope.SUBMIT);
        JobQueue.Submitted submitted = queue.submit(Bodies.json(ctx, Submission.class), who.name());
        if (submitted.isNew()) {
            audit.note(who.name(), "submitted job " + submitted.job().id());
            ctx.status(201);
            ctx.header("Location", ROOT + "/jobs/" + submitted.job().id());
        }
        Replies.json(ctx, submitted.job());
    }

    private void check(Context ctx) throws IOException {
        Access.require(ctx, Who.Scope.SUBMIT);
        Replies.json(ctx, queue.check(Bodies.json(ctx, Submission.class)));
    }

    private void job(Context ctx) {
        Job job = queue.existing(id(ctx));
        Replies.tagged(ctx, "job-" + job.id() + "-" + job.revision(), job);
    }

    private void delete(Context ctx) throws IOException {
        Who who = Access.require(ctx, Who.Scope.SUBMIT);
        long id = id(ctx);
        queue.delete(id);
        audit.note(who.name(), "deleted job " + id);
        ctx.status(204);
    }

    private void change(Context ctx) {
        Who who = Access.require(ctx, Who.Scope.SUBMIT);
        long id = id(ctx);
        String action = ctx.pathParam("action");
        Job job = switch (action) {
            case "stop" -> queue.stop(id);
            case "pause" -> queue.pause(id);
            case "resume" -> queue.resume(id);
            case "retry" -> queue.retry(id);
            default ->
                throw new RefusedException(Why.MISSING, "what can be done with a job is stop, pause, resume and retry");
        };
        audit.note(who.name(), action + " job " + id);
        Replies.json(ctx, job);
    }

    private void jobEvents(Context ctx) {
        long id = id(ctx);
        queue.existing(id);
        EventLog log = queue.book().events(id);
        long first = EventStreams.lastId(ctx, 0);
        streams.serve(ctx, stream -> {
            long at = first;
            while (!streams.isClosed()) {
                boolean ended =
                        queue.book().job(id).map(job -> job.state().ended()).orElse(true);
                List<EventLog.Entry> entries = log.read(at);
                for (EventLog.Entry entry : entries) {
                    stream.event(entry.id(), entry.name(), entry.json());
                    at = entry.id();
                }
                if (entries.isEmpty()) {
                    if (ended) {
                        return;
                    }
                    log.await(at, EventStreams.QUIET_MILLIS);
                    if (log.end() <= at) {
                        stream.comment("still here");
                    }
                }
            }
        });
    }

    private void events(Context ctx) {
        long first = EventStreams.lastId(ctx, queue.book().revision());
        streams.serve(ctx, stream -> new JobChangesStream(queue.book(), first).run(stream, streams));
    }

    private void log(Context ctx) throws IOException {
        Path log = folder(ctx).log();
        if (!Files.exists(log)) {
            Replies.text(ctx, FileReplies.type("log.txt"), "");
            return;
        }
        FileReplies.send(ctx, log, FileReplies.type("log.txt"));
    }

    private void config(Context ctx) throws IOException {
        Replies.text(ctx, "application/yaml", queue.config(id(ctx)));
    }

    private void table(Context ctx) throws IOException {
        Replies.text(ctx, "application/json", ResultJson.of(queue.table(id(ctx))));
    }

    private void artefacts(Context ctx) throws IOException {
        Path folder = folder(ctx).path();
        List<Artefact> all = new ArrayList<>();
        for (String part : List.of("config", "run")) {
            Path root = folder.resolve(part);
            if (Files.isDirectory(root)) {
                try (Stream<Path> files = Files.find(root, 32, (_, attributes) -> attributes.isRegularFile())) {
                    for (Path file : files.sorted().toList()) {
                        artefact(folder, file).ifPresent(all::add);
                    }
                }
            }
        }
        Replies.json(ctx, new Artefact.Listing(all));
    }

    /** Empty for one that has just gone, as temporary files do. */
    private static Optional<Artefact> artefact(Path folder, Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new Artefact(
                    folder.relativize(file).toString(),
                    attributes.size(),
                    attributes.lastModifiedTime().toInstant()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void artefact(Context ctx) throws IOException {
        String path = ctx.pathParam("path");
        if (!path.startsWith("run/") && !path.startsWith("config/")) {
            throw new RefusedException(Why.MISSING, "the files of a job are below run/ and config/");
        }
        Path file = FileReplies.below(folder(ctx).path(), path);
        // A report may not ask anything in the name of whoever looks at it.
        ctx.header("Content-Security-Policy", "sandbox allow-scripts");
        FileReplies.send(ctx, file, FileReplies.type(file.getFileName().toString()));
    }

    private void hasFile(Context ctx) {
        Access.require(ctx, Who.Scope.SUBMIT);
        boolean there = queue.uploads().has(ctx.pathParam("digest"));
        ctx.status(there ? 200 : 404);
    }

    private void putFile(Context ctx) throws IOException {
        Who who = Access.require(ctx, Who.Scope.SUBMIT);
        String digest = ctx.pathParam("digest");
        boolean isNew;
        try (InputStream in = Bodies.stream(ctx, queue.uploads().limit())) {
            isNew = queue.uploads().put(digest, in);
        }
        if (isNew) {
            audit.note(who.name(), "uploaded file " + digest);
        }
        ctx.status(isNew ? 201 : 204);
    }

    private void putPlugin(Context ctx) throws IOException {
        Who who = Access.require(ctx, Who.Scope.ADMIN);
        String file = ctx.pathParam("file");
        Catalogue now;
        try (InputStream in = Bodies.stream(ctx, plugins.limit())) {
            now = plugins.put(file, in);
        }
        audit.note(who.name(), "uploaded plugin " + file);
        Replies.json(ctx, listing(now));
    }

    private void deletePlugin(Context ctx) throws IOException {
        Who who = Access.require(ctx, Who.Scope.ADMIN);
        String file = ctx.pathParam("file");
        Catalogue now = plugins.remove(file);
        audit.note(who.name(), "removed plugin " + file);
        Replies.json(ctx, listing(now));
    }

    private PluginFile.Listing listing(Catalogue catalogue) {
        return new PluginFile.Listing(catalogue.bundles(), plugins.uploads());
    }

    private void datasets(Context ctx) throws IOException {
        Replies.json(
                ctx,
                Map.of(
                        "datasets",
                        plugins.catalogue().bundles().stream()
                                .flatMap(bundle -> bundle.plugins().stream())
                                .filter(plugin -> plugin.kind().equals("dataset"))
                                .toList()));
    }

    private JobFolder folder(Context ctx) {
        long id = id(ctx);
        queue.existing(id);
        return queue.book().folder(id);
    }

    private static long id(Context ctx) {
        String text = ctx.pathParam("id");
        if (!text.matches("[1-9]\\d{0,17}")) {
            throw new RefusedException(Why.MISSING, "a job's id is a number from 1");
        }
        return Long.parseLong(text);
    }

    private static Optional<String> parameter(Context ctx, String name) {
        return Optional.ofNullable(ctx.queryParam(name));
    }

    private static long number(String name, String text, long least, long most) {
        if (text.matches("\\d{1,18}")) {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        }
        throw new RefusedException(
                Why.INVALID, name + " is a whole number from " + least + (most == Long.MAX_VALUE ? "" : " to " + most));
    }

    private static JobState state(String word) {
        return Arrays.stream(JobState.values())
                .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        Why.INVALID,
                        "state is one or several, with commas between, of "
                                + Arrays.stream(JobState.values())
                                        .map(state -> state.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", "))));
    }
}

package dev.dafl.server.jobs;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.files.Digests;
import dev.dafl.engine.run.MatrixTable;
import dev.dafl.server.api.ApiJson;
import dev.dafl.server.api.Checked;
import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobState;
import dev.dafl.server.api.Submission;
import dev.dafl.server.jobs.RefusedException.Why;
import dev.dafl.server.store.JobTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that can be asked of the queue. */
public final class JobQueue implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JobQueue.class);
    private static final int MOST_PRIORITY = 100;
    private static final int LONGEST_CLIENT_ID = 200;

    /** More than runs ever ask for together: a cluster has its own queue. */
    private static final int CLUSTER_CORES = 1 << 30;

    private final Settings settings;
    private final JobBook book;
    private final Dispatcher dispatcher;
    private final Planner planner;
    private final UploadedFiles uploads;
    private final AllowedPaths allowed;
    private final GpuShare gpus;
    /** Whether runs take nothing of this machine. */
    private final boolean elsewhere;
    /** Where jobs are put together before they have a number. */
    private final Path drafts;

    /**
     * How a queue works.
     *
     * @param folder of its files
     * @param plugins whose bundles each job gets a copy of
     * @param cores that runs may take together
     * @param slots runs at most side by side
     * @param gpus that runs may take, one each
     * @param graceMillis for a run to save what it has
     * @param dataRoots whose files experiments may name
     * @param trackingServers whom runs may tell of themselves
     * @param mostFileBytes of an upload
     */
    public record Settings(
            Path folder,
            Path plugins,
            int cores,
            int slots,
            List<Gpu> gpus,
            long graceMillis,
            List<Path> dataRoots,
            List<String> trackingServers,
            long mostFileBytes) {}

    private JobQueue(Settings settings, JobTable table, Programs programs) throws IOException {
        this.settings = settings;
        Path jobs = Files.createDirectories(settings.folder().resolve("jobs"));
        drafts = settings.folder().resolve("drafts");
        Folders.delete(drafts);
        Files.createDirectories(drafts);
        book = new JobBook(table, jobs);
        planner = new Planner(programs);
        uploads = new UploadedFiles(settings.folder().resolve("files"), settings.mostFileBytes());
        allowed = AllowedPaths.of(settings.dataRoots());
        gpus = new GpuShare(settings.gpus());
        elsewhere = programs.elsewhere();
        dispatcher = new Dispatcher(
                book,
                programs,
                new Dispatcher.Capacity(elsewhere ? CLUSTER_CORES : settings.cores(), settings.slots(), gpus),
                settings.graceMillis());
        removeOrphans(jobs);
    }

    /** Takes up what there is, and begins. */
    public static JobQueue start(Settings settings, JobTable table, Programs programs) throws IOException {
        JobQueue queue = new JobQueue(settings, table, programs);
        queue.dispatcher.start();
        return queue;
    }

    /** Folders of jobs that were deleted when the server went down. */
    private void removeOrphans(Path jobs) throws IOException {
        try (var all = Files.list(jobs)) {
            for (Path folder : all.toList()) {
                String name = folder.getFileName().toString();
                if (name.matches("\\d{1,18}") && book.job(Long.parseLong(name)).isEmpty()) {
                    Folders.delete(folder);
                }
            }
        }
    }

    public JobBook book() {
        return book;
    }

    public UploadedFiles uploads() {
        return uploads;
    }

    public int coresFree() {
        return elsewhere ? settings.cores() : dispatcher.coresFree();
    }

    public int gpusFree() {
        return dispatcher.gpusFree();
    }

    public int running() {
        return dispatcher.runningNow();
    }

    public Settings settings() {
        return settings;
    }

    /**
     * A job that was asked for.
     *
     * @param isNew whether it was not there before
     */
    public record Submitted(Job job, boolean isNew) {}

    /** @throws RefusedException when it cannot be run, or another was submitted under its client's id */
    public Submitted submit(Submission submission, String owner) throws IOException {
        String digest = HexFormat.of()
                .formatHex(Digests.sha256()
                        .digest(ApiJson.write(sorted(submission)).getBytes(StandardCharsets.UTF_8)));
        Optional<Submitted> known = known(submission, digest);
        if (known.isPresent()) {
            return known.get();
        }
        Path draft = Files.createTempDirectory(drafts, "job");
        try {
            JobFolder folder = new JobFolder(draft);
            Plan plan = prepared(folder, submission);
            synchronized (this) {
                // The same one may have come twice at once.
                Optional<Submitted> meanwhile = known(submission, digest);
                if (meanwhile.isPresent()) {
                    return meanwhile.get();
                }
                int cores = cores(submission, plan);
                Job job = book.add(
                        submission.clientId(), digest, id -> placed(draft, id, plan, cores, submission, owner));
                dispatcher.wake();
                return new Submitted(job, true);
            }
        } finally {
            Folders.delete(draft);
        }
    }

    /** Whether it could be queued. */
    public Checked check(Submission submission) throws IOException {
        Path draft = Files.createTempDirectory(drafts, "check");
        try {
            Plan plan = prepared(new JobFolder(draft), submission);
            cores(submission, plan);
            return new Checked(
                    plan.name(),
                    plan.kind(),
                    plan.runs().stream().map(Plan.PlannedRun::name).toList());
        } finally {
            Folders.delete(draft);
        }
    }

    private Optional<Submitted> known(Submission submission, String digest) {
        Optional<JobTable.Known> known = submission.clientId().flatMap(book::ofClient);
        known.ifPresent(before -> {
            if (!before.digest().equals(digest)) {
                throw new RefusedException(
                        Why.CONFLICT,
                        "job " + before.job().id() + " was submitted with the client-id "
                                + submission.clientId().orElseThrow() + " and is another; take another client-id");
            }
        });
        return known.map(before -> new Submitted(book.job(before.job().id()).orElse(before.job()), false));
    }

    private static Submission sorted(Submission s) {
        return new Submission(
                s.config(),
                s.source(),
                new TreeMap<>(s.set()),
                s.priority(),
                s.cores(),
                s.clientId(),
                new TreeMap<>(s.files()));
    }

    /** All that a job needs, in a folder. */
    private Plan prepared(JobFolder folder, Submission submission) throws IOException {
        requireSound(submission);
        String file = JobFolder.fileName(submission.source());
        try {
            allowed.check(file, submission.config(), submission.set(), folder.config());
        } catch (ConfigException e) {
            throw RefusedException.ofFile(e.getMessage());
        }
        Files.createDirectories(folder.config());
        for (Map.Entry<String, String> named : submission.files().entrySet()) {
            Path target = target(folder.config(), named.getKey(), file);
            Files.createDirectories(target.getParent());
            uploads.link(named.getValue(), target);
        }
        Files.writeString(folder.config().resolve(file), submission.config());
        copyPlugins(folder.plugins());
        Plan plan = planner.plan(folder, file, submission.set());
        for (String told : plan.told()) {
            if (!settings.trackingServers().contains(told)) {
                throw new RefusedException(
                        Why.FORBIDDEN,
                        file + ": its runs would tell " + told
                                + " of themselves (tracking.mlflow), in this server's name;"
                                + " whoever starts it can allow that with --tracking-server " + told);
            }
        }
        requireLaunchable(file, plan);
        for (Plan.PlannedRun run : plan.runs()) {
            gpus.refusal(run.device()).filter(_ -> !elsewhere).ifPresent(why -> {
                throw new RefusedException(Why.INVALID, file + ": " + why);
            });
        }
        new Order(file, submission.set(), submission.cores().orElse(0), plan).write(folder.order());
        return plan;
    }

    /** What a cluster is asked for, it is asked for in the name of whoever has started the server. */
    private void requireLaunchable(String file, Plan plan) {
        if (plan.cluster().isPresent() && !elsewhere) {
            throw new RefusedException(
                    Why.FORBIDDEN,
                    file
                            + ": its launcher would submit jobs to a cluster, in this server's name; whoever starts it can allow"
                            + " that with --launcher slurm");
        }
        plan.cluster().filter(options -> !options.isEmpty()).ifPresent(options -> {
            throw new RefusedException(
                    Why.FORBIDDEN,
                    file + ": launcher.options (" + options.getFirst()
                            + ") are said by whoever starts the server, in --launcher; take them out");
        });
    }

    private static void requireSound(Submission submission) {
        if (submission.config() == null || submission.source() == null) {
            throw new RefusedException(Why.INVALID, "config (the text of the file) and source (its name) are required");
        }
        if (Math.abs((long) submission.priority()) > MOST_PRIORITY) {
            throw new RefusedException(Why.INVALID, "priority is from -100 to 100, not " + submission.priority());
        }
        submission.clientId().ifPresent(id -> {
            if (id.isBlank() || id.length() > LONGEST_CLIENT_ID) {
                throw new RefusedException(Why.INVALID, "a client-id has 1 to 200 characters");
            }
        });
        submission.set().forEach((key, value) -> {
            if (key == null || value == null) {
                throw new RefusedException(Why.INVALID, "set gives each key a text");
            }
        });
    }

    private static Path target(Path folder, String name, String experiment) {
        boolean sound = name.matches("[A-Za-z0-9_][A-Za-z0-9._ -]*(/[A-Za-z0-9_][A-Za-z0-9._ -]*){0,15}")
                && name.length() <= 500;
        if (!sound || name.equals(experiment)) {
            throw new RefusedException(
                    Why.INVALID,
                    "files names relative paths of letters, digits, '.', '_' and '-' besides the experiment's own, not '"
                            + (name.length() > 100 ? name.substring(0, 100) + "..." : name) + "'");
        }
        return folder.resolve(name);
    }

    private void copyPlugins(Path to) throws IOException {
        if (!Files.isDirectory(settings.plugins())) {
            return;
        }
        List<Path> jars = Folders.files(settings.plugins()).stream()
                .filter(file -> file.toString().endsWith(".jar"))
                .toList();
        if (!jars.isEmpty()) {
            Files.createDirectories(to);
        }
        for (Path jar : jars) {
            Files.copy(jar, to.resolve(jar.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private int cores(Submission submission, Plan plan) {
        int wanted = submission
                .cores()
                .orElseGet(() -> plan.runs().stream()
                        .mapToInt(Plan.PlannedRun::threads)
                        .filter(threads -> threads > 0)
                        .max()
                        .orElse(elsewhere ? 1 : Math.max(1, settings.cores() / settings.slots())));
        if (wanted < 1) {
            throw new RefusedException(Why.INVALID, "cores must be at least 1, not " + wanted);
        }
        if (wanted > settings.cores() && !elsewhere) {
            throw new RefusedException(
                    Why.INVALID,
                    "a run would take " + wanted + " cores, and this server has " + settings.cores() + " for all");
        }
        return wanted;
    }

    /** Within the change of the database that gives the number: both are there, or neither. */
    private Job placed(Path draft, long id, Plan plan, int cores, Submission submission, String owner) {
        try {
            Path place = book.folder(id).path();
            Folders.delete(place);
            Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean matrix = plan.kind() == Job.Kind.MATRIX;
        return new Job(
                id,
                plan.name(),
                plan.kind(),
                JobState.QUEUED,
                Optional.empty(),
                submission.priority(),
                cores,
                owner,
                Instant.now(),
                Optional.empty(),
                Optional.empty(),
                0,
                plan.runs().stream()
                        .map(run -> Job.Run.queued(
                                run.name(),
                                matrix ? "run/" + run.name() : "run",
                                run.labels(),
                                elsewhere ? 0 : gpus.needed(run.device())))
                        .toList());
    }

    /** Ends a job: what runs saves a checkpoint first. */
    public Job stop(long id) {
        return end(id, JobState.STOPPED, EnumSet.of(JobState.QUEUED, JobState.INTERRUPTED, JobState.PAUSED));
    }

    /** Lets a job wait until it is resumed. */
    public Job pause(long id) {
        Job job = existing(id);
        if (job.state().ended()) {
            throw conflict(job, "paused");
        }
        return end(id, JobState.PAUSED, EnumSet.of(JobState.QUEUED, JobState.INTERRUPTED));
    }

    private Job end(long id, JobState wanted, Set<JobState> atOnce) {
        Job job = existing(id);
        if (job.state().ended()) {
            return job;
        }
        book.table().intend(id, Optional.of(wanted));
        Job changed = book.change(
                        id,
                        now -> JobChanges.settled(JobChanges.withRuns(
                                now,
                                run -> run.state().active()
                                        ? JobChanges.inState(run, JobState.STOPPING, Optional.empty())
                                        : atOnce.contains(run.state())
                                                ? JobChanges.inState(run, wanted, Optional.empty())
                                                : run)))
                .orElseThrow(() -> missing(id));
        if (changed.state().active()) {
            dispatcher.stop(id);
        } else {
            book.table().intend(id, Optional.empty());
        }
        dispatcher.wake();
        return changed;
    }

    /** Queues a paused job again. */
    public Job resume(long id) {
        Job job = existing(id);
        if (job.state() == JobState.STOPPING || job.state().ended()) {
            throw conflict(job, "resumed");
        }
        return queued(id, EnumSet.of(JobState.PAUSED));
    }

    /** Queues again what did not come to its end. */
    public Job retry(long id) {
        Job job = existing(id);
        if (job.state() != JobState.FAILED && job.state() != JobState.STOPPED) {
            throw conflict(job, "tried again");
        }
        return queued(id, EnumSet.of(JobState.FAILED, JobState.STOPPED));
    }

    private Job queued(long id, Set<JobState> which) {
        Job changed = book.change(
                        id,
                        now -> JobChanges.settled(JobChanges.withRuns(
                                now,
                                run -> which.contains(run.state())
                                        ? JobChanges.inState(run, JobState.QUEUED, Optional.empty())
                                        : run)))
                .orElseThrow(() -> missing(id));
        dispatcher.wake();
        return changed;
    }

    /** Forgets a job that has ended, with its files. */
    public void delete(long id) throws IOException {
        Job job = existing(id);
        if (!job.state().ended()) {
            throw new RefusedException(
                    Why.CONFLICT,
                    "job " + id + " cannot be deleted while it is "
                            + job.state().name().toLowerCase(Locale.ROOT) + "; stop it first");
        }
        if (!dispatcher.isIdle(id)) {
            throw new RefusedException(
                    Why.CONFLICT, "a process of job " + id + " is still ending; try again in a moment");
        }
        book.remove(id);
        Folders.delete(book.folder(id).path());
    }

    /** @throws RefusedException where it is no matrix */
    public MatrixTable table(long id) throws IOException {
        if (existing(id).kind() != Job.Kind.MATRIX) {
            throw new RefusedException(Why.MISSING, "job " + id + " is no matrix and has no table");
        }
        return MatrixFiles.table(book.folder(id));
    }

    /** The file that was submitted, with what was put over it in comments. */
    public String config(long id) throws IOException {
        existing(id);
        Order order = Order.read(book.folder(id).order());
        StringBuilder text =
                new StringBuilder(Files.readString(book.folder(id).config().resolve(order.file())));
        if (!order.set().isEmpty()) {
            text.append(text.toString().endsWith("\n") ? "" : "\n");
            order.set()
                    .forEach((key, value) -> text.append("# --set ")
                            .append(key)
                            .append('=')
                            .append(value.replace('\n', ' '))
                            .append('\n'));
        }
        return text.toString();
    }

    /** @throws RefusedException where there is none */
    public Job existing(long id) {
        return book.job(id).orElseThrow(() -> missing(id));
    }

    private static RefusedException missing(long id) {
        return new RefusedException(Why.MISSING, "there is no job " + id);
    }

    private static RefusedException conflict(Job job, String what) {
        return new RefusedException(
                Why.CONFLICT,
                "job " + job.id() + " is " + job.state().name().toLowerCase(Locale.ROOT) + " and cannot be " + what);
    }

    /** Lets what runs save a checkpoint; it goes on when a server starts again here. */
    @Override
    public void close() {
        LOG.info("runs save what they have");
        dispatcher.close();
    }
}

package dev.dafl.engine;

import dev.dafl.engine.compute.Compute;
import dev.dafl.engine.compute.PeakMemory;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.files.Digests;
import dev.dafl.engine.plugins.BoundPlugin;
import dev.dafl.engine.report.Report;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.Checkpoints;
import dev.dafl.engine.run.InterruptedRunException;
import dev.dafl.engine.run.MetricsFile;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.run.RunClock;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.run.RunResult.Status;
import dev.dafl.engine.tracking.Tracking;
import dev.dafl.libtorch.Libtorch;
import dev.dafl.spi.Listener.Phase;
import dev.dafl.spi.Listener.Place;
import dev.dafl.spi.ListenerFactory;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.StateException;
import dev.dafl.tensor.state.Stateful;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run tells while it goes on and leaves behind: events, its folder, and the result, which is there whatever happens.
 */
final class RunJournal implements Stateful, CheckpointWriter.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(RunJournal.class);

    private ExperimentConfig config;
    private final Compute compute;
    private final Provenance provenance;
    private final List<BoundPlugin<ListenerFactory<?>>> told;
    private final List<RunListener> listeners;
    private final RunControl control;
    private final RunClock clock = new RunClock();
    private final PeakMemory memory = PeakMemory.sinceNow();
    private final List<RunEvent.Recovered> recovered = new ArrayList<>();
    // Made before anything of the run is told.
    @SuppressWarnings("NullAway.Init")
    private RunFolder folder;

    /** Bytes that an earlier process of this run has held; 0 where there was none. */
    private long memoryBefore;

    private Optional<String> command;
    private Optional<MetricsFile> metrics = Optional.empty();
    private Optional<Tracking> tracking = Optional.empty();
    private Optional<LiveReport> report = Optional.empty();
    private Optional<RunResult.Teacher> teacher = Optional.empty();
    private String teacherDigest = "";
    private RunEvent.Phase keptPhase = RunEvent.Phase.TEACHER;
    private Optional<RunResult.Student> student = Optional.empty();

    /**
     * @param config with device, precision and threads as they were chosen
     * @param told plugins that hear of the run
     * @param listeners of whoever runs it
     */
    RunJournal(
            ExperimentConfig config,
            Compute compute,
            Provenance provenance,
            List<BoundPlugin<ListenerFactory<?>>> told,
            RunControl control,
            List<RunListener> listeners) {
        this.config = config;
        this.compute = compute;
        this.provenance = provenance;
        this.told = List.copyOf(told);
        this.control = control;
        this.command = provenance.command();
        this.listeners = List.copyOf(listeners);
    }

    /** The work of a run. */
    @FunctionalInterface
    interface Work {

        /** @param kept what an earlier process has kept of this run; empty at the beginning */
        void run(Optional<State> kept) throws IOException;
    }

    /** Makes the folder, works, and leaves a whole folder whatever happens. */
    RunResult record(Experiment.FolderTarget target, Work work) throws IOException {
        try (RunFolder opened = target.create();
                TensorScope _ = TensorScope.open()) {
            folder = opened;
            control.onAbandon(this::abandoned);
            emit(new RunEvent.FolderCreated(folder.path()));
            return record(work);
        } finally {
            control.onAbandon((_, _) -> {});
        }
    }

    private RunResult record(Work work) throws IOException {
        Checkpoints checkpoints = checkpoints();
        Optional<State> kept = folder.begun() ? checkpoints.newest() : Optional.empty();
        long length = 0;
        if (kept.isPresent()) {
            load(kept.get().part("run"));
            length = kept.get().part("run").number("metrics-bytes");
        } else {
            folder.text(Artefact.CONFIG, ExperimentFile.toYaml(config));
        }
        try (Tracking trackers = tracking(kept)) {
            tracking = Optional.of(trackers);
            report = compute.ranks().rank() == 0
                    ? Optional.of(new LiveReport(folder.path(), System::nanoTime))
                    : Optional.empty();
            RunResult result = work(work, kept, length);
            if (result.status() == Status.COMPLETED) {
                checkpoints.delete();
            }
            return result;
        } finally {
            tracking = Optional.empty();
        }
    }

    private Tracking tracking(Optional<State> kept) {
        return Tracking.of(
                folder.path(),
                config,
                clock::total,
                told,
                folder.begun() ? Optional.of(place(kept)) : Optional.empty(),
                problem -> emit(new RunEvent.Warning(problem)));
    }

    /** Where the run goes on. */
    private Place place(Optional<State> kept) {
        long step = kept.map(state -> state.part("training"))
                .filter(training -> training.has("done"))
                .map(training -> training.number("done"))
                .orElse(0L);
        return new Place(keptPhase == RunEvent.Phase.TEACHER ? Phase.TEACHER : Phase.DISTILLATION, step);
    }

    /** @param length of what is kept of the metrics, in bytes */
    private RunResult work(Work work, Optional<State> kept, long length) throws IOException {
        Status status = Status.COMPLETED;
        Optional<String> message = Optional.empty();
        try (MetricsFile file = new MetricsFile(folder.path(), length, clock::total)) {
            metrics = Optional.of(file);
            work.run(kept);
        } catch (InterruptedRunException e) {
            status = Status.INTERRUPTED;
            message = Optional.ofNullable(e.getMessage());
        } catch (MethodDiedException e) {
            // The run goes on with another method: this is not its end.
            throw e;
        } catch (UncheckedIOException e) {
            IOException cause = Objects.requireNonNull(e.getCause(), "its constructors want one");
            failed(cause);
            throw cause;
        } catch (StateException e) {
            IOException told = new IOException(
                    folder.path() + " has a checkpoint that does not fit its configuration: " + e.getMessage()
                            + "; was " + Artefact.CONFIG.file() + " changed? Without its checkpoints it begins anew",
                    e);
            failed(told);
            throw told;
        } catch (IOException | RuntimeException | Error e) {
            failed(e);
            throw e;
        } finally {
            metrics = Optional.empty();
            report = Optional.empty();
        }
        return finish(status, message);
    }

    /** Of this run's folder. */
    Checkpoints checkpoints() {
        return new Checkpoints(folder.path(), config.checkpoint().keep());
    }

    /** Says in the folder why the run failed; what failed may be the writing itself. */
    private void failed(Throwable reason) {
        try {
            finish(Status.FAILED, Optional.ofNullable(reason.getMessage()));
        } catch (IOException | RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    /** The process ends: called by another thread than the run's. */
    private void abandoned(Status status, String reason) {
        try {
            folder.text(Artefact.RESULT, ResultJson.of(result(status, Optional.of(reason))) + System.lineSeparator());
        } catch (IOException e) {
            LOG.warn("{}", e.getMessage());
        }
    }

    private RunResult finish(Status status, Optional<String> message) throws IOException {
        RunResult result = result(status, message);
        folder.text(Artefact.RESULT, ResultJson.of(result) + System.lineSeparator());
        writeReport();
        emit(new RunEvent.Finished(result, folder.path()));
        return result;
    }

    private RunResult result(Status status, Optional<String> message) {
        return new RunResult(
                config.name(),
                status,
                message,
                teacher,
                student,
                recovered.stream()
                        .map(r -> new RunResult.Recovered(r.step(), r.backTo(), r.reason(), r.rateFactor()))
                        .toList(),
                clock.seconds(),
                peakMemory(),
                provenance.dafl(),
                provenance.plugins(),
                new RunResult.Libtorch(
                        Libtorch.info().version(), Libtorch.info().folder().toString()),
                ThisMachine.look(),
                config.seed(),
                config.device(),
                compute.precision(),
                config.threads(),
                Optional.of(compute.ranks()).filter(Ranks::together).map(Ranks::size),
                command,
                config);
    }

    private Optional<Long> peakMemory() {
        long peak = Math.max(memoryBefore, memory.bytes().orElse(0));
        return peak == 0 ? Optional.empty() : Optional.of(peak);
    }

    /** All that it tells is in the other files: a run is not lost for want of it. */
    private void writeReport() {
        if (compute.ranks().rank() > 0) {
            return;
        }
        try {
            Report.write(folder.path());
        } catch (IOException e) {
            LOG.warn("the run has no report: {}; dafl report {} writes it anew", e.getMessage(), folder.path());
        }
    }

    /** Of the run; there from {@link #record} on. */
    RunFolder folder() {
        return folder;
    }

    RunClock clock() {
        return clock;
    }

    void emit(RunEvent event) {
        if (event instanceof RunEvent.Recovered one) {
            recovered.add(one);
        }
        metrics.ifPresent(file -> file.on(event));
        tracking.ifPresent(trackers -> trackers.on(event));
        report.ifPresent(page -> page.on(event));
        listeners.forEach(listener -> listener.on(event));
    }

    @Override
    public void written(long step, double seconds) {
        clock.checkpointed(seconds);
        emit(new RunEvent.Checkpointed(folder.path(), step));
    }

    @Override
    public void failed(double seconds) {
        clock.checkpointed(seconds);
    }

    /** More was decided before the run has begun. */
    void decided(ExperimentConfig all) {
        config = all;
    }

    /** What an earlier process of this run told of dead generators. */
    void recoveredBefore(List<RunEvent.Recovered> before) {
        recovered.addAll(before);
    }

    /** The teacher is in the folder. */
    void teacher(RunResult.Teacher result) throws IOException {
        teacher = Optional.of(result);
        teacherDigest = Digests.sha256(Artefact.TEACHER.in(folder.path()));
    }

    /** Whether a file is the teacher that this run has written. */
    boolean isTeacher(Path file) throws IOException {
        return Files.isRegularFile(file) && Digests.sha256(file).equals(teacherDigest);
    }

    /** The part of the run that an earlier process was at. */
    RunEvent.Phase keptPhase() {
        return keptPhase;
    }

    /** The student's result so far, or in the end. */
    void student(RunResult.Student result) {
        student = Optional.of(result);
    }

    /** On what its bits depend besides its configuration. */
    private String madeBy() {
        return "dafl " + provenance.dafl().version() + " with libtorch "
                + Libtorch.info().version() + " on " + ThisMachine.look().processor()
                + (compute.ranks().together() ? ", " + compute.ranks().size() + " ranks" : "");
    }

    @Override
    public void save(State state) {
        state.put("metrics-bytes", metrics.orElseThrow().forced())
                .put("clock", clock)
                .put("made-by", madeBy())
                .put("peak-memory", peakMemory().orElse(0L));
        teacher.ifPresent(t -> {
            State part = state.part("teacher")
                    .put("model", t.model())
                    .put("parameters", t.parameters())
                    .put("reused", t.reused())
                    .put("digest", teacherDigest);
            t.accuracy().ifPresent(accuracy -> part.put("accuracy", accuracy));
            t.multiplyAdds().ifPresent(products -> part.put("multiply-adds", products));
        });
        command.ifPresent(words -> state.put("command", words));
    }

    @Override
    public void load(State state) {
        state.load("clock", clock);
        // Checkpoints of earlier versions do not have it.
        memoryBefore = state.has("peak-memory") ? state.number("peak-memory") : 0;
        String before = state.text("made-by");
        if (!before.equals(madeBy())) {
            emit(new RunEvent.Warning("this run was begun by " + before + "; now it is " + madeBy()
                    + ", whose last digits may be others"));
        }
        // What began the run, not what went on with it.
        command = state.has("command") ? Optional.of(state.text("command")) : command;
        if (state.has("teacher")) {
            State t = state.part("teacher");
            teacher = Optional.of(new RunResult.Teacher(
                    t.text("model"),
                    t.has("accuracy") ? Optional.of(t.real("accuracy")) : Optional.empty(),
                    t.number("parameters"),
                    t.flag("reused"),
                    t.has("multiply-adds") ? Optional.of(t.number("multiply-adds")) : Optional.empty()));
            teacherDigest = t.text("digest");
            keptPhase = RunEvent.Phase.DISTILLATION;
        }
    }
}

package dev.dafl.engine;

import dev.dafl.engine.RunEvent.Phase;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.report.Report;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.run.RunResult.Status;
import dev.dafl.engine.training.Compute;
import dev.dafl.engine.training.InterruptedRunException;
import dev.dafl.engine.training.TrainingObserver;
import dev.dafl.libtorch.Libtorch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a run tells while it goes on and leaves behind: events, its folder, and the result, which is there whatever happens. */
final class RunJournal {

    private static final Logger LOG = LoggerFactory.getLogger(RunJournal.class);

    private final ExperimentConfig config;
    private final Compute compute;
    private final Experiment.FolderTarget target;
    private final RunListener listener;
    private final long start;
    private final List<RunResult.Recovered> recovered = new ArrayList<>();
    private RunFolder folder;
    private MetricsFile metrics;
    private Optional<RunResult.Teacher> teacher = Optional.empty();
    private Optional<RunResult.Student> student = Optional.empty();
    private double teacherSeconds;
    private double distillationSeconds;

    /**
     * @param config with device, precision and threads as they were chosen
     * @param start of the run, in {@link System#nanoTime}
     */
    RunJournal(
            ExperimentConfig config,
            Compute compute,
            Experiment.FolderTarget target,
            RunListener listener,
            long start) {
        this.config = config;
        this.compute = compute;
        this.target = target;
        this.listener = listener;
        this.start = start;
    }

    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    /** Makes the folder, works, and leaves a whole folder whatever happens. */
    RunResult record(Work work) throws IOException {
        folder = target.create();
        emit(new RunEvent.FolderCreated(folder.path()));
        folder.text("config.yaml", ExperimentFile.toYaml(config));
        Status status = Status.COMPLETED;
        Optional<String> message = Optional.empty();
        try (MetricsFile file = new MetricsFile(folder.path())) {
            metrics = file;
            work.run();
        } catch (InterruptedRunException e) {
            status = Status.INTERRUPTED;
            message = Optional.of(e.getMessage());
        } catch (UncheckedIOException e) {
            failed(e.getCause());
            throw e.getCause();
        } catch (IOException | RuntimeException e) {
            failed(e);
            throw e;
        } finally {
            metrics = null;
        }
        return finish(status, message);
    }

    /** Says in the folder why the run failed; what failed may be the writing itself. */
    private void failed(Exception reason) {
        try {
            finish(Status.FAILED, Optional.ofNullable(reason.getMessage()));
        } catch (IOException | RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    private RunResult finish(Status status, Optional<String> message) throws IOException {
        RunResult result = new RunResult(
                config.name(),
                status,
                message,
                teacher,
                student,
                List.copyOf(recovered),
                new RunResult.Seconds(since(start), teacherSeconds, distillationSeconds),
                new RunResult.Libtorch(
                        Libtorch.info().version(), Libtorch.info().folder().toString()),
                ThisMachine.look(),
                config.device(),
                compute.precision(),
                config.threads(),
                config);
        folder.text("result.json", ResultJson.of(result) + System.lineSeparator());
        writeReport();
        emit(new RunEvent.Finished(result, folder.path()));
        return result;
    }

    /** All that it tells is in the other files: a run is not lost for want of it. */
    private void writeReport() {
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

    void emit(RunEvent event) {
        if (metrics != null) {
            metrics.accept(event);
        }
        listener.on(event);
    }

    /** @param begin of the work on it, in {@link System#nanoTime} */
    void teacher(RunResult.Teacher result, long begin) {
        teacher = Optional.of(result);
        teacherSeconds = since(begin);
    }

    void student(RunResult.Student result) {
        student = Optional.of(result);
    }

    /** @param begin of the distillation, which has just ended, in {@link System#nanoTime} */
    void distilled(long begin) {
        distillationSeconds = since(begin);
    }

    /** Turns what training tells into events; {@code accuracy} of the student is measured when the configuration asks for it. */
    TrainingObserver observer(Optional<DoubleSupplier> accuracy) {
        return new Observer(accuracy);
    }

    /** Seconds with three decimals. */
    static double since(long begin) {
        return Math.round((System.nanoTime() - begin) / 1e6) / 1e3;
    }

    private final class Observer implements TrainingObserver {

        private final Optional<DoubleSupplier> accuracy;

        private Observer(Optional<DoubleSupplier> accuracy) {
            this.accuracy = accuracy;
        }

        @Override
        public void checkInterrupted() {
            if (listener.interrupted()) {
                throw new InterruptedRunException();
            }
        }

        @Override
        public void teacherProgress(long step, long steps, Map<String, Double> values) {
            emit(new RunEvent.Progress(Phase.TEACHER, step, steps, values));
        }

        @Override
        public void distillationProgress(long step, long steps, Map<String, Double> values) {
            emit(new RunEvent.Progress(Phase.DISTILLATION, step, steps, values));
        }

        @Override
        public void recovered(Recovery recovery) {
            recovered.add(new RunResult.Recovered(
                    recovery.step(), recovery.backTo(), recovery.reason(), recovery.rateFactor()));
            emit(new RunEvent.Recovered(recovery.step(), recovery.backTo(), recovery.reason(), recovery.rateFactor()));
        }

        @Override
        public void selected(long step, double agreement) {
            emit(new RunEvent.Selected(step, agreement));
        }

        @Override
        public void evaluate(long step) {
            accuracy.ifPresent(a -> emit(new RunEvent.Evaluated("student", step, a.getAsDouble())));
        }
    }
}

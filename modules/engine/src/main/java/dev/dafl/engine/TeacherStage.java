package dev.dafl.engine;

import dev.dafl.engine.compute.Compute;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.files.ProcessLock;
import dev.dafl.engine.plugins.NetworkSize;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.training.Evaluation;
import dev.dafl.engine.training.LabelledImages;
import dev.dafl.engine.training.Statistics;
import dev.dafl.engine.training.StepLoop;
import dev.dafl.engine.training.TeacherTraining;
import dev.dafl.engine.weights.TeacherCache;
import dev.dafl.engine.weights.WeightsFile;
import dev.dafl.engine.weights.WeightsMetadata;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.TransferSource.ActivationStatistics;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.tensor.safetensors.SafetensorsException;
import dev.dafl.tensor.state.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The first part of a run: its teacher, from given weights, from the cache, or trained.
 *
 * @param config with everything chosen
 * @param dataset to train it on; none where it was trained before
 * @param test to measure it on, where there is something
 * @param task of it
 * @param compute where its images are, and which ranks train it
 * @param cache where trained teachers are kept
 */
record TeacherStage(
        Experiment experiment,
        ExperimentConfig config,
        Optional<Dataset> dataset,
        Optional<LabelledImages> test,
        Task task,
        Compute compute,
        RunJournal journal,
        Path cache) {

    /**
     * How a teacher is come by.
     *
     * @param statistics whether its activations are to be recorded
     * @param kept the state of its training; empty where that begins
     * @param done called once all of it is in the run folder, before other runs get to know of it
     */
    record Way(boolean statistics, StepLoop loop, Optional<State> kept, Runnable done) {}

    /** Puts the weights that the configuration names, if any, into the teacher, and warns where the data are not theirs. */
    void loadGiven(Network teacher) {
        config.teacher().weights().map(Path::of).map(WeightsFile::new).ifPresent(weights -> {
            try {
                weights.into(teacher, config.teacher(), task);
            } catch (ConfigException e) {
                throw experiment.file().mistake("/teacher/weights", e);
            }
            dataset.map(data -> new Contradictions(weights, config.data().orElseThrow(), data.shape(), task))
                    .map(Contradictions::told)
                    .orElse(List.of())
                    .forEach(text -> journal.emit(new RunEvent.Warning(
                            experiment.file().mistake("/data", text).getMessage())));
        });
    }

    /** Puts the weights that an earlier process of this run has left in its folder into the teacher. */
    void reload(Network teacher) throws IOException {
        Path file = Artefact.TEACHER.in(journal.folder().path());
        if (!journal.isTeacher(file)) {
            throw new IOException(file + " is not what this run has written, so it cannot go on; delete the folder and"
                    + " run the experiment again");
        }
        try (TensorScope _ = TensorScope.open()) {
            teacher.parameters().load(Safetensors.read(file));
        } catch (SafetensorsException | IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Trains or finds the teacher, measures it, and leaves it in the run folder. */
    void run(Network teacher, Way way) throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            if (config.teacher().weights().isPresent()) {
                Path weights = Path.of(config.teacher().weights().get());
                if (way.statistics()) {
                    record(teacher, original(), new TeacherCache(cache).statistics(weights));
                }
                tell(teacher, Optional.of(weights.toString()));
                way.done().run();
            } else if (dataset.isPresent()) {
                trainOrReuse(teacher, dataset.get(), way);
            } else {
                tell(teacher, Optional.of(config.teacher().model().toString()));
                way.done().run();
            }
        }
    }

    /** About how long {@link #run} takes here; no time where nothing is trained. */
    TimeEstimate.Phase time(Network teacher, TimeTrial trial) {
        if (config.teacher().weights().isPresent()) {
            return TimeEstimate.Phase.there(config.teacher().weights().get());
        }
        if (dataset.isEmpty()) {
            return TimeEstimate.Phase.there(config.teacher().model().toString());
        }
        Path cached = new TeacherCache(cache).file(config, experiment.parts().teacher(), dataset.get(), teacher);
        if (Files.isRegularFile(cached)) {
            return TimeEstimate.Phase.there(cached.toString());
        }
        try (TensorScope _ = TensorScope.open()) {
            return trial.teacher(images(dataset.get()).with(config.teacher().augment()));
        }
    }

    private void trainOrReuse(Network teacher, Dataset data, Way way) throws IOException {
        TeacherCache teachers = new TeacherCache(cache);
        Path cached = teachers.file(config, experiment.parts().teacher(), data, teacher);
        Ranks ranks = compute.ranks();
        if (ranks.rank() > 0) {
            // Rank 0 keeps it and looks for it.
            if (!reused(ranks, teacher, false)) {
                train(teacher, data, way);
            }
            if (way.statistics()) {
                record(teacher, data, Optional.empty());
            }
            tell(teacher, Optional.empty());
            way.done().run();
            return;
        }
        try (ProcessLock _ =
                teachers.lock(cached, ranks.together() ? () -> {} : way.loop().cancellation()::check)) {
            // A training that was begun goes on, whatever others have trained meanwhile.
            boolean reused = reused(ranks, teacher, way.kept().isEmpty() && teachers.load(cached, teacher));
            if (!reused) {
                train(teacher, data, way);
            }
            if (way.statistics()) {
                // Recorded by all ranks together, or by none.
                Optional<ActivationStatistics> known =
                        reused && !ranks.together() ? teachers.statistics(cached) : Optional.empty();
                ActivationStatistics statistics = record(teacher, data, known);
                if (known.isEmpty()) {
                    teachers.saveStatistics(cached, statistics, statisticsMetadata());
                }
            }
            tell(teacher, reused ? Optional.of(cached.toString()) : Optional.empty());
            way.done().run();
            if (!reused) {
                teachers.save(cached, teacher, metadata());
            }
        }
    }

    /** Whether rank 0 has found it; all have its weights then. */
    private static boolean reused(Ranks ranks, Network teacher, boolean own) {
        boolean reused = Boolean.parseBoolean(ranks.first(String.valueOf(own)));
        if (reused) {
            teacher.parameters().stateDict().values().forEach(ranks::broadcast);
        }
        return reused;
    }

    private void train(Network teacher, Dataset data, Way way) {
        LabelledImages images = images(data).with(config.teacher().augment());
        try (TeacherTraining training = new TeacherTraining(
                teacher, config.teacher(), images, new RandomStream(config.teacherSeed()), journal::emit)) {
            way.kept().ifPresent(training::load);
            training.run(way.loop());
        }
    }

    private LabelledImages images(Dataset data) {
        return new LabelledImages(data.train(), task.normalization(), task.shape(), compute.device())
                .fitted(config.data().orElseThrow().fit());
    }

    private Dataset original() {
        return dataset.orElseThrow(() -> new IllegalStateException("statistics were asked for without data"));
    }

    /** Leaves the teacher's statistics in the run folder, recorded anew where they are not known. */
    private ActivationStatistics record(Network teacher, Dataset data, Optional<ActivationStatistics> known)
            throws IOException {
        ActivationStatistics statistics =
                known.isPresent() ? known.get() : Statistics.of(teacher, images(data), task.classes());
        journal.folder().tensors(Artefact.TEACHER_STATISTICS, Statistics.named(statistics), statisticsMetadata());
        return statistics;
    }

    /** @param from what it came from where it was not trained now, in words */
    private void tell(Network teacher, Optional<String> from) throws IOException {
        from.ifPresent(source -> journal.emit(new RunEvent.TeacherReused(source)));
        test.ifPresent(_ -> journal.emit(new RunEvent.Doing("measuring the teacher")));
        Optional<Double> accuracy = test.map(images -> Evaluation.accuracy(teacher, images));
        journal.folder().weights(Artefact.TEACHER, teacher.parameters(), metadata());
        journal.teacher(new RunResult.Teacher(
                config.teacher().model().name(),
                accuracy,
                teacher.parameters().count(),
                from.isPresent(),
                Optional.of(multiplyAdds(teacher))));
        accuracy.ifPresent(share -> journal.emit(new RunEvent.Evaluated("teacher", 0, share)));
    }

    private long multiplyAdds(Network teacher) {
        ImageShape image = task.shape();
        return NetworkSize.multiplyAdds(teacher, image.channels(), image.height(), image.width());
    }

    private Map<String, String> metadata() {
        return WeightsMetadata.of("teacher", config.teacher().model(), config, task);
    }

    private Map<String, String> statisticsMetadata() {
        return WeightsMetadata.of(WeightsMetadata.STATISTICS, config.teacher().model(), config, task);
    }
}

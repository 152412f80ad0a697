package dev.dafl.engine;

import dev.dafl.engine.StudentRecord.Trained;
import dev.dafl.engine.plugins.ExperimentParts.Distilling;
import dev.dafl.engine.plugins.ExperimentParts.ImageSource;
import dev.dafl.engine.plugins.PluginCall;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.training.DryPass;
import dev.dafl.engine.training.Statistics;
import dev.dafl.engine.training.TransferTraining;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSetFactory;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.state.State;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A student that learns from given images.
 *
 * @param others the data sets that the images are of
 */
record TransferStage(
        RunContext context,
        RunData data,
        Distilling parts,
        ImageSource.Transferred set,
        Map<PluginReference, Dataset> others,
        Network teacher,
        Network student)
        implements StudentStage {

    /** @throws dev.dafl.engine.config.ConfigException for images that are not there, or that the teacher cannot take */
    static TransferStage prepared(
            RunContext context,
            RunData data,
            Distilling parts,
            ImageSource.Transferred set,
            Network teacher,
            Network student)
            throws IOException {
        TransferStage stage =
                new TransferStage(context, data, parts, set, others(context, data, set), teacher, student);
        if (stage.needsStatistics()) {
            stage.requireFeatures();
        }
        DryPass.ofTransfer(teacher, student, parts.loss(), data.shape(), context.random());
        context.decideMeasuring(data, teacher, student, 0);
        return stage;
    }

    /** Before anything is trained: they may not be there, or not fit. */
    private static Map<PluginReference, Dataset> others(RunContext context, RunData data, ImageSource.Transferred set)
            throws IOException {
        Map<PluginReference, Dataset> others = new LinkedHashMap<>();
        for (var other : set.datasets().entrySet()) {
            Dataset loaded = context.experiment().load(other.getValue(), context.cache(), context.loading());
            if (loaded.shape().channels() != data.shape().channels()) {
                throw context.experiment()
                        .file()
                        .mistake(
                                other.getValue().pointer(),
                                "the images of " + other.getKey().name() + " have "
                                        + loaded.shape().channels() + " channels where the teacher's have "
                                        + data.shape().channels()
                                        + "; choose another dataset, or bring its images to as many where it has an option for that");
            }
            others.put(other.getKey(), loaded);
        }
        return others;
    }

    /** There is nothing to record of a teacher without. */
    private void requireFeatures() {
        if (!Statistics.canBeRecorded(teacher, data.shape())) {
            throw context.experiment()
                    .file()
                    .mistake(
                            set.set().pointer(),
                            set.set().identity() + " needs the teacher's features, and the teacher hands none to"
                                    + " Pass.features; take another set, or another teacher");
        }
    }

    @Override
    public Readiness ready() {
        return Readiness.of(context, data, teacher, Optional.of(student), Optional.empty(), Optional.empty());
    }

    @Override
    public TimeEstimate.Phase time(TimeTrial trial) {
        return trial.transfer(parts, set);
    }

    @Override
    public boolean needsStatistics() {
        return set.needs().contains(TransferSetFactory.Need.ACTIVATION_STATISTICS);
    }

    @Override
    public void run(Optional<State> kept) throws IOException {
        RunJournal journal = context.journal();
        teacher.parameters().freeze();
        try (TransferTraining training = new TransferTraining(setup(), journal::emit)) {
            kept.ifPresent(training::load);
            Finishing.after(() -> training.run(context.loop()), () -> {
                journal.clock().end();
                context.record(data)
                        .student(
                                Trained.last(teacher, student, training.done(), training.agreement(), Optional.empty()),
                                training::images);
                return training;
            });
        }
    }

    private TransferTraining.Setup setup() throws IOException {
        ExperimentSource source = new ExperimentSource(
                data.set(),
                data.task(),
                others,
                context.config(),
                teacher,
                Artefact.TEACHER_STATISTICS.in(context.journal().folder().path()),
                context.compute(),
                context.random().child("transfer set"));
        return new TransferTraining.Setup(
                images(source),
                set.set().identity(),
                teacher,
                student,
                parts.loss(),
                context.config().student().orElseThrow().optimizer(),
                context.config().distillation(),
                context.config().transfer().orElseThrow(),
                context.accuracy(data, student),
                context.random());
    }

    private TransferSet images(ExperimentSource source) throws IOException {
        try {
            return PluginCall.making(
                    set.set().identity(),
                    () -> create(set.set().plugin(), set.set().options(), source));
        } catch (IllegalArgumentException e) {
            throw context.experiment().file().mistake(set.set().pointer(), e);
        }
    }

    @SuppressWarnings("unchecked") // the options were bound from this plugin's defaults
    private static <O extends Record> TransferSet create(
            TransferSetFactory<O> plugin, Record options, ExperimentSource source) throws IOException {
        return plugin.create(source, (O) options);
    }
}

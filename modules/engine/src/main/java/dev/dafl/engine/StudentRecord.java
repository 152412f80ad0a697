package dev.dafl.engine;

import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.StudentConfig;
import dev.dafl.engine.pictures.RunPictures;
import dev.dafl.engine.plugins.NetworkSize;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.Confusion;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.training.Agreement;
import dev.dafl.engine.training.Distillation;
import dev.dafl.engine.training.Evaluation;
import dev.dafl.engine.training.LabelledImages;
import dev.dafl.engine.weights.WeightsMetadata;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Network;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts down what a run has come to: the student, how it does, and pictures.
 *
 * @param test to measure on; none where there is nothing
 */
record StudentRecord(
        RunJournal journal,
        Task task,
        Optional<LabelledImages> test,
        ExperimentConfig config,
        Device device,
        RandomStream random) {

    private static final Logger LOG = LoggerFactory.getLogger(StudentRecord.class);

    /** A student, and the generator that it has learnt from. */
    void distilled(Distillation.Summary summary, Distillation.Setup setup, Distillation distillation)
            throws IOException {
        journal.folder()
                .weights(
                        Artefact.GENERATOR,
                        setup.generator().parameters(),
                        WeightsMetadata.of(
                                "generator", config.generator().orElseThrow().model(), config, task));
        if (setup.conditional()) {
            drawing(summary.stepsDone()).made(distillation::images, setup.teacher());
        } else {
            drawing(summary.stepsDone()).generated(setup.generator(), setup.latentSize(), setup.teacher());
        }
        student(
                new Trained(
                        setup.teacher(),
                        setup.kept(),
                        setup.student(),
                        summary.keptStep(),
                        summary.keptAgreement(),
                        summary.stepsDone(),
                        Optional.of(distillation.imagesMade())),
                distillation::images);
    }

    /**
     * A student that has learnt.
     *
     * @param kept the student that is kept, of step {@code keptStep}
     * @param last the student after the last step
     * @param imagesMade for it; empty where nothing of the run makes images
     */
    record Trained(
            Network teacher,
            Network kept,
            Network last,
            long keptStep,
            double agreement,
            long stepsDone,
            Optional<Long> imagesMade) {

        /** One of whom the last is kept. */
        static Trained last(Network teacher, Network student, long steps, double agreement, Optional<Long> imagesMade) {
            return new Trained(teacher, student, student, steps, agreement, steps, imagesMade);
        }

        boolean keepsLast() {
            return keptStep == stepsDone;
        }
    }

    /** @param fresh makes images that it has not learnt from */
    void student(Trained trained, Agreement.Source fresh) throws IOException {
        journal.emit(new RunEvent.Doing("measuring the student"));
        Network kept = trained.kept();
        StudentConfig student = config.student().orElseThrow();
        Confusion agreement =
                new Confusion(task.classNames(), Agreement.counts(fresh, task, trained.teacher(), kept, random));
        Optional<Confusion> confusion =
                test.map(test -> new Confusion(task.classNames(), Evaluation.confusion(kept, test, task.classes())));
        Optional<Double> accuracy = confusion.map(Confusion::accuracy);
        Optional<Double> last =
                trained.keepsLast() ? accuracy : test.map(test -> Evaluation.accuracy(trained.last(), test));
        journal.student(new RunResult.Student(
                student.model().name(),
                accuracy,
                trained.keptStep(),
                trained.agreement(),
                Optional.of(agreement.accuracy()),
                last,
                kept.parameters().count(),
                trained.stepsDone(),
                trained.imagesMade(),
                Optional.of(NetworkSize.multiplyAdds(
                        kept,
                        task.shape().channels(),
                        task.shape().height(),
                        task.shape().width()))));
        journal.folder()
                .weights(
                        Artefact.STUDENT,
                        kept.parameters(),
                        WeightsMetadata.of("student", student.model(), config, task));
        drawing(trained.stepsDone()).filters(trained.teacher(), kept);
        journal.folder().text(Artefact.AGREEMENT, ResultJson.of(agreement) + System.lineSeparator());
        if (confusion.isPresent()) {
            journal.folder().text(Artefact.CONFUSION, ResultJson.of(confusion.get()) + System.lineSeparator());
        }
        if (!trained.keepsLast()) {
            tell(trained.stepsDone(), last);
        }
        tell(trained.keptStep(), accuracy);
    }

    private void tell(long step, Optional<Double> accuracy) {
        accuracy.ifPresent(share -> journal.emit(new RunEvent.Evaluated("student", step, share)));
    }

    /**
     * Pictures of what a method makes.
     *
     * @param step that was done last
     */
    void made(Agreement.Source images, Network teacher, long step) throws IOException {
        drawing(step).made(images, teacher);
    }

    /** A picture of what a step has made: a run is not lost for want of it. */
    void glimpse(long step, Tensor images, Tensor logits) {
        try {
            pictures(step).glimpse(Artefact.glimpse(journal.folder().path(), step), images, logits);
        } catch (IOException e) {
            LOG.warn("no picture of step {}: {}", step, e.getMessage());
        }
    }

    private RunPictures drawing(long step) {
        journal.emit(new RunEvent.Doing("drawing pictures"));
        return pictures(step);
    }

    private RunPictures pictures(long step) {
        return new RunPictures(
                journal.folder().path(),
                task.shape(),
                task.normalization(),
                device,
                random,
                (name, file) -> journal.emit(new RunEvent.Pictured(name, step, file)));
    }
}

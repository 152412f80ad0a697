package dev.dafl.engine.training;

import dev.dafl.engine.config.Schedule.Step;
import dev.dafl.engine.plugins.StudentLoss;
import dev.dafl.engine.plugins.WeightedTerm;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.DistillationLoss.DistillationBatch;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm.Need;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One step of DAFL: a batch is generated once and serves the generator, the student or both. The teacher is frozen: its
 * parameters get no gradients, the generator's gradients pass through it.
 */
final class DistillationStep {

    private final Network generator;
    private final Network teacher;
    private final Network student;
    private final List<WeightedTerm<?>> terms;
    private final StudentLoss<?> studentLoss;
    private final Normalization normalization;
    private final boolean needsStudent;
    private final Set<Recorded> recorded = EnumSet.noneOf(Recorded.class);

    DistillationStep(
            Network generator,
            Network teacher,
            Network student,
            List<WeightedTerm<?>> terms,
            StudentLoss<?> studentLoss,
            Normalization normalization) {
        this.generator = generator;
        this.teacher = teacher;
        this.student = student;
        this.terms = terms;
        this.studentLoss = studentLoss;
        this.normalization = normalization;
        this.needsStudent = terms.stream().anyMatch(t -> t.needs().contains(Need.STUDENT_LOGITS));
        if (terms.stream().anyMatch(t -> t.needs().contains(Need.TEACHER_FEATURES))) {
            recorded.add(Recorded.FEATURES);
        }
        if (terms.stream().anyMatch(t -> t.needs().contains(Need.BATCH_NORM_INPUTS))) {
            recorded.add(Recorded.BATCH_NORM_INPUTS);
        }
        teacher.parameters().freeze();
    }

    /**
     * What a step computed, for whoever looks at it before the step's scope closes.
     *
     * @param images float32 {@code [n, c, h, w]}
     * @param teacherLogits float32 {@code [n, k]}
     * @param studentLogits float32 {@code [n, k]} where the student was trained
     * @param terms the value of each loss term, unweighted, where the generator was trained
     * @param studentLoss where the student was trained
     */
    record Outcome(
            Tensor images,
            Tensor teacherLogits,
            Optional<Tensor> studentLogits,
            List<Tensor> terms,
            Optional<Tensor> studentLoss) {}

    /** Forward and backward; gradients are left on the parameters of the networks that the step trains. */
    Outcome backward(Step step, Tensor latent) {
        return step.generator() ? generatorBackward(step, latent) : studentBackward(latent);
    }

    private Outcome generatorBackward(Step step, Tensor latent) {
        Pass teacherPass = Pass.evaluate().recording(recorded);
        Tensor images = generator.forward(latent, Pass.train());
        Tensor teacherLogits = teacher.forward(images, teacherPass);
        Optional<Tensor> studentLogits =
                step.student() ? Optional.of(student.forward(images.detach(), Pass.train())) : Optional.empty();
        GeneratedBatch batch = new GeneratedBatch(
                latent,
                images,
                teacherLogits,
                teacherPass.features(),
                // The student as a judge of the images: gradients into the images, none kept for the student.
                needsStudent ? Optional.of(student.forward(images, Pass.evaluate())) : Optional.empty(),
                teacherPass.batchNormInputs(),
                normalization);
        List<Tensor> values = new ArrayList<>();
        List<Tensor> summands = new ArrayList<>();
        for (WeightedTerm<?> term : terms) {
            values.add(term.compute(batch));
        }
        summands.addAll(values);
        Optional<Tensor> distillation = studentLogits.map(
                logits -> studentLoss.compute(new DistillationBatch(images.detach(), logits, teacherLogits.detach())));
        distillation.ifPresent(summands::add);
        double[] weights = new double[summands.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i < terms.size() ? terms.get(i).weight() : 1;
        }
        Tensor total = Functional.weightedSum(summands, weights);
        total.backward(needsStudent ? trained(step) : List.of());
        return new Outcome(images, teacherLogits, studentLogits, values, distillation);
    }

    private Outcome studentBackward(Tensor latent) {
        Tensor images;
        Tensor teacherLogits;
        try (GradMode _ = GradMode.disabled()) {
            images = generator.forward(latent, Pass.train());
            teacherLogits = teacher.forward(images, Pass.evaluate());
        }
        Tensor studentLogits = student.forward(images, Pass.train());
        Tensor loss = studentLoss.compute(new DistillationBatch(images, studentLogits, teacherLogits));
        loss.backward();
        return new Outcome(images, teacherLogits, Optional.of(studentLogits), List.of(), Optional.of(loss));
    }

    /** Where a term reads the student, its gradients must not reach the student's parameters in a generator step. */
    private List<Tensor> trained(Step step) {
        if (step.student()) {
            throw new TrainingFailedException("a loss term that reads the student's logits cannot train together with"
                    + " the student on one batch; use schedule: {kind: alternating, ...}");
        }
        return generator.parameters().trainable();
    }
}

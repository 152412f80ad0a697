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
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

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
    private final int atOnce;
    private final boolean needsStudent;
    private final Set<Recorded> recorded = EnumSet.noneOf(Recorded.class);

    /** @param atOnce images that go through the networks at once; the gradients of a larger batch's parts are added up */
    DistillationStep(
            Network generator,
            Network teacher,
            Network student,
            List<WeightedTerm<?>> terms,
            StudentLoss<?> studentLoss,
            Normalization normalization,
            int atOnce) {
        this.atOnce = atOnce;
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
            Optional<Tensor> studentLoss) {

        /** Lets it out of the innermost scope, without what it was computed from. */
        Outcome toOuter() {
            return new Outcome(
                    images.detach().toOuter(),
                    teacherLogits.detach().toOuter(),
                    studentLogits.map(logits -> logits.detach().toOuter()),
                    terms.stream().map(value -> value.detach().toOuter()).toList(),
                    studentLoss.map(loss -> loss.detach().toOuter()));
        }

        /** Of a whole batch; losses are the means of its parts'. */
        static Outcome of(List<Outcome> parts, double... shares) {
            Outcome first = parts.getFirst();
            List<Tensor> terms = new ArrayList<>();
            for (int i = 0; i < first.terms().size(); i++) {
                int term = i;
                terms.add(Functional.weightedSum(
                        parts.stream().map(part -> part.terms().get(term)).toList(), shares));
            }
            return new Outcome(
                    Functional.cat(parts.stream().map(Outcome::images).toList(), 0),
                    Functional.cat(parts.stream().map(Outcome::teacherLogits).toList(), 0),
                    first.studentLogits().isEmpty()
                            ? Optional.empty()
                            : Optional.of(Functional.cat(
                                    parts.stream()
                                            .map(part -> part.studentLogits().orElseThrow())
                                            .toList(),
                                    0)),
                    terms,
                    first.studentLoss().isEmpty()
                            ? Optional.empty()
                            : Optional.of(Functional.weightedSum(
                                    parts.stream()
                                            .map(part -> part.studentLoss().orElseThrow())
                                            .toList(),
                                    shares)));
        }
    }

    /**
     * Forward and backward; gradients are left on the parameters of the networks that the step trains.
     *
     * @param numbers of the step, for layers that draw
     */
    Outcome backward(Step step, Tensor latent, RandomGenerator numbers) {
        long batch = latent.size(0);
        if (batch <= atOnce) {
            return part(step, latent, 1, numbers);
        }
        List<Outcome> parts = new ArrayList<>();
        List<Double> shares = new ArrayList<>();
        for (long start = 0; start < batch; start += atOnce) {
            long length = Math.min(atOnce, batch - start);
            shares.add((double) length / batch);
            try (TensorScope _ = TensorScope.open()) {
                parts.add(part(step, latent.narrow(0, start, length), shares.getLast(), numbers)
                        .toOuter());
            }
        }
        return Outcome.of(
                parts, shares.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** @param share of the whole batch, 0 to 1 */
    private Outcome part(Step step, Tensor latent, double share, RandomGenerator numbers) {
        return step.generator()
                ? generatorBackward(step, latent, share, numbers)
                : studentBackward(latent, share, numbers);
    }

    private Outcome generatorBackward(Step step, Tensor latent, double share, RandomGenerator numbers) {
        Pass teacherPass = Pass.evaluate().recording(recorded);
        Tensor images = generator.forward(latent, Pass.train(numbers));
        Tensor teacherLogits = teacher.forward(images, teacherPass);
        Optional<Tensor> studentLogits =
                step.student() ? Optional.of(student.forward(images.detach(), Pass.train(numbers))) : Optional.empty();
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
            weights[i] = share * (i < terms.size() ? terms.get(i).weight() : 1);
        }
        Tensor total = Functional.weightedSum(summands, weights);
        total.backward(needsStudent ? trained(step) : List.of());
        return new Outcome(images, teacherLogits, studentLogits, values, distillation);
    }

    private Outcome studentBackward(Tensor latent, double share, RandomGenerator numbers) {
        Tensor images;
        Tensor teacherLogits;
        try (GradMode _ = GradMode.disabled()) {
            images = generator.forward(latent, Pass.train(numbers));
            teacherLogits = teacher.forward(images, Pass.evaluate());
        }
        Tensor studentLogits = student.forward(images, Pass.train(numbers));
        Tensor loss = studentLoss.compute(new DistillationBatch(images, studentLogits, teacherLogits));
        (share == 1 ? loss : Functional.weightedSum(List.of(loss), share)).backward();
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

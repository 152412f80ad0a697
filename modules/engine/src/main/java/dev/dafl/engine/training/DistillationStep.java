package dev.dafl.engine.training;

import dev.dafl.engine.config.Schedule.Step;
import dev.dafl.engine.training.Judges.Candidate;
import dev.dafl.engine.training.Judges.Judged;
import dev.dafl.engine.training.Teaching.Lesson;
import dev.dafl.engine.training.Teaching.Said;
import dev.dafl.spi.LossTerm.Need;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import java.util.ArrayList;
import java.util.Arrays;
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
    private final Judges judges;
    private final Teaching teaching;
    private final int atOnce;

    /** @param atOnce images that go through the networks at once; the gradients of a larger batch's parts are added up */
    DistillationStep(Network generator, Network teacher, Judges judges, Teaching teaching, int atOnce) {
        this.atOnce = atOnce;
        this.generator = generator;
        this.judges = judges;
        this.teaching = teaching;
        teacher.parameters().freeze();
    }

    /**
     * What a batch is made from.
     *
     * @param latent {@code [n, latent]}, with the classes behind it for a conditional generator
     * @param targets int64 {@code [n]} for a conditional generator
     */
    record Start(Tensor latent, Optional<Tensor> targets) {

        Start part(long from, long length) {
            return new Start(latent.narrow(0, from, length), targets.map(t -> t.narrow(0, from, length)));
        }
    }

    /**
     * When it is done.
     *
     * @param number of the step, from 0
     * @param progress share of the run that is done, 0 to 1
     */
    record When(Step kind, long number, double progress) {}

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
    Outcome backward(When when, Start start, RandomGenerator numbers) {
        long batch = start.latent().size(0);
        if (batch <= atOnce) {
            return part(when, start, 1, numbers);
        }
        List<Outcome> parts = new ArrayList<>();
        List<Double> shares = new ArrayList<>();
        for (long from = 0; from < batch; from += atOnce) {
            long length = Math.min(atOnce, batch - from);
            shares.add((double) length / batch);
            try (TensorScope _ = TensorScope.open()) {
                parts.add(part(when, start.part(from, length), shares.getLast(), numbers)
                        .toOuter());
            }
        }
        return Outcome.of(
                parts, shares.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** @param share of the whole batch, 0 to 1 */
    private Outcome part(When when, Start start, double share, RandomGenerator numbers) {
        return when.kind().generator()
                ? generatorBackward(when, start, share, numbers)
                : studentBackward(when, start, share, numbers);
    }

    private Outcome generatorBackward(When when, Start start, double share, RandomGenerator numbers) {
        Tensor images = generator.forward(start.latent(), Pass.train(numbers));
        Judged judged = judges.judge(
                new Candidate(
                        images, Optional.of(start.latent()), start.targets(), when.number(), when.progress(), false),
                when.kind().student() ? teaching.recorded() : Set.of(),
                // The student as a judge of the images: gradients into the images, none kept for the student.
                Pass.evaluate());
        Optional<Lesson> lesson = when.kind().student()
                ? Optional.of(teaching.on(
                        images.detach(),
                        new Said(judged.teacherLogits(), judged.teacherPass()),
                        Optional.empty(),
                        Pass.train(numbers),
                        when.progress()))
                : Optional.empty();
        List<Tensor> summands = new ArrayList<>(judged.terms());
        double[] weights = judges.weights(when.progress());
        if (lesson.isPresent()) {
            summands.add(lesson.get().loss());
            weights = Arrays.copyOf(weights, summands.size());
            weights[weights.length - 1] = 1;
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= share;
        }
        Functional.weightedSum(summands, weights)
                .backward(judges.isNeeded(Need.STUDENT_LOGITS) ? trained(when.kind()) : List.of());
        return new Outcome(
                images,
                judged.teacherLogits(),
                lesson.map(Lesson::studentLogits),
                judged.terms(),
                lesson.map(Lesson::loss));
    }

    private Outcome studentBackward(When when, Start start, double share, RandomGenerator numbers) {
        Tensor images;
        Said said;
        try (GradMode _ = GradMode.disabled()) {
            images = generator.forward(start.latent(), Pass.train(numbers));
            said = teaching.ask(images);
        }
        Lesson lesson = teaching.on(images, said, Optional.empty(), Pass.train(numbers), when.progress());
        (share == 1 ? lesson.loss() : Functional.weightedSum(List.of(lesson.loss()), share)).backward();
        return new Outcome(
                images,
                lesson.teacherLogits(),
                Optional.of(lesson.studentLogits()),
                List.of(),
                Optional.of(lesson.loss()));
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

package dev.dafl.engine.training;

import dev.dafl.engine.plugins.RunningTerm;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm.Need;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the loss terms of a generator or a method are computed from: one forward of each network serves all of them. */
final class Judges {

    private final Network teacher;
    private final Network student;
    private final List<RunningTerm> terms;
    private final Normalization normalization;
    private final Set<Recorded> recorded = EnumSet.noneOf(Recorded.class);

    Judges(Network teacher, Network student, List<RunningTerm> terms, Normalization normalization) {
        this.teacher = teacher;
        this.student = student;
        this.terms = terms;
        this.normalization = normalization;
        if (isNeeded(Need.TEACHER_FEATURES)) {
            recorded.add(Recorded.FEATURES);
        }
        if (isNeeded(Need.TEACHER_LAYERS)) {
            recorded.add(Recorded.LAYERS);
        }
        if (isNeeded(Need.BATCH_NORM_INPUTS)) {
            recorded.add(Recorded.BATCH_NORM_INPUTS);
        }
    }

    /**
     * Images that are judged.
     *
     * @param latent z, {@code [n, latent]}, where they come from a generator
     * @param targets int64 {@code [n]}, where they are to show classes
     * @param round in which they were made
     * @param progress share of the run that is done, 0 to 1
     * @param warmUp whether the student has not begun to learn
     */
    record Candidate(
            Tensor images,
            Optional<Tensor> latent,
            Optional<Tensor> targets,
            long round,
            double progress,
            boolean warmUp) {}

    /**
     * What was said of them.
     *
     * @param teacherPass with all that the terms asked for
     * @param terms the value of each, unweighted
     */
    record Judged(Tensor teacherLogits, Pass teacherPass, Optional<Tensor> studentLogits, List<Tensor> terms) {}

    boolean isNeeded(Need need) {
        return terms.stream().anyMatch(term -> term.needs().contains(need));
    }

    List<RunningTerm> terms() {
        return terms;
    }

    /**
     * Asks the teacher, and the student where a term wants it: as a judge of the images, it changes nothing of itself unless it is
     * in training mode.
     *
     * @param besides what others want of the teacher's pass
     * @param studentPass of the student, where a term wants it
     */
    Judged judge(Candidate candidate, Set<Recorded> besides, Pass studentPass) {
        EnumSet<Recorded> wanted = EnumSet.noneOf(Recorded.class);
        wanted.addAll(recorded);
        wanted.addAll(besides);
        Pass teacherPass = Pass.frozen().recording(wanted);
        Tensor teacherLogits = teacher.forward(candidate.images(), teacherPass);
        Optional<Tensor> studentLogits = isNeeded(Need.STUDENT_LOGITS)
                ? Optional.of(student.forward(candidate.images(), studentPass))
                : Optional.empty();
        GeneratedBatch.Builder batch = GeneratedBatch.of(candidate.images(), teacherLogits, normalization)
                .batchNormInputs(teacherPass.batchNormInputs())
                .teacherLayers(teacherPass.layers())
                .round(candidate.round())
                .progress(candidate.progress())
                .warmUp(candidate.warmUp());
        candidate.latent().ifPresent(batch::latent);
        candidate.targets().ifPresent(batch::targets);
        teacherPass.features().ifPresent(batch::teacherFeatures);
        studentLogits.ifPresent(batch::studentLogits);
        GeneratedBatch whole = batch.build();
        return new Judged(
                teacherLogits,
                teacherPass,
                studentLogits,
                terms.stream().map(term -> term.compute(whole)).toList());
    }

    /** The weights of the terms. */
    double[] weights(double progress) {
        return terms.stream().mapToDouble(term -> term.weight().at(progress)).toArray();
    }
}

package dev.dafl.engine.training;

import dev.dafl.engine.plugins.StudentLoss;
import dev.dafl.spi.DistillationLoss.DistillationBatch;
import dev.dafl.spi.DistillationLoss.Need;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.random.RandomGenerator;

/** How the student learns from the teacher on images, whatever they come from. */
final class Teaching {

    private final Network teacher;
    private final Network student;
    private final StudentLoss<?> loss;
    private final Set<Recorded> recorded = EnumSet.noneOf(Recorded.class);

    Teaching(Network teacher, Network student, StudentLoss<?> loss) {
        this.teacher = teacher;
        this.student = student;
        this.loss = loss;
        Set<Need> needs = loss.needs();
        if (needs.contains(Need.FEATURES)) {
            recorded.add(Recorded.FEATURES);
        }
        if (needs.contains(Need.LAYERS)) {
            recorded.add(Recorded.LAYERS);
        }
    }

    /**
     * What the teacher says of images, without gradients.
     *
     * @param pass with all that the loss asks for
     */
    record Said(Tensor logits, Pass pass) {}

    /**
     * A batch that the student has seen.
     *
     * @param loss float32 without dimensions
     */
    record Lesson(Tensor loss, Tensor images, Tensor studentLogits, Tensor teacherLogits) {}

    /** What the loss wants to be recorded of a pass of the teacher. */
    Set<Recorded> recorded() {
        return recorded;
    }

    Said ask(Tensor images) {
        Pass pass = Pass.frozen().recording(recorded);
        try (GradMode _ = GradMode.disabled()) {
            return new Said(teacher.forward(images, pass), pass);
        }
    }

    /**
     * @param labels int64 {@code [n]} where the images have any
     * @param studentPass fresh
     * @param progress share of the student's training that is done, 0 to 1
     */
    Lesson on(Tensor images, Said teacherSaid, Optional<Tensor> labels, Pass studentPass, double progress) {
        Pass pass = studentPass.recording(recorded);
        Tensor studentLogits = student.forward(images, pass);
        Tensor teacherLogits = teacherSaid.logits().detach();
        DistillationBatch.Builder batch =
                DistillationBatch.of(images, studentLogits, teacherLogits).progress(progress);
        labels.ifPresent(batch::labels);
        Pass teacherPass = teacherSaid.pass();
        if (pass.features().isPresent() && teacherPass.features().isPresent()) {
            batch.features(
                    teacherPass.features().get().detach(), pass.features().get());
        }
        if (recorded.contains(Recorded.LAYERS)) {
            SequencedMap<String, Tensor> taught = new LinkedHashMap<>();
            teacherPass.layers().forEach((name, layer) -> taught.put(name, layer.detach()));
            batch.layers(taught, pass.layers());
        }
        return new Lesson(loss.compute(batch.build()), images, studentLogits, teacherLogits);
    }

    /** Asks the teacher, and shows the images to the student in training. */
    Lesson on(Tensor images, Optional<Tensor> labels, RandomGenerator numbers, double progress) {
        return on(images, ask(images), labels, Pass.train(numbers), progress);
    }
}

package dev.dafl.engine;

import dev.dafl.engine.TimeEstimate.Phase;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.Schedule;
import dev.dafl.engine.plugins.ExperimentParts.Distilling;
import dev.dafl.engine.plugins.ExperimentParts.ImageSource;
import dev.dafl.engine.training.LabelledImages;
import dev.dafl.engine.training.TeacherTraining;
import dev.dafl.engine.training.TransferTraining;
import dev.dafl.engine.training.Trial;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Network;
import java.time.Duration;
import java.util.Optional;

/**
 * Takes a few steps of the trainings that no budget is for, as a {@link BudgetTrial} does of the others.
 *
 * @param networks makes those that are trained for it
 */
record TimeTrial(ExperimentConfig config, BudgetTrial networks) {

    /** A training whose first steps take longer is not measured. */
    static final Duration LONGEST = Duration.ofSeconds(30);

    private static final RandomStream RANDOM = new RandomStream(0);

    /** @param images that the teacher is trained on */
    Phase teacher(LabelledImages images) {
        try (Network own = networks.teacher();
                TeacherTraining training = new TeacherTraining(own, config.teacher(), images, RANDOM, _ -> {})) {
            return measured(new Schedule.Joint(training.steps()), training::run);
        }
    }

    /** Noise takes the place of the set, which may need a teacher that has learnt: only drawing its images is left out. */
    Phase transfer(Distilling student, ImageSource.Transferred set) {
        try (TensorScope _ = TensorScope.open();
                Network ownTeacher = networks.teacher();
                Network own = networks.student(student);
                TransferTraining training = new TransferTraining(
                        new TransferTraining.Setup(
                                noise(own),
                                set.set().identity(),
                                ownTeacher,
                                own,
                                student.loss(),
                                config.student().orElseThrow().optimizer(),
                                config.distillation(),
                                config.transfer().orElseThrow(),
                                Optional.empty(),
                                RANDOM),
                        _ -> {})) {
            return measured(new Schedule.Joint(config.transfer().orElseThrow().steps()), training::run);
        }
    }

    private TransferSet noise(Network network) {
        ImageShape shape = networks.task().shape();
        int count = config.distillation().batch();
        Tensor images = Initializer.normal(0, 1)
                .values(new long[] {count, shape.channels(), shape.height(), shape.width()}, RANDOM.at("noise", 0))
                .to(network.parameters().device());
        Tensor labels =
                Tensor.of(new long[count], count).to(network.parameters().device());
        return (_, _) -> new TransferBatch(images, Optional.of(labels));
    }

    private Phase measured(Schedule all, Trial.Training training) {
        return Phase.of(all, Trial.run(training, all, LONGEST, networks.cancellation(), Ranks.ALONE));
    }
}

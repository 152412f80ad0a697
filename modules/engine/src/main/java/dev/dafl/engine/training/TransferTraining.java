package dev.dafl.engine.training;

import dev.dafl.engine.config.DistillationConfig;
import dev.dafl.engine.config.OptimizerConfig;
import dev.dafl.engine.config.TransferConfig;
import dev.dafl.spi.DistillationLoss.DistillationBatch;
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.Optimizer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A student that learns from a transfer set: what {@link Distillation} is without a generator. */
public final class TransferTraining {

    private final Setup setup;
    private long stepsDone;
    private double agreement;

    /**
     * Everything that takes part. The networks stay the caller's.
     *
     * @param set what the student learns from
     * @param teacher is frozen by this
     * @param student to train
     * @param optimizer of the student
     * @param transfer how many steps, and how much each image is distorted
     */
    public record Setup(
            TransferSet set,
            Network teacher,
            Network student,
            StudentLoss<?> loss,
            OptimizerConfig optimizer,
            DistillationConfig config,
            TransferConfig transfer,
            RandomStream random) {}

    public TransferTraining(Setup setup) {
        this.setup = setup;
        setup.teacher().parameters().freeze();
    }

    /** Trains in place. When the observer interrupts it, the student is as it was after the last step. */
    public void run(TrainingObserver observer) {
        long steps = setup.transfer().steps();
        LearningRate rate = setup.optimizer().rate(steps);
        double clip = setup.optimizer().clipNorm().orElse(Double.POSITIVE_INFINITY);
        int evaluateEvery = setup.config().evaluateEvery();
        try (Optimizer optimizer = Optimizer.of(
                        setup.optimizer().options(), setup.student().parameters());
                KeptMemory memory = new KeptMemory()) {
            while (stepsDone < steps) {
                observer.checkInterrupted();
                try (TensorScope _ = TensorScope.open()) {
                    Outcome outcome = backward();
                    optimizer.step(rate.at(stepsDone), clip);
                    if (stepsDone % setup.config().logEvery() == 0 || stepsDone == steps - 1) {
                        observer.distillationProgress(stepsDone + 1, steps, metrics(outcome, rate.at(stepsDone)));
                    }
                }
                stepsDone++;
                memory.stepDone();
                if (evaluateEvery > 0 && stepsDone % evaluateEvery == 0) {
                    observer.evaluate(stepsDone);
                }
            }
        }
    }

    public long stepsDone() {
        return stepsDone;
    }

    /** Share of the last images looked at, 0 to 1, of which the student said what the teacher said. */
    public double agreement() {
        return agreement;
    }

    private record Outcome(Tensor loss, Tensor studentLogits, Tensor teacherLogits) {}

    private Outcome backward() {
        RandomGenerator numbers = setup.random().at("transfer", stepsDone);
        TransferBatch batch = setup.set().batch(setup.config().batch(), numbers);
        Tensor images = new Distortion(setup.transfer().distort()).of(batch.images(), numbers);
        Tensor teacherLogits;
        try (GradMode _ = GradMode.disabled()) {
            teacherLogits = setup.teacher().forward(images, Pass.evaluate());
        }
        Tensor studentLogits = setup.student().forward(images, Pass.train());
        Tensor loss = setup.loss().compute(new DistillationBatch(images, studentLogits, teacherLogits, batch.labels()));
        loss.backward();
        return new Outcome(loss, studentLogits, teacherLogits);
    }

    private Map<String, Double> metrics(Outcome outcome, double rate) {
        double loss = outcome.loss().item();
        if (!Double.isFinite(loss)) {
            throw new TrainingFailedException("the loss " + setup.loss().name() + " became " + loss + " at step "
                    + stepsDone + "; lower student.optimizer.learning-rate");
        }
        agreement = (double) Evaluation.matches(
                        outcome.studentLogits().detach(),
                        outcome.teacherLogits().argmax(1))
                / setup.config().batch();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("distillation", loss);
        metrics.put("student-rate", rate);
        metrics.put("agreement", agreement);
        return metrics;
    }
}

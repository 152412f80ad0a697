package dev.dafl.engine.training;

import dev.dafl.engine.config.DistillationConfig;
import dev.dafl.engine.config.OptimizerConfig;
import dev.dafl.spi.DistillationLoss.DistillationBatch;
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.tensor.DType;
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
     * @param steps of the student
     */
    public record Setup(TransferSet set, Network teacher, Network student, StudentLoss<?> loss, OptimizerConfig optimizer,
            DistillationConfig config, long steps, Compute compute, RandomStream random) {}

    public TransferTraining(Setup setup) {
        this.setup = setup;
        setup.teacher().parameters().freeze();
    }

    /** Trains in place. When the observer interrupts it, the student is as it was after the last step. */
    public void run(TrainingObserver observer) {
        LearningRate rate = setup.optimizer().rate(setup.steps());
        double clip = setup.optimizer().clipNorm().orElse(Double.POSITIVE_INFINITY);
        int evaluateEvery = setup.config().evaluateEvery();
        try (Optimizer optimizer = Optimizer.of(setup.optimizer().options(), setup.student().parameters())) {
            while (stepsDone < setup.steps()) {
                observer.checkInterrupted();
                try (TensorScope _ = TensorScope.open()) {
                    Outcome outcome = backward();
                    optimizer.step(rate.at(stepsDone), clip);
                    if (stepsDone % setup.config().logEvery() == 0 || stepsDone == setup.steps() - 1) {
                        observer.distillationProgress(stepsDone + 1, setup.steps(), metrics(outcome, rate.at(stepsDone)));
                    }
                }
                stepsDone++;
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
        TransferBatch batch = setup.set().batch(setup.config().batch(), setup.random().at("transfer", stepsDone));
        Tensor teacherLogits;
        try (GradMode _ = GradMode.disabled(); var _ = setup.compute().autocast()) {
            teacherLogits = setup.teacher().forward(batch.images(), Pass.evaluate()).to(DType.FLOAT32);
        }
        Tensor studentLogits;
        try (var _ = setup.compute().autocast()) {
            studentLogits = setup.student().forward(batch.images(), Pass.train()).to(DType.FLOAT32);
        }
        Tensor loss = setup.loss().compute(
                new DistillationBatch(batch.images(), studentLogits, teacherLogits, batch.labels()));
        loss.backward();
        return new Outcome(loss, studentLogits, teacherLogits);
    }

    private Map<String, Double> metrics(Outcome outcome, double rate) {
        double loss = outcome.loss().item();
        if (!Double.isFinite(loss)) {
            throw new TrainingFailedException("the loss " + setup.loss().name() + " became " + loss + " at step " + stepsDone
                    + "; lower student.optimizer.learning-rate");
        }
        agreement = (double) Evaluation.matches(outcome.studentLogits().detach(), outcome.teacherLogits().argmax(1))
                / setup.config().batch();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("distillation", loss);
        metrics.put("student-rate", rate);
        metrics.put("agreement", agreement);
        return metrics;
    }
}

package dev.dafl.engine.training;

import dev.dafl.engine.config.DistillationConfig;
import dev.dafl.engine.config.OptimizerConfig;
import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.config.TransferConfig;
import dev.dafl.engine.plugins.PluginCall;
import dev.dafl.engine.plugins.StudentLoss;
import dev.dafl.engine.run.Metric;
import dev.dafl.engine.run.Metric.Group;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.training.Teaching.Lesson;
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.state.State;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/** A student that learns from a transfer set: what {@link Distillation} is without a generator. */
public final class TransferTraining implements Steps, AutoCloseable {

    private final Setup setup;
    private final Consumer<RunEvent> events;
    private final Learner student;
    private final Teaching teaching;
    private long done;
    private double agreement;

    /**
     * Everything that takes part. The networks stay the caller's.
     *
     * @param set what the student learns from
     * @param identity of the set's plugin, for messages
     * @param teacher is frozen by this
     * @param student to train, in place
     * @param optimizer of the student
     * @param transfer how many steps, and how much each image is distorted
     * @param accuracy of the student on test data, 0 to 1; asked for when the configuration says so; none without such data
     */
    public record Setup(
            TransferSet set,
            PluginIdentity identity,
            Network teacher,
            Network student,
            StudentLoss<?> loss,
            OptimizerConfig optimizer,
            DistillationConfig config,
            TransferConfig transfer,
            Optional<DoubleSupplier> accuracy,
            RandomStream random) {}

    /** @param events hears of progress and evaluations */
    public TransferTraining(Setup setup, Consumer<RunEvent> events) {
        this.setup = setup;
        this.events = events;
        this.student =
                new Learner(setup.student(), setup.optimizer(), setup.transfer().steps());
        this.teaching = new Teaching(setup.teacher(), setup.student(), setup.loss());
        setup.teacher().parameters().freeze();
    }

    /**
     * Takes the steps that are left.
     *
     * @throws InterruptedRunException when the run is to end before; the student is as it was after the last step
     * @throws TrainingFailedException when the loss is no number
     */
    public void run(StepLoop loop) {
        loop.run(this);
    }

    @Override
    public long done() {
        return done;
    }

    @Override
    public boolean finished() {
        return done >= setup.transfer().steps();
    }

    /** Images of the set that are drawn anew. */
    public Tensor images(int count, RandomGenerator random) {
        return PluginCall.of(setup.identity(), () -> setup.set().batch(count, random))
                .images();
    }

    /** Share of the last images looked at, 0 to 1, of which the student said what the teacher said. */
    public double agreement() {
        return agreement;
    }

    @Override
    public void step() {
        Lesson outcome = backward();
        double rate = student.rate();
        student.update();
        student.advance();
        if (done % setup.config().logEvery() == 0 || done == setup.transfer().steps() - 1) {
            events.accept(new RunEvent.Progress(
                    RunEvent.Phase.DISTILLATION, done + 1, setup.transfer().steps(), metrics(outcome, rate)));
        }
        done++;
        if (setup.config().evaluatesAfter(done, setup.transfer().steps())) {
            setup.accuracy()
                    .ifPresent(
                            accuracy -> events.accept(new RunEvent.Evaluated("student", done, accuracy.getAsDouble())));
        }
    }

    @Override
    public void save(State state) {
        state.put("done", done).put("agreement", agreement).put("student", student);
    }

    @Override
    public void load(State state) {
        done = state.number("done");
        agreement = state.real("agreement");
        state.load("student", student);
    }

    @Override
    public void close() {
        student.close();
    }

    private Lesson backward() {
        RandomGenerator numbers = setup.random().at("transfer", done);
        TransferBatch batch = PluginCall.of(
                setup.identity(), () -> setup.set().batch(setup.config().batch(), numbers));
        Tensor images = new Distortion(setup.transfer().distort()).of(batch.images(), numbers);
        Lesson lesson = teaching.on(
                images,
                batch.labels(),
                numbers,
                (double) done / setup.transfer().steps());
        lesson.loss().backward();
        return lesson;
    }

    private List<Metric> metrics(Lesson outcome, double rate) {
        double loss = outcome.loss().item();
        if (!Double.isFinite(loss)) {
            throw new TrainingFailedException(setup.loss().identity() + " became " + loss + " at step " + (done + 1)
                    + "; lower student.optimizer.learning-rate");
        }
        agreement = (double) Evaluation.matches(
                        outcome.studentLogits().detach(),
                        outcome.teacherLogits().argmax(1))
                / setup.config().batch();
        return List.of(
                new Metric(Group.STUDENT_LOSS, setup.loss().name(), loss),
                new Metric(Group.RATE, "student", rate),
                new Metric(Group.AGREEMENT, "student", agreement));
    }
}

package dev.dafl.engine.training;

import dev.dafl.engine.config.TeacherConfig;
import dev.dafl.engine.run.Metric;
import dev.dafl.engine.run.Metric.Group;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.state.State;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Trains a classifier on labelled images by cross-entropy. The network stays the caller's. */
public final class TeacherTraining implements Steps, AutoCloseable {

    private static final int REPORT_EVERY = 20;

    private final TeacherConfig config;
    private final LabelledImages data;
    private final Consumer<RunEvent> events;
    private final RandomStream random;
    private final Learner teacher;
    private final long stepsOfEpoch;
    private final long steps;
    private long done;
    /** The images of the epoch that {@link #orderOf} numbers, in the order in which it takes them. */
    private long[] order = {};

    private long orderOf = -1;

    /**
     * @param network to train, in place
     * @param config epochs, batch, optimizer
     * @param random shuffles the images of each epoch, and changes them where the data are augmented
     * @param events hears of progress
     */
    public TeacherTraining(
            Network network,
            TeacherConfig config,
            LabelledImages data,
            RandomStream random,
            Consumer<RunEvent> events) {
        this.config = config;
        this.data = data;
        this.events = events;
        this.random = random;
        this.stepsOfEpoch = Math.ceilDiv(data.count(), config.batch());
        this.steps = stepsOfEpoch * config.epochs();
        this.teacher = new Learner(network, config.optimizer(), steps);
    }

    /**
     * Takes the steps that are left.
     *
     * @throws TrainingFailedException when the loss is no number any more
     * @throws InterruptedRunException when the run is to end before
     */
    public void run(StepLoop loop) {
        loop.run(this);
    }

    /** All that it takes. */
    public long steps() {
        return steps;
    }

    @Override
    public long done() {
        return done;
    }

    @Override
    public boolean finished() {
        return done >= steps;
    }

    @Override
    public void step() {
        long epoch = done / stepsOfEpoch;
        if (epoch != orderOf) {
            order = shuffled(data.count(), random.at("shuffle", epoch));
            orderOf = epoch;
        }
        int from = Math.toIntExact(done % stepsOfEpoch * config.batch());
        int to = Math.min(order.length, from + config.batch());
        TransferBatch batch = data.batch(Arrays.copyOfRange(order, from, to), random.at("augment", done));
        Tensor logits = teacher.network().forward(batch.images(), Pass.train(random.at("layers", done)));
        Tensor loss = Functional.crossEntropy(logits, batch.labels().orElseThrow());
        loss.backward();
        double rate = teacher.rate();
        teacher.update();
        teacher.advance();
        if (done % REPORT_EVERY == 0 || done == steps - 1) {
            report(epoch, rate, loss.item());
        }
        done++;
    }

    private void report(long epoch, double rate, double loss) {
        if (!Double.isFinite(loss)) {
            throw new TrainingFailedException("the teacher's loss became " + loss
                    + "; lower teacher.optimizer.learning-rate, or set precision: fp32");
        }
        events.accept(new RunEvent.Progress(
                RunEvent.Phase.TEACHER,
                done + 1,
                steps,
                List.of(
                        new Metric(Group.TEACHER_LOSS, "cross-entropy", loss),
                        new Metric(Group.RATE, "teacher", rate),
                        new Metric(Group.PROGRESS, "epoch", epoch + 1))));
    }

    @Override
    public void save(State state) {
        state.put("done", done).put("teacher", teacher);
    }

    @Override
    public void load(State state) {
        done = state.number("done");
        state.load("teacher", teacher);
    }

    @Override
    public void close() {
        teacher.close();
    }

    private static long[] shuffled(long count, RandomGenerator random) {
        long[] order = new long[Math.toIntExact(count)];
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}

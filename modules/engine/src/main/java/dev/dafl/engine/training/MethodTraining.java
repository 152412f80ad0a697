package dev.dafl.engine.training;

import dev.dafl.engine.config.AugmentConfig;
import dev.dafl.engine.config.DistillationConfig;
import dev.dafl.engine.config.OptimizerConfig;
import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.config.Schedule;
import dev.dafl.engine.config.Schedule.Rounds;
import dev.dafl.engine.config.Schedule.Step;
import dev.dafl.engine.plugins.PluginCall;
import dev.dafl.engine.plugins.StudentLoss;
import dev.dafl.engine.plugins.WeightedTerm;
import dev.dafl.engine.run.InterruptedRunException;
import dev.dafl.engine.run.Metric;
import dev.dafl.engine.run.Metric.Group;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.training.Teaching.Lesson;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.state.State;
import dev.dafl.workspace.BankFailedException;
import dev.dafl.workspace.NamedWorkspace;
import dev.dafl.workspace.Surroundings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A student that learns from the images of a method: in rounds, in which the method makes images and then the student learns. */
public final class MethodTraining implements Steps, AutoCloseable {

    /** A round that takes longer than this is left when the run is to end, and begun anew when it goes on. */
    private static final long TOO_LONG_TO_WAIT = 500_000_000L;

    private final Setup setup;
    private final Consumer<RunEvent> events;
    private final Rounds rounds;
    private final Map<String, NamedWorkspace> workspaces = new LinkedHashMap<>();
    private final MethodSynthesis synthesis;
    private final Synthesizer synthesizer;
    private final Learner student;
    private final Teaching teaching;
    private final Glimpses glimpses;
    private Map<String, Double> told = Map.of();
    private @Nullable StepLoop loop;
    private long done;
    private double agreement;
    private long lastRoundNanos = Long.MAX_VALUE;
    private boolean interruptible;

    /** Makes a method's part in a run. */
    @FunctionalInterface
    public interface Method {

        /**
         * @throws IllegalArgumentException when its options do not do for this run
         * @throws IOException when it cannot read a file
         */
        Synthesizer create(Synthesis synthesis) throws IOException;
    }

    /**
     * The generators of a method.
     *
     * @param columns of their input
     */
    public record Generators(Fresh fresh, int columns) {

        /** Makes an untrained one. */
        @FunctionalInterface
        public interface Fresh {

            /** @param role and number tell its first values from those of others */
            Network of(String role, long number);
        }
    }

    /**
     * Everything that takes part. The networks stay the caller's.
     *
     * @param method of the plugin
     * @param identity of the method's plugin, for messages
     * @param terms of the method's losses
     * @param teacher is frozen when the training begins; until then it may be trained itself
     * @param student to train, in place
     * @param optimizer of the student
     * @param accuracy of the student on test data, 0 to 1; asked for when the configuration says so; none without such data
     */
    public record Setup(
            Method method,
            PluginIdentity identity,
            Optional<Generators> generators,
            List<WeightedTerm<?>> terms,
            Network teacher,
            Network student,
            StudentLoss<?> loss,
            OptimizerConfig optimizer,
            DistillationConfig config,
            Optional<DoubleSupplier> accuracy,
            Surroundings around,
            RandomStream random) {

        /** The same with other networks and another schedule, of which nothing is looked at but the steps. */
        public Setup tried(Network otherTeacher, Network otherStudent, Schedule schedule, Surroundings elsewhere) {
            return new Setup(
                    method,
                    identity,
                    generators,
                    terms,
                    otherTeacher,
                    otherStudent,
                    loss,
                    optimizer,
                    config.stepsOf(schedule),
                    Optional.empty(),
                    elsewhere,
                    random);
        }
    }

    /**
     * @param events hears of progress and evaluations
     * @param viewer is shown the images of some steps, as the student gets them
     * @throws IllegalArgumentException when the method's options do not do for this run
     * @throws IOException when the method cannot read a file, in one sentence
     */
    public MethodTraining(Setup setup, Consumer<RunEvent> events, Glimpses.Viewer viewer) throws IOException {
        this.setup = setup;
        this.events = events;
        this.rounds = (Rounds) setup.config().schedule();
        Judges judges = new Judges(
                setup.teacher(),
                setup.student(),
                setup.terms().stream()
                        .map(term -> term.start(workspace("loss " + term.name())))
                        .toList(),
                setup.around().normalization());
        this.synthesis = new MethodSynthesis(
                setup,
                workspace("method"),
                judges,
                rounds.rounds(),
                () -> interruptible && loop != null && loop.cancellation().requested());
        this.student = new Learner(setup.student(), setup.optimizer(), rounds.studentSteps());
        this.teaching = new Teaching(setup.teacher(), setup.student(), setup.loss());
        this.glimpses = new Glimpses(rounds.length(), viewer);
        try {
            this.synthesizer = setup.method().create(synthesis);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private NamedWorkspace workspace(String name) {
        return workspaces.computeIfAbsent(name, n -> new NamedWorkspace(setup.around(), n));
    }

    /**
     * Takes the steps that are left.
     *
     * @throws InterruptedRunException when the run is to end before; the student is as it was after the last step
     * @throws TrainingFailedException when a loss is no number, or images cannot be kept
     */
    public void run(StepLoop with) {
        loop = with;
        setup.teacher().parameters().freeze();
        try {
            with.run(this);
        } catch (BankFailedException e) {
            throw new TrainingFailedException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public long done() {
        return done;
    }

    @Override
    public boolean finished() {
        return done >= rounds.length();
    }

    /** Images of the method, drawn anew; before the first round noise. */
    public Tensor images(int count, RandomGenerator random) {
        if (done > 0) {
            return sample(count, random).images();
        }
        ImageShape shape = setup.around().shape();
        return Initializer.normal(0, 1)
                .values(new long[] {count, shape.channels(), shape.height(), shape.width()}, random)
                .to(setup.around().device());
    }

    /** Share of the last images looked at, 0 to 1, of which the student said what the teacher said. */
    public double agreement() {
        return agreement;
    }

    /**
     * How many images the method has made for the student: all that it has ever put into its banks; of a method that keeps none
     * and so makes each batch anew, those of the batches.
     */
    public long imagesMade() {
        long kept = workspace("method").imagesAdded();
        return kept > 0 ? kept : student.steps() * setup.config().batch();
    }

    @Override
    public void step() {
        Step kind = rounds.at(done);
        if (kind.generator()) {
            long round = rounds.round(done);
            tellOfWarmUp(round);
            synthesize(round);
        }
        boolean look = done % setup.config().logEvery() == 0 || done == rounds.length() - 1;
        if (kind.student()) {
            Lesson lesson = learn();
            glimpses.offer(done + 1, lesson.images(), lesson.teacherLogits());
            if (look) {
                report(metrics(lesson));
            }
        } else if (look) {
            report(generatorMetrics());
        }
        done++;
        if (setup.config().evaluatesAfter(done, rounds.length()) && student.steps() > 0) {
            setup.accuracy()
                    .ifPresent(
                            accuracy -> events.accept(new RunEvent.Evaluated("student", done, accuracy.getAsDouble())));
        }
    }

    /** Its steps are rounds: how long they take says nothing of the steps that come after it. */
    private void tellOfWarmUp(long round) {
        if (rounds.warmUp() > 0 && round <= rounds.warmUp()) {
            events.accept(new RunEvent.Doing(
                    round < rounds.warmUp()
                            ? String.format(Locale.ROOT, "warming up, round %,d of %,d", round + 1, rounds.warmUp())
                            : "making images"));
        }
    }

    /** Where the run is to end in the middle of a long round, its state becomes what it was before the round. */
    private void synthesize(long round) {
        synthesis.begin(round, progress(), round < rounds.warmUp());
        interruptible = setup.around().ranks().any(lastRoundNanos > TOO_LONG_TO_WAIT);
        try (TensorScope _ = TensorScope.open()) {
            Optional<State> before = interruptible ? Optional.of(copied()) : Optional.empty();
            long begin = System.nanoTime();
            try {
                told = PluginCall.of(setup.identity(), () -> inOrder(synthesizer.synthesize(round)));
            } catch (InterruptedRunException e) {
                before.ifPresent(state -> {
                    loadWorkspaces(state);
                    Objects.requireNonNull(loop).checkpoints().interrupted(this, done);
                });
                throw e;
            }
            lastRoundNanos = System.nanoTime() - begin;
        }
        told.forEach((name, value) -> {
            if (!Double.isFinite(value)) {
                throw new TrainingFailedException(setup.identity() + " tells that " + name + " is " + value
                        + " in round " + (round + 1) + "; a lower learning rate in the method's options may help");
            }
        });
    }

    /** Sorted: the order of a copy is another in each process, and would be seen in the metrics. */
    private static Map<String, Double> inOrder(Map<String, Double> values) {
        return new TreeMap<>(Map.copyOf(values));
    }

    private double progress() {
        return (double) done / rounds.length();
    }

    private State copied() {
        State now = State.empty();
        saveWorkspaces(now);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try (GradMode _ = GradMode.disabled()) {
            now.tensors().forEach((name, tensor) -> tensors.put(name, tensor.copy()));
        }
        return State.of(tensors, now.values());
    }

    private Lesson learn() {
        RandomGenerator numbers = setup.random().at("method batch", done);
        TransferBatch batch = sample(setup.config().batch(), numbers);
        Tensor images = setup.config()
                .augment()
                .map(config -> augmented(config, batch.images(), numbers))
                .orElseGet(batch::images);
        Lesson lesson = teaching.on(images, batch.labels(), numbers, progress());
        lesson.loss().backward();
        student.update();
        student.advance();
        return lesson;
    }

    /** What comes in from outside is black. */
    private Tensor augmented(AugmentConfig config, Tensor images, RandomGenerator numbers) {
        Normalization normalization = setup.around().normalization();
        int channels = normalization.mean().size();
        float[] values = new float[channels];
        for (int c = 0; c < channels; c++) {
            values[c] =
                    (float) (-normalization.mean().get(c) / normalization.std().get(c));
        }
        Tensor black = Tensor.of(values, 1, channels, 1, 1).to(images.device());
        return new Augmentation(config).of(images.sub(black), numbers).add(black);
    }

    private TransferBatch sample(int count, RandomGenerator numbers) {
        try (GradMode _ = GradMode.disabled()) {
            return PluginCall.of(setup.identity(), () -> synthesizer.sample(count, numbers));
        }
    }

    private void report(List<Metric> metrics) {
        events.accept(new RunEvent.Progress(RunEvent.Phase.DISTILLATION, done + 1, rounds.length(), metrics));
    }

    private List<Metric> generatorMetrics() {
        List<Metric> metrics = new ArrayList<>();
        told.forEach((name, value) -> metrics.add(new Metric(Group.LOSS, name, value)));
        return metrics;
    }

    private List<Metric> metrics(Lesson lesson) {
        double loss = lesson.loss().item();
        if (!Double.isFinite(loss)) {
            throw new TrainingFailedException(setup.loss().identity() + " became " + loss + " at step " + (done + 1)
                    + "; lower student.optimizer.learning-rate");
        }
        agreement = (double) Evaluation.matches(
                        lesson.studentLogits().detach(), lesson.teacherLogits().argmax(1))
                / setup.config().batch();
        List<Metric> metrics = generatorMetrics();
        metrics.add(new Metric(Group.STUDENT_LOSS, setup.loss().name(), loss));
        metrics.add(new Metric(Group.RATE, "student", student.rate()));
        metrics.add(new Metric(Group.AGREEMENT, "student", agreement));
        metrics.addAll(
                GeneratorHealth.of(lesson.images(), lesson.teacherLogits()).metrics());
        return metrics;
    }

    @Override
    public void save(State state) {
        state.put("done", done).put("agreement", agreement).put("student", student);
        State values = state.part("told");
        told.forEach(values::put);
        saveWorkspaces(state);
    }

    private void saveWorkspaces(State state) {
        workspaces.forEach((name, workspace) -> state.part("workspaces").put(name, workspace));
    }

    @Override
    public void load(State state) {
        done = state.number("done");
        agreement = state.real("agreement");
        state.load("student", student);
        Map<String, Double> values = new TreeMap<>();
        State saved = state.part("told");
        saved.values().keySet().forEach(name -> values.put(name, saved.real(name)));
        told = values;
        loadWorkspaces(state);
    }

    private void loadWorkspaces(State state) {
        workspaces.forEach((name, workspace) -> state.part("workspaces").load(name, workspace));
    }

    @Override
    public void close() {
        student.close();
        workspaces.values().forEach(NamedWorkspace::close);
    }
}

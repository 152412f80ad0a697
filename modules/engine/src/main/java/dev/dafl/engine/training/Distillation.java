package dev.dafl.engine.training;

import dev.dafl.engine.config.DistillationConfig;
import dev.dafl.engine.config.GuardConfig;
import dev.dafl.engine.config.OptimizerConfig;
import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.config.Schedule;
import dev.dafl.engine.config.Schedule.Step;
import dev.dafl.engine.plugins.PluginFailedException;
import dev.dafl.engine.plugins.StudentLoss;
import dev.dafl.engine.plugins.WeightedTerm;
import dev.dafl.engine.run.Metric;
import dev.dafl.engine.run.Metric.Group;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.training.DistillationStep.Outcome;
import dev.dafl.engine.training.DistillationStep.Start;
import dev.dafl.engine.training.DistillationStep.When;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.state.State;
import dev.dafl.workspace.NamedWorkspace;
import dev.dafl.workspace.Surroundings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;

/**
 * Data-free distillation: the steps of a schedule, with a guard over the generator and the choice of the student. All
 * schedules are these steps; they differ in which networks a step trains.
 */
public final class Distillation implements Steps, AutoCloseable {

    private final Setup setup;
    private final Consumer<RunEvent> events;
    private final DistillationConfig config;
    private final Schedule schedule;
    private final Map<String, NamedWorkspace> workspaces = new LinkedHashMap<>();
    private final Judges judges;
    private final DistillationStep step;
    private final Learner generator;
    private final Learner student;
    /** Steps after which a fresh generator takes the place of the old one. */
    private final long generatorLife;

    private final Guard guard;
    private final Optional<Replay> replay;
    private final StudentSelection selection;
    private final Glimpses glimpses;
    private long generators;
    private long done;

    /**
     * Everything that takes part. The networks stay the caller's.
     *
     * @param generator to train, from {@code [n, inputSize]} to images
     * @param fresh makes another generator of the same kind, untrained, by its number from 1; the caller's to close
     * @param restartEvery steps after which a fresh generator takes the place of the old one; 0 is never
     * @param latentSize of the generator
     * @param conditional whether the generator is told classes
     * @param teacher is frozen by this
     * @param student to train
     * @param kept of the student's architecture; holds the best student in the end
     * @param accuracy of the student on test data, 0 to 1; asked for when the configuration says so; none without such data
     * @param around of what the loss terms keep
     */
    public record Setup(
            Network generator,
            LongFunction<Network> fresh,
            long restartEvery,
            int latentSize,
            boolean conditional,
            Network teacher,
            Network student,
            Network kept,
            List<WeightedTerm<?>> terms,
            StudentLoss<?> studentLoss,
            OptimizerConfig generatorOptimizer,
            OptimizerConfig studentOptimizer,
            DistillationConfig config,
            GuardConfig guard,
            Optional<DoubleSupplier> accuracy,
            Surroundings around,
            RandomStream random) {

        /**
         * The same with other networks and another schedule, of which nothing is looked at but the steps. A generator that has
         * learnt nothing is as good as any, so that the replay begins at once and its steps are seen.
         */
        public Setup tried(
                Network otherGenerator,
                Network otherTeacher,
                Network otherStudent,
                Network otherKept,
                Schedule schedule) {
            return new Setup(
                    otherGenerator,
                    fresh,
                    0,
                    latentSize,
                    conditional,
                    otherTeacher,
                    otherStudent,
                    otherKept,
                    terms,
                    studentLoss,
                    generatorOptimizer,
                    studentOptimizer,
                    config.stepsOf(schedule),
                    GuardConfig.overlooking(),
                    Optional.empty(),
                    around,
                    random);
        }

        /** Columns of the generator's input: the latent vector, and the classes behind it where it is told any. */
        public int inputSize() {
            return latentSize + toldClasses();
        }

        /** How many classes the generator is told one of; 0 where it is told none. */
        int toldClasses() {
            return conditional ? around.classes() : 0;
        }
    }

    /**
     * How it went.
     *
     * @param keptStep the step whose student is kept; the last where none was selected
     * @param keptAgreement its agreement with the teacher on generated images, 0 to 1; 0 where none was selected
     * @param stepsDone of the schedule
     * @param recoveries of a dead generator
     * @param gaveUp why the run ended before its last step; empty where it did not
     */
    public record Summary(
            long keptStep,
            double keptAgreement,
            long stepsDone,
            List<RunEvent.Recovered> recoveries,
            Optional<String> gaveUp) {}

    /** One of which no pictures are made. */
    public Distillation(Setup setup, Consumer<RunEvent> events) {
        this(setup, events, Glimpses.Viewer.NOBODY);
    }

    /**
     * @param events hears of progress, selections, recoveries, restarts and evaluations
     * @param viewer is shown the images of some steps
     */
    public Distillation(Setup setup, Consumer<RunEvent> events, Glimpses.Viewer viewer) {
        this.setup = setup;
        this.events = events;
        this.config = setup.config();
        this.schedule = config.schedule();
        setup.terms()
                .forEach(
                        term -> workspaces.put(term.name(), new NamedWorkspace(setup.around(), "loss " + term.name())));
        Teaching teaching = new Teaching(setup.teacher(), setup.student(), setup.studentLoss());
        this.judges = new Judges(
                setup.teacher(),
                setup.student(),
                setup.terms().stream()
                        .map(term -> term.start(Objects.requireNonNull(workspaces.get(term.name()))))
                        .toList(),
                setup.around().normalization());
        this.step = new DistillationStep(setup.generator(), setup.teacher(), judges, teaching, config.atOnce());
        this.generatorLife = setup.restartEvery() > 0 ? setup.restartEvery() : schedule.generatorSteps();
        this.generator = new Learner(setup.generator(), setup.generatorOptimizer(), generatorLife);
        this.student = new Learner(setup.student(), setup.studentOptimizer(), schedule.studentSteps());
        this.guard = new Guard(setup.guard(), generator, student);
        this.replay = config.replay().map(r -> new Replay(r, student, teaching, setup.random()));
        this.selection = new StudentSelection(setup.student(), setup.kept(), setup.random());
        this.glimpses = new Glimpses(schedule.lastGeneratorStep() + 1, viewer);
    }

    /**
     * Takes the steps that are left.
     *
     * @throws InterruptedRunException when the run is to end before; what {@link #finish} does then is still right
     * @throws TrainingFailedException when a loss is no number, or the generator died and the guard says stop
     */
    public void run(StepLoop loop) {
        loop.run(this);
        if (!selection.isEmpty() && student.steps() > 0) {
            choose(done);
        }
    }

    /** Makes the kept network the student that is to be kept, and tells how it went so far. */
    public Summary finish() {
        boolean selected = selection.keptStep() >= 0;
        if (!selected) {
            setup.kept().parameters().load(setup.student().parameters().stateDict());
        }
        return new Summary(
                selected ? selection.keptStep() : done,
                selection.keptAgreement(),
                done,
                guard.recoveries(),
                guard.gaveUp());
    }

    /** How many images the generator has made for the student, a batch for each of its steps; those of a replay are none of them. */
    public long imagesMade() {
        return student.steps() * config.batch();
    }

    /** The dead generators that were replaced so far. */
    public List<RunEvent.Recovered> recoveries() {
        return guard.recoveries();
    }

    @Override
    public long done() {
        return done;
    }

    @Override
    public boolean finished() {
        return done >= schedule.length() || guard.gaveUp().isPresent();
    }

    @Override
    public void step() {
        take(done);
        done++;
    }

    @Override
    public void save(State state) {
        state.put("done", done)
                .put("generators", generators)
                .put("generator", generator)
                .put("student", student)
                .put("guard", guard)
                .put("selection", selection);
        replay.ifPresent(r -> state.put("replay", r));
        workspaces.forEach((name, workspace) -> state.part("losses").put(name, workspace));
    }

    @Override
    public void load(State state) {
        done = state.number("done");
        generators = state.number("generators");
        state.load("generator", generator);
        state.load("student", student);
        state.load("guard", guard);
        state.load("selection", selection);
        replay.ifPresent(r -> state.load("replay", r));
        workspaces.forEach((name, workspace) -> state.part("losses").load(name, workspace));
    }

    @Override
    public void close() {
        generator.close();
        student.close();
        guard.close();
        selection.close();
        replay.ifPresent(Replay::close);
        workspaces.values().forEach(NamedWorkspace::close);
    }

    private void take(long now) {
        Step kind = schedule.at(now);
        if (kind.generator() && generator.steps() == generatorLife) {
            restart(now + 1);
        }
        Outcome outcome = step.backward(
                new When(kind, now, progress(now)),
                start(config.batch(), setup.random().at("latent", now)),
                setup.random().at("layers", now));
        selection.reserve(outcome.images());
        glimpses.offer(now + 1, outcome.images(), outcome.teacherLogits());
        boolean last = now == schedule.length() - 1;
        boolean look = now % config.logEvery() == 0 || last;
        Optional<Look> seen = look ? Optional.of(look(now, outcome)) : Optional.empty();
        if (kind.generator()) {
            generator.update();
            generator.advance();
        }
        if (kind.student()) {
            student.update();
            replay.ifPresent(r -> r.steps(now, config.batch(), config.atOnce(), progress(now)));
            student.advance();
        }
        if (seen.isPresent()) {
            events.accept(new RunEvent.Progress(
                    RunEvent.Phase.DISTILLATION,
                    now + 1,
                    schedule.length(),
                    seen.get().metrics()));
            Optional<RunEvent.Recovered> recovered =
                    guard.look(now + 1, seen.get().health());
            recovered.ifPresent(events);
            if (recovered.isPresent() || guard.gaveUp().isPresent()) {
                return;
            }
        }
        if (guard.healthy()) {
            gather(now, last, kind, outcome);
        }
        if (config.evaluatesAfter(now + 1, schedule.length()) && student.steps() > 0) {
            setup.accuracy()
                    .ifPresent(accuracy ->
                            events.accept(new RunEvent.Evaluated("student", now + 1, accuracy.getAsDouble())));
        }
    }

    /** Takes images into the replay and, now and then, compares students. */
    private void gather(long now, boolean last, Step kind, Outcome outcome) {
        // A generator that is trained no more can be asked for images: they must not drive those of earlier ones out.
        boolean finished = now > schedule.lastGeneratorStep();
        replay.filter(r -> !finished || r.isEmpty()).ifPresent(r -> r.remember(outcome.images()));
        // A run shorter than that has images to compare students on all the same.
        if ((now + 1) % config.selectEvery() == 0 || (last && selection.isEmpty())) {
            if (!finished || selection.isEmpty()) {
                selection.offer(outcome.images(), outcome.teacherLogits());
            }
            guard.remember(now + 1);
            if (kind.student()) {
                choose(now + 1);
            }
        }
    }

    /** Another generator begins; what the old one made is in the replay. */
    private void restart(long first) {
        generators++;
        try (Network fresh = setup.fresh().apply(generators)) {
            generator.begin(fresh);
        }
        guard.newGenerator();
        events.accept(new RunEvent.Restarted(first, generators));
    }

    private void choose(long now) {
        selection.consider(now).ifPresent(agreement -> events.accept(new RunEvent.Selected(now, agreement)));
    }

    /** Images of the generator as it is now, which nobody has learnt from. */
    public Tensor images(int count, RandomGenerator random) {
        return setup.generator().forward(start(count, random).latent(), Pass.train(random));
    }

    /** The numbers of a step follow from the seed and the step alone. */
    private Start start(int count, RandomGenerator random) {
        return Latents.draw(
                count,
                setup.latentSize(),
                setup.toldClasses(),
                setup.generator().parameters().device(),
                random);
    }

    private double progress(long now) {
        return (double) now / schedule.length();
    }

    /** A step looked at: its generator, and all that is told of it. */
    private record Look(GeneratorHealth health, List<Metric> metrics) {}

    private Look look(long now, Outcome outcome) {
        GeneratorHealth health = GeneratorHealth.of(outcome.images(), outcome.teacherLogits());
        return new Look(health, metrics(now, outcome, health));
    }

    private List<Metric> metrics(long now, Outcome outcome, GeneratorHealth health) {
        List<Metric> metrics = new ArrayList<>();
        double total = 0;
        for (int i = 0; i < outcome.terms().size(); i++) {
            WeightedTerm<?> term = setup.terms().get(i);
            double value = outcome.terms().get(i).item();
            requireNumber(value, term.identity(), now, health);
            metrics.add(new Metric(Group.LOSS, term.name(), value));
            total += term.weight().at(progress(now)) * value;
        }
        if (!outcome.terms().isEmpty()) {
            metrics.add(new Metric(Group.TOTAL, "generator", total));
            metrics.add(new Metric(Group.RATE, "generator", generator.rate()));
        }
        outcome.studentLoss().ifPresent(loss -> {
            double value = loss.item();
            requireNumber(value, setup.studentLoss().identity(), now, health);
            metrics.add(new Metric(Group.STUDENT_LOSS, setup.studentLoss().name(), value));
            metrics.add(new Metric(Group.RATE, "student", student.rate()));
        });
        outcome.studentLogits()
                .ifPresent(logits -> metrics.add(new Metric(
                        Group.AGREEMENT,
                        "student",
                        (double) Evaluation.matches(
                                        logits.detach(),
                                        outcome.teacherLogits().detach().argmax(1))
                                / config.batch())));
        metrics.addAll(health.metrics());
        return metrics;
    }

    /** A loss that is no number although the teacher's logits are numbers is the plugin's mistake. */
    private static void requireNumber(double value, PluginIdentity plugin, long now, GeneratorHealth health) {
        if (!Double.isFinite(value) && health.finite()) {
            throw new PluginFailedException(
                    plugin,
                    "returned " + value + " at step " + (now + 1)
                            + ", from finite images and logits; a loss returns a finite number");
        }
    }
}

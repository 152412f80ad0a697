package dev.dafl.engine.training;

import dev.dafl.engine.config.DistillationConfig;
import dev.dafl.engine.config.GuardConfig;
import dev.dafl.engine.config.GuardConfig.OnCollapse;
import dev.dafl.engine.config.OptimizerConfig;
import dev.dafl.engine.config.Schedule;
import dev.dafl.engine.config.Schedule.Step;
import dev.dafl.engine.training.DistillationStep.Outcome;
import dev.dafl.engine.training.TrainingObserver.Recovery;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.Optimizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;

/**
 * Data-free distillation: the steps of a schedule, with a watch over the generator and the choice of the student. All
 * schedules are this one loop; they differ in which networks a step trains.
 */
public final class Distillation implements AutoCloseable {

    private static final int SELECTION_BATCHES = 16;

    private final Setup setup;
    private final DistillationConfig config;
    private final Schedule schedule;
    private final DistillationStep step;
    private final OptimizerConfig generatorConfig;
    private final long generatorLife;
    private final LearningRate generatorRate;
    private final LearningRate studentRate;
    private CollapseWatch watch;
    private final ImageBank bank;
    private final Optional<Replay> replay;
    private final StudentSelection selection;
    private final Snapshots snapshots;
    private final List<Recovery> recoveries = new ArrayList<>();
    private final Optimizer studentOptimizer;
    private Optimizer generatorOptimizer;
    private double rateFactor = 1;
    private long restoredFrom = -1;
    private long generatorSteps;
    private long studentSteps;
    private long stepsDone;
    private Optional<String> gaveUp = Optional.empty();

    /**
     * Everything that takes part. The networks stay the caller's.
     *
     * @param generator to train, from {@code [n, latentSize]} to images
     * @param fresh makes another generator of the same kind, untrained, by its number from 1; the caller's to close
     * @param restartEvery steps after which a fresh generator takes the place of the old one; 0 is never
     * @param latentSize of the generator
     * @param teacher is frozen by this
     * @param student to train
     * @param kept of the student's architecture; holds the best student in the end
     * @param normalization of the teacher's images
     */
    public record Setup(
            Network generator,
            LongFunction<Network> fresh,
            long restartEvery,
            int latentSize,
            Network teacher,
            Network student,
            Network kept,
            List<WeightedTerm<?>> terms,
            StudentLoss<?> studentLoss,
            OptimizerConfig generatorOptimizer,
            OptimizerConfig studentOptimizer,
            DistillationConfig config,
            GuardConfig guard,
            Normalization normalization,
            RandomStream random) {}

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
            long keptStep, double keptAgreement, long stepsDone, List<Recovery> recoveries, Optional<String> gaveUp) {}

    public Distillation(Setup setup) {
        this.setup = setup;
        this.config = setup.config();
        this.schedule = config.schedule();
        this.step = new DistillationStep(
                setup.generator(),
                setup.teacher(),
                setup.student(),
                setup.terms(),
                setup.studentLoss(),
                setup.normalization());
        this.generatorConfig = setup.generatorOptimizer();
        this.generatorLife = setup.restartEvery() > 0 ? setup.restartEvery() : schedule.generatorSteps();
        this.generatorRate = generatorConfig.rate(generatorLife);
        this.studentRate = setup.studentOptimizer().rate(schedule.studentSteps());
        this.watch = new CollapseWatch(setup.guard());
        this.bank = new ImageBank(setup.random(), "selection", SELECTION_BATCHES);
        this.replay = config.replay()
                .map(r -> new Replay(r, setup.teacher(), setup.student(), setup.studentLoss(), setup.random()));
        this.selection = new StudentSelection(setup.student(), setup.kept(), bank);
        this.generatorOptimizer =
                Optimizer.of(generatorConfig.options(), setup.generator().parameters());
        this.studentOptimizer =
                Optimizer.of(setup.studentOptimizer().options(), setup.student().parameters());
        this.snapshots = new Snapshots(setup.generator(), setup.student(), studentOptimizer);
    }

    /**
     * Runs the schedule. When the observer interrupts it, what {@link #summary} gives is still true.
     *
     * @throws TrainingFailedException when a loss is no number, or the generator died and the guard says stop
     */
    public void run(TrainingObserver observer) {
        long steps = schedule.steps();
        try (KeptMemory memory = new KeptMemory()) {
            for (stepsDone = 0; stepsDone < steps && gaveUp.isEmpty(); stepsDone++) {
                observer.checkInterrupted();
                try (TensorScope _ = TensorScope.open()) {
                    one(stepsDone, steps, observer);
                }
                memory.stepDone();
            }
        }
        if (!bank.isEmpty() && studentSteps > 0) {
            choose(stepsDone, observer);
        }
    }

    /** How it went so far. */
    public Summary summary() {
        boolean selected = selection.keptStep() >= 0;
        if (!selected) {
            setup.kept().parameters().load(setup.student().parameters().stateDict());
        }
        return new Summary(
                selected ? selection.keptStep() : stepsDone,
                selection.keptAgreement(),
                stepsDone,
                List.copyOf(recoveries),
                gaveUp);
    }

    @Override
    public void close() {
        generatorOptimizer.close();
        studentOptimizer.close();
        bank.close();
        replay.ifPresent(Replay::close);
        snapshots.close();
    }

    private void one(long now, long steps, TrainingObserver observer) {
        Step kind = schedule.at(now);
        if (kind.generator() && generatorSteps > 0 && generatorSteps % generatorLife == 0) {
            restart(generatorSteps / generatorLife);
        }
        Outcome outcome = step.backward(kind, latent(now));
        bank.reserve(outcome.images());
        boolean last = now == steps - 1;
        boolean look = now % config.logEvery() == 0 || last;
        Optional<Look> seen = look ? Optional.of(look(now, outcome)) : Optional.empty();
        if (kind.generator()) {
            generatorOptimizer.step(generatorRate(), clip(generatorConfig));
            generatorSteps++;
        }
        if (kind.student()) {
            stepStudent();
            replay.ifPresent(r -> r.steps(now, config.batch(), this::stepStudent));
            studentSteps++;
        }
        if (seen.isPresent()) {
            observer.distillationProgress(now + 1, steps, seen.get().metrics());
            GeneratorHealth health = seen.get().health();
            Optional<String> death = watch.look(health);
            if (death.isPresent() && died(now, health, death.get(), observer)) {
                return;
            }
        }
        // A generator that is trained no more can be asked for images: they must not drive those of earlier ones out.
        boolean finished = now > schedule.lastGeneratorStep();
        if (watch.healthy()) {
            replay.filter(r -> !finished || r.isEmpty())
                    .ifPresent(r -> r.remember(outcome.images(), outcome.teacherLogits()));
        }
        // A run shorter than that has images to compare students on all the same.
        boolean select = (now + 1) % config.selectEvery() == 0 || last && bank.isEmpty();
        if (select && watch.healthy()) {
            if (!finished || bank.isEmpty()) {
                bank.offer(outcome.images(), outcome.teacherLogits());
            }
            snapshots.take(now + 1);
            if (kind.student()) {
                choose(now + 1, observer);
            }
        }
        if (config.evaluateEvery() > 0 && (now + 1) % config.evaluateEvery() == 0 && studentSteps > 0) {
            observer.evaluate(now + 1);
        }
    }

    private double generatorRate() {
        return rateFactor * generatorRate.at(generatorSteps % generatorLife);
    }

    /** Another generator begins; what the old one made is in the replay. */
    private void restart(long number) {
        try (Network fresh = setup.fresh().apply(number)) {
            setup.generator().parameters().load(fresh.parameters().stateDict());
        }
        newGeneratorOptimizer();
        watch = new CollapseWatch(setup.guard());
    }

    private void newGeneratorOptimizer() {
        generatorOptimizer.close();
        generatorOptimizer =
                Optimizer.of(generatorConfig.options(), setup.generator().parameters());
    }

    private void stepStudent() {
        studentOptimizer.step(studentRate.at(studentSteps), clip(setup.studentOptimizer()));
    }

    private void choose(long now, TrainingObserver observer) {
        double agreement = selection.consider(now);
        if (!Double.isNaN(agreement)) {
            observer.selected(now, agreement);
        }
    }

    /** Whether the generator was put back. */
    private boolean died(long now, GeneratorHealth health, String reason, TrainingObserver observer) {
        GuardConfig guard = setup.guard();
        if (guard.onCollapse() == OnCollapse.STOP || (guard.onCollapse() == OnCollapse.IGNORE && !health.finite())) {
            throw new TrainingFailedException("the generator died at step " + now + ": " + reason
                    + (guard.onCollapse() == OnCollapse.STOP
                            ? "; set guard.on-collapse: recover to go on from the last good one"
                            : "; lower generator.optimizer.learning-rate"));
        }
        if (guard.onCollapse() == OnCollapse.IGNORE) {
            return false;
        }
        if (recoveries.size() >= guard.maxRecoveries()) {
            gaveUp = Optional.of(
                    "the generator died " + (recoveries.size() + 1) + " times, last at step " + now + ": " + reason);
            return true;
        }
        if (snapshots.newest() == restoredFrom) {
            // It died again from this one: begin from an older one.
            snapshots.drop();
        }
        snapshots.restore();
        restoredFrom = snapshots.newest();
        rateFactor *= guard.rateFactor();
        newGeneratorOptimizer();
        watch.recovered();
        Recovery recovery = new Recovery(now, restoredFrom, reason, rateFactor);
        recoveries.add(recovery);
        observer.recovered(recovery);
        return true;
    }

    /** z ~ N(0, I) {@code [batch, latent]}; the numbers of a step follow from the seed and the step alone. */
    private Tensor latent(long now) {
        float[] values = new float[config.batch() * setup.latentSize()];
        RandomGenerator random = setup.random().at("latent", now);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, config.batch(), setup.latentSize())
                .to(setup.generator().parameters().device());
    }

    /** A step looked at: its generator, and all that is told of it. */
    private record Look(GeneratorHealth health, Map<String, Double> metrics) {}

    private Look look(long now, Outcome outcome) {
        GeneratorHealth health = GeneratorHealth.of(outcome.images(), outcome.teacherLogits());
        return new Look(health, metrics(now, outcome, health));
    }

    private Map<String, Double> metrics(long now, Outcome outcome, GeneratorHealth health) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        double total = 0;
        for (int i = 0; i < outcome.terms().size(); i++) {
            WeightedTerm<?> term = setup.terms().get(i);
            double value = outcome.terms().get(i).item();
            requireNumber(value, term.name(), now, health);
            metrics.put(term.name(), value);
            total += term.weight() * value;
        }
        if (!outcome.terms().isEmpty()) {
            metrics.put("generator", total);
            metrics.put("generator-rate", generatorRate());
        }
        outcome.studentLoss().ifPresent(loss -> {
            double value = loss.item();
            requireNumber(value, setup.studentLoss().name(), now, health);
            metrics.put("distillation", value);
            metrics.put("student-rate", studentRate.at(studentSteps));
        });
        outcome.studentLogits()
                .ifPresent(logits -> metrics.put(
                        "agreement",
                        (double) Evaluation.matches(
                                        logits.detach(),
                                        outcome.teacherLogits().detach().argmax(1))
                                / config.batch()));
        metrics.put("class-share", health.classShare());
        metrics.put("diversity", health.diversity());
        metrics.put("finite", health.finite() ? 1.0 : 0.0);
        for (int c = 0; c < health.classShares().size(); c++) {
            metrics.put("class." + c, health.classShares().get(c));
        }
        return metrics;
    }

    /** A loss that is no number although the teacher's logits are numbers is the plugin's mistake. */
    private static void requireNumber(double value, String plugin, long now, GeneratorHealth health) {
        if (!Double.isFinite(value) && health.finite()) {
            throw new TrainingFailedException("the loss " + plugin + " returned " + value + " at step " + now
                    + ", from finite images and logits; a loss returns a finite number");
        }
    }

    private static double clip(OptimizerConfig optimizer) {
        return optimizer.clipNorm().orElse(Double.POSITIVE_INFINITY);
    }
}

package dev.dafl.engine;

import dev.dafl.engine.StudentRecord.Trained;
import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.plugins.BoundPlugin;
import dev.dafl.engine.plugins.ExperimentParts.Distilling;
import dev.dafl.engine.plugins.ExperimentParts.ImageSource;
import dev.dafl.engine.plugins.Networks;
import dev.dafl.engine.training.DryPass;
import dev.dafl.engine.training.MemoryNeed;
import dev.dafl.engine.training.MethodCheck;
import dev.dafl.engine.training.MethodTraining;
import dev.dafl.engine.training.TrainingFailedException;
import dev.dafl.spi.GeneratorFactory;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.state.State;
import java.io.IOException;
import java.util.Optional;

/** A student that learns from what a method makes. */
final class MethodStage implements StudentStage {

    private final RunContext context;
    private final RunData data;
    private final Distilling parts;
    private final ImageSource.Synthesized method;
    private final MethodTraining.Setup setup;
    private final MethodTraining training;

    private MethodStage(
            RunContext context,
            RunData data,
            Distilling parts,
            ImageSource.Synthesized method,
            MethodTraining.Setup setup,
            MethodTraining training) {
        this.context = context;
        this.data = data;
        this.parts = parts;
        this.method = method;
        this.setup = setup;
        this.training = training;
    }

    /**
     * Makes it ready, and uses it while what the method has made is there.
     *
     * @throws ConfigException where the method cannot do with these networks, or this budget
     */
    static <T> T prepared(
            RunContext context,
            RunData data,
            Distilling parts,
            ImageSource.Synthesized method,
            Network teacher,
            Network student,
            Use<T> use)
            throws IOException {
        MethodCheck check =
                new MethodCheck(method.method().identity(), method.method().needs(), method.terms());
        check.missing(teacher, student, data.shape(), context.random()).ifPresent(missing -> {
            throw context.experiment().file().mistake(method.method().pointer(), missing);
        });
        DryPass.ofTransfer(teacher, student, parts.loss(), data.shape(), context.random());
        context.spend(
                data,
                budget -> context.trial(data).of(setup(context, data, parts, method, teacher, student), budget, parts));
        context.decideMeasuring(data, teacher, student, 0);
        MethodTraining.Setup setup = setup(context, data, parts, method, teacher, student);
        try (MethodTraining training = training(context, data, setup, method)) {
            return use.of(new MethodStage(context, data, parts, method, setup, training));
        }
    }

    private static MethodTraining.Setup setup(
            RunContext context,
            RunData data,
            Distilling parts,
            ImageSource.Synthesized method,
            Network teacher,
            Network student) {
        ExperimentConfig config = context.config();
        return new MethodTraining.Setup(
                method.method()::create,
                method.method().identity(),
                method.generator().map(part -> generators(context, data, part)),
                method.terms(),
                teacher,
                student,
                parts.loss(),
                config.student().orElseThrow().optimizer(),
                config.distillation(),
                context.accuracy(data, student),
                context.surroundings(data),
                context.random());
    }

    private static MethodTraining.Generators generators(
            RunContext context, RunData data, BoundPlugin<GeneratorFactory<?>> part) {
        return new MethodTraining.Generators(
                (role, number) -> context.networks().fresh(role, part, data.task(), number),
                Networks.columns(part, data.task()));
    }

    private static MethodTraining training(
            RunContext context, RunData data, MethodTraining.Setup setup, ImageSource.Synthesized method)
            throws IOException {
        try {
            return new MethodTraining(setup, context.journal()::emit, context.record(data)::glimpse);
        } catch (IllegalArgumentException e) {
            throw context.experiment().file().mistake(method.method().pointer(), e);
        }
    }

    /** A method's generator is made anew wherever the method wants one: this one is only looked at. */
    @Override
    public Readiness ready() {
        int images = method.method().imagesAtOnce();
        if (method.generator().isEmpty()) {
            return ready(Optional.empty(), MemoryNeed.ofMethod(setup, Optional.empty(), images));
        }
        BoundPlugin<GeneratorFactory<?>> part = method.generator().get();
        try (Network generator = context.networks().fresh("looked at", part, data.task(), 0)) {
            return ready(
                    Optional.of(Readiness.Part.of(
                            "generator",
                            Component.named(part.plugin().name()),
                            generator,
                            setup.generators().orElseThrow().columns())),
                    MemoryNeed.ofMethod(setup, Optional.of(generator), images));
        }
    }

    private Readiness ready(Optional<Readiness.Part> generator, long memory) {
        return Readiness.of(
                context, data, setup.teacher(), Optional.of(setup.student()), generator, Optional.of(memory));
    }

    @Override
    public TimeEstimate.Phase time(TimeTrial trial) throws IOException {
        return TimeEstimate.Phase.of(
                context.config().distillation().schedule(),
                context.pace(longest -> context.trial(data).of(setup, longest, parts)));
    }

    @Override
    public void run(Optional<State> kept) throws IOException {
        kept.ifPresent(training::load);
        Finishing.after(this::train, () -> {
            context.journal().clock().end();
            context.record(data).made(training::images, setup.teacher(), training.done());
            context.record(data)
                    .student(
                            Trained.last(
                                    setup.teacher(),
                                    setup.student(),
                                    training.done(),
                                    training.agreement(),
                                    Optional.of(training.imagesMade())),
                            training::images);
            return training;
        });
    }

    /** A method that dies is not the end of a run that has another. */
    private void train() {
        try {
            training.run(context.loop());
        } catch (TrainingFailedException e) {
            if (context.experiment().hasFallback()) {
                throw new MethodDiedException(context.journal().folder().path(), e);
            }
            throw e;
        }
    }
}

package dev.dafl.engine;

import dev.dafl.engine.compute.FreeMemory;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.GeneratorConfig;
import dev.dafl.engine.plugins.ExperimentParts.Distilling;
import dev.dafl.engine.plugins.ExperimentParts.ImageSource;
import dev.dafl.engine.plugins.NetworkSize;
import dev.dafl.engine.plugins.Networks;
import dev.dafl.engine.plugins.WeightedTerm;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.training.Distillation;
import dev.dafl.engine.training.DryPass;
import dev.dafl.engine.training.MemoryNeed;
import dev.dafl.engine.training.TrainingFailedException;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.state.State;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** A student that learns from a generator, which is trained by losses. */
final class GeneratorStage implements StudentStage {

    private final RunContext context;
    private final RunData data;
    private final Distilling parts;
    private final Members members;
    private ImageSource.Generated generated;
    private Optional<MemoryNeed> memory = Optional.empty();

    /**
     * The networks.
     *
     * @param kept the best student so far
     */
    private record Members(Network teacher, Network generator, Network student, Network kept) {}

    private GeneratorStage(
            RunContext context, RunData data, Distilling parts, ImageSource.Generated generated, Members members) {
        this.context = context;
        this.data = data;
        this.parts = parts;
        this.generated = generated;
        this.members = members;
    }

    /**
     * Makes it ready, and uses it while its networks are there.
     *
     * @throws ConfigException for what could not be learnt from
     */
    static <T> T prepared(
            RunContext context,
            RunData data,
            Distilling parts,
            ImageSource.Generated generated,
            Network teacher,
            Network student,
            Use<T> use)
            throws IOException {
        try (Network generator = context.networks().generator(generated.generator(), data.task());
                Network kept = context.networks()
                        .classifier(
                                "student",
                                parts.student(),
                                data.shape(),
                                data.task().classes())) {
            GeneratorStage stage =
                    new GeneratorStage(context, data, parts, generated, new Members(teacher, generator, student, kept));
            stage.prepare();
            return use.of(stage);
        }
    }

    private void prepare() throws IOException {
        leaveOutUnusable();
        MemoryNeed need = MemoryNeed.of(setup());
        memory = Optional.of(need);
        cut(need);
        Distillation.Setup fitting = setup();
        context.spend(data, budget -> context.trial(data).of(fitting, budget, parts, generated));
        context.decideMeasuring(
                data,
                members.teacher(),
                members.student(),
                NetworkSize.multiplyAdds(members.generator(), Networks.columns(generated.generator(), data.task())));
    }

    /**
     * Tells what is wrong with the losses before hours are spent on a teacher. Of losses that nobody has asked for, those that
     * are not for this teacher are left out.
     */
    private void leaveOutUnusable() {
        Distillation.Setup setup = setup();
        Set<WeightedTerm<?>> unusable = new LinkedHashSet<>();
        for (DryPass.Finding finding : DryPass.of(setup)) {
            WeightedTerm<?> term = setup.terms().get(finding.term());
            ConfigException told =
                    context.experiment().file().mistake("/generator/losses/" + finding.term(), finding.problem());
            if (finding.weight() == DryPass.Weight.NOT_FOR_THIS_TEACHER
                    && context.experiment().usesDefaultLosses()) {
                unusable.add(term);
                warn("the generator learns without the loss " + term.name() + ", which is one by default: "
                        + finding.problem());
            } else if (finding.fatal()) {
                throw told;
            } else {
                warn(told.getMessage());
            }
        }
        if (unusable.isEmpty()) {
            return;
        }
        context.decide(context.config()
                .withoutLosses(unusable.stream().map(WeightedTerm::name).collect(Collectors.toUnmodifiableSet())));
        List<WeightedTerm<?>> left = generated.terms().stream()
                .filter(term -> !unusable.contains(term))
                .toList();
        generated = new ImageSource.Generated(generated.generator(), left);
    }

    /**
     * Where a whole batch does not fit into the memory, it goes through the networks in parts; how large these are stands in the
     * run's configuration, since its bits follow from it.
     */
    private void cut(MemoryNeed need) {
        ExperimentConfig config = context.config();
        OptionalLong free = FreeMemory.bytes();
        if (context.compute().device().type() != Device.Type.CPU
                || free.isEmpty()
                || config.distillation().microBatch().isPresent()) {
            return;
        }
        int batch = config.distillation().batch();
        int fitting = Integer.parseInt(context.ranks().first(String.valueOf(need.fitting(batch, free.getAsLong()))));
        if (fitting < batch) {
            warn(String.format(
                    Locale.ROOT,
                    "a batch of %,d images takes about %,d MB and %,d MB are free: it goes through the networks in parts of"
                            + " %,d (distillation.micro-batch)",
                    batch,
                    need.bytes(batch) >> 20,
                    free.getAsLong() >> 20,
                    fitting));
            context.decide(config.inPartsOf(fitting));
        }
    }

    private void warn(String sentence) {
        context.journal().emit(new RunEvent.Warning(sentence));
    }

    private Distillation.Setup setup() {
        ExperimentConfig config = context.config();
        GeneratorConfig settings = config.generator().orElseThrow();
        return new Distillation.Setup(
                members.generator(),
                number -> context.networks().fresh(generated.generator(), data.task(), number),
                settings.restartEvery(),
                Networks.latentSize(generated.generator()),
                Networks.conditional(generated.generator()),
                members.teacher(),
                members.student(),
                members.kept(),
                generated.terms(),
                parts.loss(),
                settings.optimizer(),
                config.student().orElseThrow().optimizer(),
                config.distillation(),
                config.guard(),
                context.accuracy(data, members.student()),
                context.surroundings(data),
                context.random());
    }

    @Override
    public Readiness ready() {
        ExperimentConfig config = context.config();
        return Readiness.of(
                context,
                data,
                members.teacher(),
                Optional.of(members.student()),
                Optional.of(Readiness.Part.of(
                        "generator",
                        config.generator().orElseThrow().model(),
                        members.generator(),
                        setup().inputSize())),
                memory.map(need -> need.bytes(config.distillation().atOnce())));
    }

    @Override
    public TimeEstimate.Phase time(TimeTrial trial) throws IOException {
        return TimeEstimate.Phase.of(
                context.config().distillation().schedule(),
                context.pace(longest -> context.trial(data).of(setup(), longest, parts, generated)));
    }

    @Override
    public void run(Optional<State> kept) throws IOException {
        RunJournal journal = context.journal();
        Distillation.Setup setup = setup();
        try (Distillation distillation = new Distillation(setup, journal::emit, context.record(data)::glimpse)) {
            kept.ifPresent(state -> {
                distillation.load(state);
                journal.recoveredBefore(distillation.recoveries());
            });
            Distillation.Summary summary = Finishing.after(() -> distillation.run(context.loop()), () -> {
                journal.clock().end();
                Distillation.Summary so = distillation.finish();
                context.record(data).distilled(so, setup, distillation);
                return so;
            });
            summary.gaveUp().ifPresent(reason -> {
                throw new TrainingFailedException(reason + "; the best student so far was kept");
            });
        }
    }
}

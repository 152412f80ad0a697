package dev.dafl.engine.training;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.DistillationConfig;
import dev.dafl.engine.config.GuardConfig;
import dev.dafl.engine.config.OptimizerConfig;
import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.config.ReplayConfig;
import dev.dafl.engine.config.Schedule;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.plugins.StudentLoss;
import dev.dafl.engine.plugins.WeightedTerm;
import dev.dafl.plugins.dcgan.DcganGenerator;
import dev.dafl.plugins.lenet.LeNet5;
import dev.dafl.plugins.lenet.LeNet5Half;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.DistillationLoss;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Ramp;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.workspace.NamedWorkspace;
import dev.dafl.workspace.Surroundings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The paper's networks, the generator narrower, so that a step takes milliseconds. */
record SmallNetworks(Network teacher, Network student, Network kept, Network generator) implements AutoCloseable {

    static final int LATENT = 10;
    private static final ImageShape SHAPE = new ImageShape(1, 32, 32);

    static SmallNetworks build(MemoryFormat format, long seed) {
        RandomStream random = new RandomStream(seed);
        return new SmallNetworks(
                Network.build(
                        empty(format, random), path -> new LeNet5().create(path, SHAPE, 10, new LeNet5.Options())),
                half(format, random),
                half(format, random),
                generator(format, random));
    }

    private static Network generator(MemoryFormat format, RandomStream random) {
        return Network.build(
                empty(format, random),
                path -> new DcganGenerator().create(path, SHAPE, new DcganGenerator.Options(LATENT, 8, 2)));
    }

    /** No term of these tests keeps images. */
    static Surroundings around() {
        return new Surroundings(
                SHAPE,
                10,
                Normalization.grey(0.1307, 0.3081),
                Device.CPU,
                MemoryFormat.CHANNELS_LAST,
                new RandomStream(1),
                _ -> {
                    throw new IllegalStateException("there is no run folder");
                });
    }

    /** What the terms judge by and what the student learns. */
    static DistillationStep step(
            Network generator, Network teacher, Network student, List<WeightedTerm<?>> terms, int atOnce) {
        return new DistillationStep(
                generator,
                teacher,
                new Judges(
                        teacher,
                        student,
                        terms.stream()
                                .map(term -> term.start(new NamedWorkspace(around(), term.name())))
                                .toList(),
                        around().normalization()),
                new Teaching(teacher, student, studentLoss()),
                atOnce);
    }

    static Network freshGenerator(long number) {
        return generator(MemoryFormat.CHANNELS_LAST, new RandomStream(100 + number));
    }

    Distillation.Setup setup(
            Schedule schedule, double generatorRate, GuardConfig guard, boolean bf16, LossTerm<?>... more) {
        return setup(schedule, 0, generatorRate, guard, bf16, more);
    }

    Distillation.Setup setup(
            Schedule schedule,
            long restartEvery,
            double generatorRate,
            GuardConfig guard,
            boolean bf16,
            LossTerm<?>... more) {
        List<WeightedTerm<?>> terms = new java.util.ArrayList<>(terms());
        for (LossTerm<?> term : more) {
            terms.add(weighted(term, 1));
        }
        return setup(
                schedule, restartEvery, generatorRate, guard, bf16, terms, new ReplayConfig(1, 3, 1.0), studentLoss());
    }

    Distillation.Setup setup(Schedule schedule, ReplayConfig replay, StudentLoss<?> loss, GuardConfig guard) {
        return setup(schedule, 0, 0.01, guard, false, terms(), replay, loss);
    }

    private Distillation.Setup setup(
            Schedule schedule,
            long restartEvery,
            double generatorRate,
            GuardConfig guard,
            boolean bf16,
            List<WeightedTerm<?>> terms,
            ReplayConfig replay,
            StudentLoss<?> loss) {
        return new Distillation.Setup(
                in(bf16, generator),
                SmallNetworks::freshGenerator,
                restartEvery,
                LATENT,
                false,
                in(bf16, teacher),
                in(bf16, student),
                kept,
                terms,
                loss,
                rate(generatorRate),
                rate(0.002),
                new DistillationConfig(
                        Component.named("knowledge-distillation"),
                        schedule,
                        16,
                        Optional.empty(),
                        Optional.of(replay),
                        Optional.empty(),
                        5,
                        10,
                        Optional.of(0)),
                guard,
                Optional.empty(),
                around(),
                new RandomStream(1));
    }

    /** As it is, or under bf16 autocast, which the engine leaves out for networks as small as these. */
    static Network in(boolean bf16, Network network) {
        return bf16 ? network.inBfloat16() : network;
    }

    static List<WeightedTerm<?>> terms() {
        Map<String, Double> weights =
                new TreeMap<>(Map.of("one-hot", 1.0, "information-entropy", 5.0, "activation", 0.1));
        List<WeightedTerm<?>> terms = new java.util.ArrayList<>();
        for (LossTerm<?> term : ClassPathExtensions.with().all(LossTerm.class)) {
            if (weights.containsKey(term.name())) {
                terms.add(weighted(term, weights.get(term.name())));
            }
        }
        return terms;
    }

    static StudentLoss<?> studentLoss() {
        DistillationLoss<?> loss = ClassPathExtensions.with().all(DistillationLoss.class).stream()
                .filter(l -> l.name().equals("knowledge-distillation"))
                .findFirst()
                .orElseThrow();
        return studentLoss(loss);
    }

    @Override
    public void close() {
        teacher.close();
        student.close();
        kept.close();
        generator.close();
    }

    private static <O extends Record> WeightedTerm<O> weighted(LossTerm<O> term, double weight) {
        return new WeightedTerm<>(term, term.defaults(), Ramp.constant(weight), PluginIdentity.of("loss term", term));
    }

    private static <O extends Record> StudentLoss<O> studentLoss(DistillationLoss<O> loss) {
        return new StudentLoss<>(loss, loss.defaults(), PluginIdentity.of("distillation loss", loss));
    }

    static OptimizerConfig rate(double rate) {
        return new OptimizerConfig(null, rate, null, null, null, null, null, null, null, null, null, null);
    }

    private static Network half(MemoryFormat format, RandomStream random) {
        return Network.build(
                empty(format, random), path -> new LeNet5Half().create(path, SHAPE, 10, new LeNet5Half.Options()));
    }

    private static Parameters empty(MemoryFormat format, RandomStream random) {
        return new Parameters(Device.CPU, format, random);
    }
}

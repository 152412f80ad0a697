package dev.dafl.engine.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.DistillationConfig;
import dev.dafl.engine.config.GuardConfig;
import dev.dafl.engine.config.OptimizerConfig;
import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.config.Schedule;
import dev.dafl.engine.config.Schedule.Joint;
import dev.dafl.engine.config.Schedule.Rounds;
import dev.dafl.engine.config.TeacherConfig;
import dev.dafl.engine.run.Cancellation;
import dev.dafl.engine.run.Metric;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesis.Candidates;
import dev.dafl.spi.Synthesis.Score;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.spi.Workspace.Learner;
import dev.dafl.spi.test.ThreadRanks;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Layers;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Sequential;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.OptimizerOptions.Sgd;
import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.Stateful;
import dev.dafl.workspace.Surroundings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Ten steps of two and of four ranks are those of one process: losses, weights, running statistics, and what the optimizer keeps,
 * which with a momentum are the gradients.
 */
class RanksTest {

    private static final int STEPS = 10;
    private static final int BATCH = 16;
    private static final int LATENT = 8;
    private static final ImageShape SHAPE = new ImageShape(1, 16, 16);
    private static final Normalization NORMALIZATION = Normalization.grey(0.5, 0.29);

    /** All numbers of each step, by their names, and all losses that were told. */
    private record Course(List<Map<String, float[]>> states, Map<String, Double> losses) {

        Course() {
            this(new ArrayList<>(), new LinkedHashMap<>());
        }

        StepLoop loop() {
            return new StepLoop(Cancellation.NEVER, new StepLoop.Checkpoints() {
                @Override
                public void stepDone(Stateful training, long steps) {
                    Map<String, float[]> state = new LinkedHashMap<>();
                    try (TensorScope _ = TensorScope.open()) {
                        State.empty().put("training", training).tensors().forEach((name, tensor) -> {
                            if (tensor.dtype().isFloating()) {
                                state.put(name, tensor.toFloats());
                            }
                        });
                    }
                    states.add(state);
                }

                @Override
                public void interrupted(Stateful training, long steps) {}
            });
        }

        void hear(RunEvent event) {
            if (event instanceof RunEvent.Progress progress) {
                for (Metric metric : progress.metrics()) {
                    if (metric.group() == Metric.Group.LOSS
                            || metric.group() == Metric.Group.STUDENT_LOSS
                            || metric.group() == Metric.Group.TEACHER_LOSS) {
                        losses.put(
                                metric.group() + " " + metric.name() + " of step " + progress.step(), metric.value());
                    }
                }
            }
        }
    }

    @Test
    void aTeacherLearnsTheSame() {
        requireSame(ranks -> {
            Course course = new Course();
            try (TensorScope _ = TensorScope.open();
                    Network teacher = network(ranks, 1);
                    TeacherTraining training = new TeacherTraining(
                            teacher,
                            new TeacherConfig(
                                    Component.named("lenet5"),
                                    Optional.empty(),
                                    null,
                                    null,
                                    null,
                                    1,
                                    BATCH,
                                    null,
                                    null,
                                    sgd(0.01)),
                            images(),
                            new RandomStream(1),
                            course::hear)) {
                training.run(course.loop());
            }
            return course;
        });
    }

    @Test
    void generatorAndStudentLearnTheSame() {
        requireSame(ranks -> {
            Course course = new Course();
            try (TensorScope _ = TensorScope.open();
                    Network teacher = network(ranks, 1);
                    Network student = network(ranks, 2);
                    Network kept = network(ranks, 2);
                    Network generator = generator(ranks, 0);
                    Distillation training = new Distillation(
                            new Distillation.Setup(
                                    generator,
                                    number -> generator(ranks, number),
                                    0,
                                    LATENT,
                                    false,
                                    teacher,
                                    student,
                                    kept,
                                    SmallNetworks.terms(),
                                    SmallNetworks.studentLoss(),
                                    sgd(0.01),
                                    sgd(0.01),
                                    config(new Joint((long) STEPS)),
                                    new GuardConfig(null, null, null, null, null, null),
                                    Optional.empty(),
                                    around(ranks),
                                    new RandomStream(1)),
                            course::hear)) {
                training.run(course.loop());
            }
            return course;
        });
    }

    @Test
    void aMethodsGeneratorAndItsStudentLearnTheSame() {
        requireSame(ranks -> {
            Course course = new Course();
            try (TensorScope _ = TensorScope.open();
                    Network teacher = network(ranks, 1);
                    Network student = network(ranks, 2);
                    MethodTraining training = new MethodTraining(
                            new MethodTraining.Setup(
                                    Game::of,
                                    new PluginIdentity("method", "game", ""),
                                    Optional.of(new MethodTraining.Generators(
                                            (_, number) -> generator(ranks, number), LATENT)),
                                    SmallNetworks.terms(),
                                    teacher,
                                    student,
                                    SmallNetworks.studentLoss(),
                                    sgd(0.01),
                                    config(new Rounds(STEPS / 2L, 2L, 0L)),
                                    Optional.empty(),
                                    around(ranks),
                                    new RandomStream(1)),
                            course::hear,
                            Glimpses.Viewer.NOBODY)) {
                training.run(course.loop());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return course;
        });
    }

    private static void requireSame(Function<Ranks, Course> run) {
        long live = Tensor.liveCount();
        Course expected = ThreadRanks.run(1, run).getFirst();
        assertEquals(STEPS, expected.states().size());
        for (int size : new int[] {2, 4}) {
            List<Course> all = ThreadRanks.run(size, run);
            for (Course course : all) {
                assertEquals(expected.losses().keySet(), course.losses().keySet());
                expected.losses()
                        .forEach((name, loss) ->
                                assertEquals(loss, course.losses().get(name), 1e-5, name));
                for (int step = 0; step < STEPS; step++) {
                    int now = step;
                    expected.states()
                            .get(step)
                            .forEach((name, values) -> assertArrayEquals(
                                    values,
                                    course.states().get(now).get(name),
                                    tolerance(values),
                                    () -> name + " after step " + (now + 1) + " of " + size + " ranks"));
                    // All ranks hold the same bits.
                    all.getFirst()
                            .states()
                            .get(step)
                            .forEach((name, values) -> assertArrayEquals(
                                    values, course.states().get(now).get(name), 0, name));
                }
            }
        }
        assertEquals(live, Tensor.liveCount());
    }

    private static float tolerance(float[] values) {
        float largest = 1;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return 1e-5F * largest;
    }

    /** A generator that looks for images on which its losses are small and teacher and student disagree, by plain descent. */
    private record Game(Synthesis synthesis, Network generator, Learner learner) implements Synthesizer {

        static Game of(Synthesis synthesis) {
            Network generator = synthesis.generator("generator");
            return new Game(
                    synthesis,
                    generator,
                    synthesis.learner(
                            "generator",
                            generator.parameters().trainable(),
                            new Sgd(0.9, 0, false),
                            LearningRate.constant(0.01)));
        }

        @Override
        public Map<String, Double> synthesize(long round) {
            Tensor latent = latent(synthesis.studentBatch(), synthesis.random().at("latent", round));
            Tensor images = generator.forward(latent, Pass.train());
            Score score = synthesis.score(Candidates.of(images).latent(latent));
            Tensor disagreement = Functional.l1Loss(
                    score.teacher().logits(),
                    synthesis.student(images, true, Set.of()).logits(),
                    Functional.Reduction.MEAN);
            Functional.weightedSum(List.of(score.total(), disagreement), 1, -0.1)
                    .backward(generator.parameters().trainable());
            learner.step();
            return Map.of("total", score.total().item(), "disagreement", disagreement.item());
        }

        @Override
        public TransferBatch sample(int size, RandomGenerator random) {
            return new TransferBatch(generator.forward(latent(size, random), Pass.train()), Optional.empty());
        }

        private static Tensor latent(int count, RandomGenerator random) {
            return Initializer.normal(0, 1).values(new long[] {count, LATENT}, random);
        }
    }

    private static DistillationConfig config(Schedule schedule) {
        return new DistillationConfig(
                Component.named("knowledge-distillation"),
                schedule,
                BATCH,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1,
                5,
                Optional.of(0));
    }

    private static OptimizerConfig sgd(double rate) {
        return new OptimizerConfig(
                OptimizerConfig.Kind.SGD, rate, null, null, null, null, null, null, 0.9, null, null, null);
    }

    private static Surroundings around(Ranks ranks) {
        return new Surroundings(
                SHAPE,
                10,
                NORMALIZATION,
                Device.CPU,
                MemoryFormat.CHANNELS_LAST,
                new RandomStream(1),
                _ -> {
                    throw new IllegalStateException("nothing is kept");
                },
                ranks);
    }

    /** Without a kink: where a number falls on the other side of one, its gradient jumps, however it was rounded. */
    private static Network network(Ranks ranks, long seed) {
        return Network.build(parameters(ranks, seed), path -> {
            Layer before = Sequential.of(
                    Conv2d.of(path.sub("0"), 1, 8, 3, o -> o.padding(1).withoutBias()),
                    BatchNorm2d.of(path.sub("1"), 8),
                    Layers.silu(),
                    Conv2d.of(path.sub("3"), 8, 16, 3, o -> o.stride(2).padding(1)),
                    BatchNorm2d.of(path.sub("4"), 16),
                    Layers.silu(),
                    Layers.globalAvgPool2d(),
                    Layers.flatten());
            Linear last = Linear.of(path.sub("8"), 16, 10);
            return (input, pass) -> {
                Tensor features = before.forward(input, pass);
                pass.features(features);
                return last.forward(features, pass);
            };
        });
    }

    private static Network generator(Ranks ranks, long number) {
        return Network.build(parameters(ranks, 100 + number), path -> {
            Linear first = Linear.of(path.sub("0"), LATENT, 8 * 8 * 8);
            Layer after = Sequential.of(
                    BatchNorm2d.of(path.sub("1"), 8),
                    Layers.silu(),
                    Layers.upsampleNearest2d(2),
                    Conv2d.of(path.sub("4"), 8, 1, 3, o -> o.padding(1)),
                    Layers.tanh(),
                    BatchNorm2d.of(path.sub("6"), 1, BatchNorm2d.Options::withoutAffine));
            return (latent, pass) -> after.forward(first.forward(latent, pass).view(-1, 8, 8, 8), pass);
        });
    }

    private static Parameters parameters(Ranks ranks, long seed) {
        return new Parameters(Device.CPU, MemoryFormat.CHANNELS_LAST, new RandomStream(seed), ranks);
    }

    private static LabelledImages images() {
        int count = STEPS * BATCH;
        byte[] pixels = new byte[count * 16 * 16];
        new java.util.Random(1).nextBytes(pixels);
        long[] labels = new long[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % 10;
        }
        return new LabelledImages(
                new Split(Tensor.of(pixels, count, 1, 16, 16), Tensor.of(labels, count)),
                NORMALIZATION,
                SHAPE,
                Device.CPU);
    }
}

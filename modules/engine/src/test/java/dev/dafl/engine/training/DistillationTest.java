package dev.dafl.engine.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.GuardConfig;
import dev.dafl.engine.config.GuardConfig.OnCollapse;
import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.config.ReplayConfig;
import dev.dafl.engine.config.Schedule;
import dev.dafl.engine.plugins.StudentLoss;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.spi.DistillationLoss;
import dev.dafl.spi.DistillationLoss.DistillationBatch;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Plugin.NoOptions;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistillationTest {

    private static final StepLoop LOOP = StepLoop.telling(_ -> {});
    private static final GuardConfig GUARD = new GuardConfig(null, 1.0, null, null, null, null);

    private final Recorder recorder = new Recorder();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneSeedGivesTheSameBits(boolean bf16) {
        assertArrayEquals(student(bf16), student(bf16));
    }

    @Test
    void noTensorOutlivesAStep() {
        long before = Tensor.liveCount();
        try (TensorScope _ = TensorScope.open();
                SmallNetworks networks = SmallNetworks.build(MemoryFormat.CHANNELS_LAST, 1);
                Distillation distillation =
                        new Distillation(networks.setup(new Schedule.Joint(1000L), 0.01, GUARD, false), recorder)) {
            List<Long> live = new ArrayList<>();
            distillation.run(StepLoop.telling(_ -> live.add(Tensor.liveCount())));
            assertEquals(live.get(2), live.get(999));
        }
        assertEquals(before, Tensor.liveCount());
    }

    @Test
    void allSchedulesTrainWhatTheySay() {
        for (Schedule schedule : List.of(new Schedule.TwoStage(10, 10), new Schedule.Alternating(5L, 2, 2))) {
            try (TensorScope _ = TensorScope.open();
                    SmallNetworks networks = SmallNetworks.build(MemoryFormat.CHANNELS_LAST, 1);
                    Distillation distillation =
                            new Distillation(networks.setup(schedule, 0.01, GUARD, false), recorder)) {
                float[] generator =
                        networks.generator().parameters().trainable().getFirst().toFloats();
                float[] student =
                        networks.student().parameters().trainable().getFirst().toFloats();
                distillation.run(LOOP);
                assertFalse(java.util.Arrays.equals(
                        generator,
                        networks.generator().parameters().trainable().getFirst().toFloats()));
                assertFalse(java.util.Arrays.equals(
                        student,
                        networks.student().parameters().trainable().getFirst().toFloats()));
                assertEquals(20, distillation.finish().stepsDone());
                assertTrue(recorder.steps.contains(20L));
            }
        }
    }

    @Test
    void aFreshGeneratorTakesThePlaceOfTheOldOne() {
        float[] fresh;
        try (TensorScope _ = TensorScope.open();
                Network second = SmallNetworks.freshGenerator(1)) {
            fresh = second.parameters().trainable().getFirst().toFloats();
        }
        long before = Tensor.liveCount();
        try (TensorScope _ = TensorScope.open();
                SmallNetworks networks = SmallNetworks.build(MemoryFormat.CHANNELS_LAST, 1);
                Distillation distillation =
                        new Distillation(networks.setup(new Schedule.Joint(12L), 10, 1e-9, GUARD, false), recorder)) {
            Tensor weight = networks.generator().parameters().trainable().getFirst();
            float[] first = weight.toFloats();
            distillation.run(LOOP);
            assertArrayEquals(fresh, weight.toFloats(), 1e-5f);
            assertNotEquals(first[0], weight.toFloats()[0], 1e-4f);
        }
        assertEquals(before, Tensor.liveCount());
    }

    /** Students are compared every ten steps. Both networks say the same of any image. */
    @Test
    void aShortRunSelectsItsLastStudent() {
        try (TensorScope _ = TensorScope.open();
                SmallNetworks networks = SmallNetworks.build(MemoryFormat.CHANNELS_LAST, 1);
                Distillation distillation =
                        new Distillation(networks.setup(new Schedule.Joint(6L), 0.01, GUARD, false), recorder)) {
            sayAlwaysThree(networks.teacher());
            sayAlwaysThree(networks.student());
            distillation.run(LOOP);
            Distillation.Summary summary = distillation.finish();
            assertEquals(6, summary.keptStep());
            assertEquals(1, summary.keptAgreement());
        }
    }

    private static void sayAlwaysThree(Network network) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            float[] bias = new float[10];
            bias[3] = 1000;
            network.parameters().trainable().getLast().copy_(Tensor.of(bias, 10));
        }
    }

    /** The 64 images in the replay stay those of the first stage, however short it is and however long the second. */
    @Test
    void aFinishedGeneratorDoesNotFillTheReplay() {
        List<double[]> seen = new ArrayList<>();
        try (TensorScope _ = TensorScope.open();
                SmallNetworks networks = SmallNetworks.build(MemoryFormat.CHANNELS_LAST, 1);
                Distillation distillation = new Distillation(
                        networks.setup(
                                new Schedule.TwoStage(6, 60),
                                new ReplayConfig(1, 4, 0.0),
                                studentLoss(batch -> {
                                    seen.add(batch.images().sum(false, 1, 2, 3).toDoubles());
                                    return batch.studentLogits()
                                            .sub(batch.teacherLogits())
                                            .abs()
                                            .mean();
                                }),
                                GUARD),
                        recorder)) {
            distillation.run(LOOP);
        }
        assertEquals(120, seen.size());
        Set<Double> fresh = new HashSet<>();
        Set<Double> replayed = new HashSet<>();
        for (int i = 0; i < seen.size(); i++) {
            Set<Double> images = i % 2 == 0 ? fresh : replayed;
            Arrays.stream(seen.get(i)).forEach(images::add);
        }
        assertTrue(replayed.size() > 32 && replayed.size() <= 64, replayed.size() + " replayed");
        replayed.retainAll(fresh);
        assertEquals(Set.of(), replayed);
    }

    /** A step costs what it costs later on, whatever the images of networks are that have learnt nothing. */
    @Test
    void aTrialTakesTheStepsOfTheReplayFromTheSecondOn() {
        AtomicInteger lessons = new AtomicInteger();
        try (TensorScope _ = TensorScope.open();
                SmallNetworks networks = SmallNetworks.build(MemoryFormat.CHANNELS_LAST, 1)) {
            sayAlwaysThree(networks.teacher());
            Distillation.Setup setup = networks.setup(
                    new Schedule.Joint(500L),
                    new ReplayConfig(2, 4, 0.0),
                    studentLoss(batch -> {
                        lessons.incrementAndGet();
                        return batch.studentLogits()
                                .sub(batch.teacherLogits())
                                .abs()
                                .mean();
                    }),
                    GUARD);
            Distillation.Setup tried = setup.tried(
                    setup.generator(), setup.teacher(), setup.student(), setup.kept(), new Schedule.Joint(4L));
            try (Distillation distillation = new Distillation(tried, recorder)) {
                distillation.run(LOOP);
            }
        }
        assertEquals(4 + 3 * 2, lessons.get());
    }

    /** A rate a thousand times too high kills the generator at once. */
    @Test
    void aDeadGeneratorIsPutBackWithALowerRate() {
        Distillation.Summary summary = run(200, new GuardConfig(null, 0.9, 0.5, 2, 0.001, 3));
        assertFalse(recorder.recoveries.isEmpty());
        assertEquals(0.001, recorder.recoveries.getFirst().rateFactor());
        assertTrue(recorder.recoveries.getFirst().backTo()
                < recorder.recoveries.getFirst().step());
        assertEquals(recorder.recoveries, summary.recoveries());
    }

    @Test
    void aGeneratorThatKeepsDyingEndsTheRunWithWhatThereIs() {
        Distillation.Summary summary = run(200, new GuardConfig(null, 0.9, 0.99, 1, 1.0, 2));
        assertEquals(2, summary.recoveries().size());
        assertTrue(summary.gaveUp().orElseThrow().startsWith("the generator died 3 times"), summary.toString());
        assertTrue(summary.stepsDone() < 200);
    }

    @Test
    void theGuardMayStopTheRunOrLookAway() {
        String message = assertThrows(
                        TrainingFailedException.class,
                        () -> run(200, new GuardConfig(OnCollapse.STOP, 0.9, 0.99, 1, null, null)))
                .getMessage();
        assertTrue(message.contains("set guard.on-collapse: recover"), message);
        Distillation.Summary summary = run(30, new GuardConfig(OnCollapse.IGNORE, 0.9, 0.99, 1, null, null));
        assertEquals(30, summary.stepsDone());
        assertTrue(summary.recoveries().isEmpty());
    }

    @Test
    void theKeptStudentIsTheOneThatWasChosen() {
        try (TensorScope _ = TensorScope.open();
                SmallNetworks networks = SmallNetworks.build(MemoryFormat.CHANNELS_LAST, 1);
                Distillation distillation =
                        new Distillation(networks.setup(new Schedule.Joint(40L), 0.01, GUARD, false), recorder)) {
            distillation.run(LOOP);
            assertEquals(recorder.selected.getLast(), distillation.finish().keptStep());
            assertNotEquals(0, distillation.finish().keptStep());
        }
    }

    @Test
    void aLossThatReturnsNoNumberIsNamed() {
        assertFails(
                "the loss term odd returned NaN at step 1",
                b -> b.images().mean().log().mul(Double.NaN));
        assertFails("the loss term odd returned float32[16, 10]", GeneratedBatch::teacherLogits);
        assertFails(
                "the loss term odd returned float64[]",
                b -> b.images().to(dev.dafl.tensor.DType.FLOAT64).mean());
        assertFails("the loss term odd returned null", _ -> null);
        assertFails(
                "a loss term that reads the student's logits names Need.STUDENT_LOGITS",
                b -> b.studentLogits().mean());
    }

    @Test
    void aTermMayReadTheStudentWhereTheScheduleAlternates() {
        LossTerm<NoOptions> adversarial = term(
                Set.of(LossTerm.Need.STUDENT_LOGITS),
                b -> b.studentLogits().sub(b.teacherLogits()).abs().mean().neg());
        try (TensorScope _ = TensorScope.open();
                SmallNetworks networks = SmallNetworks.build(MemoryFormat.CHANNELS_LAST, 1);
                Distillation distillation = new Distillation(
                        networks.setup(new Schedule.Alternating(3L, 1, 1), 0.01, GUARD, false, adversarial),
                        recorder)) {
            distillation.run(LOOP);
            assertEquals(6, distillation.finish().stepsDone());
        }
    }

    private Distillation.Summary run(long steps, GuardConfig guard) {
        long before = Tensor.liveCount();
        try (TensorScope _ = TensorScope.open();
                SmallNetworks networks = SmallNetworks.build(MemoryFormat.CHANNELS_LAST, 1);
                Distillation distillation =
                        new Distillation(networks.setup(new Schedule.Joint(steps), 20, guard, false), recorder)) {
            distillation.run(LOOP);
            return distillation.finish();
        } finally {
            assertEquals(before, Tensor.liveCount());
        }
    }

    private void assertFails(String message, Function<GeneratedBatch, Tensor> loss) {
        try (TensorScope _ = TensorScope.open();
                SmallNetworks networks = SmallNetworks.build(MemoryFormat.CHANNELS_LAST, 1);
                Distillation distillation = new Distillation(
                        networks.setup(new Schedule.Joint(3L), 0.01, GUARD, false, term(Set.of(), loss)), recorder)) {
            RuntimeException e = assertThrows(RuntimeException.class, () -> distillation.run(LOOP));
            assertTrue(e.getMessage().contains(message), e.getMessage());
        }
    }

    private static LossTerm<NoOptions> term(Set<LossTerm.Need> needs, Function<GeneratedBatch, Tensor> loss) {
        return new LossTerm<>() {
            @Override
            public String name() {
                return "odd";
            }

            @Override
            public String description() {
                return "for a test";
            }

            @Override
            public NoOptions defaults() {
                return NoOptions.INSTANCE;
            }

            @Override
            public Set<Need> needs(NoOptions options) {
                return needs;
            }

            @Override
            public Tensor compute(GeneratedBatch batch, NoOptions options) {
                return loss.apply(batch);
            }
        };
    }

    private static StudentLoss<NoOptions> studentLoss(Function<DistillationBatch, Tensor> loss) {
        return new StudentLoss<>(
                new DistillationLoss<>() {
                    @Override
                    public String name() {
                        return "odd";
                    }

                    @Override
                    public String description() {
                        return "for a test";
                    }

                    @Override
                    public NoOptions defaults() {
                        return NoOptions.INSTANCE;
                    }

                    @Override
                    public Tensor compute(DistillationBatch batch, NoOptions options) {
                        return loss.apply(batch);
                    }
                },
                NoOptions.INSTANCE,
                new PluginIdentity("distillation loss", "odd", ""));
    }

    private byte[] student(boolean bf16) {
        try (TensorScope _ = TensorScope.open();
                SmallNetworks networks = SmallNetworks.build(MemoryFormat.CHANNELS_LAST, 1);
                Distillation distillation =
                        new Distillation(networks.setup(new Schedule.Joint(15L), 0.02, GUARD, bf16), recorder)) {
            distillation.run(LOOP);
            return networks.student().parameters().trainable().getFirst().toBytes();
        }
    }

    private static final class Recorder implements Consumer<RunEvent> {

        final List<Long> steps = new ArrayList<>();
        final List<RunEvent.Recovered> recoveries = new ArrayList<>();
        final List<Long> selected = new ArrayList<>();

        @Override
        public void accept(RunEvent event) {
            switch (event) {
                case RunEvent.Progress p -> steps.add(p.step());
                case RunEvent.Recovered r -> recoveries.add(r);
                case RunEvent.Selected s -> selected.add(s.step());
                default -> {}
            }
        }
    }
}

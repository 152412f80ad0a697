package dev.dafl.engine.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.DistillationConfig;
import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.config.Schedule.Rounds;
import dev.dafl.engine.run.InterruptedRunException;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.spi.Workspace.Counter;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.Stateful;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class MethodTrainingTest {

    private static final int INNER_STEPS = 5;

    /** Adds to one grey image, step by step, and counts. */
    private record Greying(Synthesis synthesis, Tensor image, Counter steps) implements Synthesizer {

        static Greying of(Synthesis synthesis) {
            return new Greying(
                    synthesis,
                    synthesis.tensor("image", () -> Tensor.zeros(DType.FLOAT32, Device.CPU, 1, 1, 32, 32)),
                    synthesis.counter("steps"));
        }

        @Override
        public Map<String, Double> synthesize(long round) {
            synthesis.repeat(INNER_STEPS, step -> {
                image.copy_(image.add(0.01 * (round + 1) + 0.001 * step));
                // Asked for in the middle of a round.
                Counter late = synthesis.counter("late");
                late.set(late.get() + 1);
                steps.set(steps.get() + 1);
            });
            return Map.of("steps", (double) steps.get(), "late", (double)
                    synthesis.counter("late").get());
        }

        @Override
        public TransferBatch sample(int size, RandomGenerator random) {
            return new TransferBatch(image.expand(size, 1, 32, 32).mul(1 + random.nextDouble()), Optional.empty());
        }
    }

    private static MethodTraining training(SmallNetworks networks) throws IOException {
        return new MethodTraining(
                new MethodTraining.Setup(
                        Greying::of,
                        new PluginIdentity("method", "greying", ""),
                        Optional.empty(),
                        List.of(),
                        networks.teacher(),
                        networks.student(),
                        SmallNetworks.studentLoss(),
                        SmallNetworks.rate(0.01),
                        new DistillationConfig(
                                Component.named("knowledge-distillation"),
                                new Rounds(4L, 2L, 1L),
                                4,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                1,
                                10,
                                Optional.of(0)),
                        Optional.empty(),
                        SmallNetworks.around(),
                        new RandomStream(1)),
                _ -> {},
                Glimpses.Viewer.NOBODY);
    }

    private static float[] weights(SmallNetworks networks) {
        return networks.student().parameters().trainable().getFirst().toFloats();
    }

    /** Ends the run when it was asked so many times, and keeps what is saved then. */
    private static final class Stop implements StepLoop.Checkpoints {

        private final TensorScope scope;
        private long left;
        private State saved = State.empty();

        Stop(TensorScope scope, long asked) {
            this.scope = scope;
            left = asked;
        }

        boolean requested() {
            return left-- == 0;
        }

        @Override
        public void stepDone(Stateful training, long steps) {}

        @Override
        public void interrupted(Stateful training, long steps) {
            State state = State.empty();
            training.save(state);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            state.tensors()
                    .forEach((name, tensor) -> tensors.put(name, tensor.copy().moveTo(scope)));
            saved = State.of(tensors, state.values());
        }
    }

    /** The first round is one that can be left: nobody knows yet how long it takes. */
    @Test
    void aRoundThatIsLeftIsBegunAnew() throws IOException {
        long before = Tensor.liveCount();
        try (TensorScope scope = TensorScope.open()) {
            float[] whole;
            try (SmallNetworks networks = SmallNetworks.build(MemoryFormat.CONTIGUOUS, 1);
                    MethodTraining training = training(networks)) {
                training.run(StepLoop.telling(_ -> {}));
                whole = weights(networks);
            }
            for (long asked = 0; asked < 1 + INNER_STEPS; asked++) {
                Stop stop = new Stop(scope, asked);
                try (SmallNetworks networks = SmallNetworks.build(MemoryFormat.CONTIGUOUS, 1);
                        MethodTraining training = training(networks)) {
                    assertThrows(
                            InterruptedRunException.class,
                            () -> training.run(new StepLoop(stop::requested, stop)),
                            asked + " times asked");
                }
                assertEquals(0, stop.saved.part("workspaces").part("method").number("counter steps.value"));
                try (SmallNetworks networks = SmallNetworks.build(MemoryFormat.CONTIGUOUS, 1);
                        MethodTraining training = training(networks)) {
                    training.load(stop.saved);
                    training.run(StepLoop.telling(_ -> {}));
                    assertArrayEquals(whole, weights(networks), asked + " times asked");
                }
            }
        }
        assertEquals(before, Tensor.liveCount());
    }
}

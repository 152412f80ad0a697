package dev.dafl.engine.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.ReplayConfig;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.state.State;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayTest {

    private static final RandomStream RANDOM = new RandomStream(7);

    @Test
    void distortedImagesKeepTheirShapeAndRange() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor images = random(4, 3, 32, 24);
            for (int seed = 0; seed < 50; seed++) {
                Tensor distorted = new Distortion(1).of(images, RANDOM.at("distortion", seed));
                assertArrayEquals(images.shape(), distorted.shape(), "seed " + seed);
                double darkest = images.min().item();
                double range = (1 + Distortion.CONTRAST) * (images.max().item() - darkest);
                assertTrue(distorted.min().item() >= darkest - 1e-5, "seed " + seed);
                assertTrue(distorted.max().item() <= darkest + range + 1e-5, "seed " + seed);
                assertFalse(Arrays.equals(images.toFloats(), distorted.toFloats()), "seed " + seed);
            }
        }
    }

    /** A bright square in the middle stays in reach, and each image of a batch is distorted in its own way. */
    @Test
    void distortionKeepsWhatIsInTheMiddle() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor square = Tensor.zeros(DType.FLOAT32, Device.CPU, 20, 1, 32, 32);
            square.narrow(2, 12, 8).narrow(3, 12, 8).copy_(Tensor.ones(DType.FLOAT32, Device.CPU, 20, 1, 8, 8));
            Tensor distorted = new Distortion(1).of(square, RANDOM.at("distortion", 0));
            double[] sums = distorted.sum(false, 1, 2, 3).toDoubles();
            double[] inside = distorted
                    .narrow(2, 2, 28)
                    .narrow(3, 2, 28)
                    .sum(false, 1, 2, 3)
                    .toDoubles();
            double[] brightest = distorted.amax(false, 1, 2, 3).toDoubles();
            for (int i = 0; i < sums.length; i++) {
                assertEquals(sums[i], inside[i], 1e-3, "image " + i);
                assertEquals(1, brightest[i], Distortion.CONTRAST + 1e-5, "image " + i);
                assertTrue(sums[i] > 4, "image " + i + ": " + sums[i]);
            }
            assertEquals(20, Arrays.stream(sums).distinct().count());
        }
    }

    @Test
    void whatIsDrawnWasRemembered() {
        try (TensorScope _ = TensorScope.open();
                ImageBank bank = new ImageBank(RANDOM, "test", 3, Device.CPU)) {
            Set<Float> remembered = new HashSet<>();
            for (int i = 1; i <= 10; i++) {
                Tensor batch = Tensor.full(i, DType.FLOAT32, Device.CPU, 2, 1, 1, 1);
                bank.reserve(batch);
                bank.offer(batch);
            }
            for (float value : bank.draw(200, RANDOM.at("draw", 0)).toFloats()) {
                remembered.add(value);
            }
            assertEquals(3, remembered.size(), remembered.toString());
        }
    }

    @Test
    void aReplayTakesItsStepsAndTrainsTheStudentAlone() {
        try (TensorScope _ = TensorScope.open();
                SmallNetworks networks = SmallNetworks.build(MemoryFormat.CHANNELS_LAST, 1);
                Learner student = new Learner(networks.student(), SmallNetworks.rate(0.002), 10);
                Replay replay = new Replay(
                        new ReplayConfig(3, 2, 1.0),
                        student,
                        new Teaching(networks.teacher(), networks.student(), SmallNetworks.studentLoss()),
                        RANDOM)) {
            networks.teacher().parameters().freeze();
            Tensor weight = networks.student().parameters().trainable().getFirst();
            float[] before = weight.toFloats();
            replay.steps(0, 8, 8, 0);
            assertArrayEquals(before, weight.toFloats(), "nothing is remembered yet");
            replay.remember(random(16, 1, 32, 32));
            replay.steps(1, 8, 8, 0);
            State state = State.empty().put("student", student);
            assertEquals(3, state.tensors().get("student.optimizer.step").item());
            assertFalse(Arrays.equals(before, weight.toFloats()));
            assertTrue(networks.teacher().parameters().trainable().stream()
                    .allMatch(p -> p.grad().isEmpty()));
        }
    }

    @Test
    void distortionOfNoStrengthLeavesImagesAsTheyAre() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor images = random(2, 1, 8, 8);
            assertArrayEquals(
                    images.toFloats(),
                    new Distortion(0).of(images, RANDOM.at("distortion", 0)).toFloats(),
                    1e-5f);
        }
    }

    private static Tensor random(long... shape) {
        return Initializer.normal(0, 1).values(shape, RANDOM.at("images", 0));
    }
}

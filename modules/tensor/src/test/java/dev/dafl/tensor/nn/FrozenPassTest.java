package dev.dafl.tensor.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.tensor.Autocast;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.NoLeaks;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Pass.BatchNormInput;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A frozen pass gives what an evaluation gives, up to rounding; and what is freed on the way through a {@link Sequential}. */
@ExtendWith(NoLeaks.class)
class FrozenPassTest {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givesAnEvaluationsValuesAndGradients(boolean affine) {
        try (TensorScope _ = TensorScope.open();
                Network network = network(affine)) {
            Tensor expectedFrom = images().requiresGrad_(true);
            Tensor expected = network.forward(expectedFrom, Pass.evaluate());
            expected.square().sum().backward();
            Tensor from = images().requiresGrad_(true);
            Tensor frozen = network.forward(from, Pass.frozen());
            frozen.square().sum().backward();
            assertArrayEquals(expected.toFloats(), frozen.toFloats(), 2e-5F);
            assertArrayEquals(
                    expectedFrom.takeGrad().orElseThrow().toFloats(),
                    from.takeGrad().orElseThrow().toFloats(),
                    1e-3F);
            try (GradMode _ = GradMode.disabled()) {
                assertArrayEquals(
                        expected.toFloats(),
                        network.forward(images(), Pass.frozen()).toFloats(),
                        2e-5F);
            }
        }
    }

    @Test
    void aChannelThatIsMultipliedByNothingGivesItsBias() {
        try (TensorScope _ = TensorScope.open();
                Network network = Network.build(empty(), path -> BatchNorm2d.of(path, 2))) {
            network.parameters().freeze();
            network.parameters().stateDict().get("weight").copy_(Tensor.of(new float[] {0, 3}, 2));
            network.parameters().stateDict().get("bias").copy_(Tensor.of(new float[] {5, 1}, 2));
            Tensor x = Tensor.of(new float[] {7, 2}, 1, 2, 1, 1).requiresGrad_(true);
            Tensor y = network.forward(x, Pass.frozen());
            y.sum().backward();
            assertArrayEquals(new float[] {5, 7}, y.toFloats(), 1e-4F);
            assertArrayEquals(new float[] {0, 3}, x.takeGrad().orElseThrow().toFloats(), 1e-4F);
        }
    }

    @Test
    void whatEntersBatchNormsIsRecordedAsInAnEvaluation() {
        try (TensorScope _ = TensorScope.open();
                Network network = network(true)) {
            List<BatchNormInput> expected = entered(network, Pass.evaluate());
            List<BatchNormInput> seen = entered(network, Pass.frozen());
            assertEquals(expected.size(), seen.size());
            for (int i = 0; i < seen.size(); i++) {
                assertArrayEquals(
                        expected.get(i).input().toFloats(), seen.get(i).input().toFloats());
            }
        }
    }

    @Test
    void bfloat16StaysNearToAnEvaluation() {
        try (TensorScope _ = TensorScope.open();
                Network network = network(true)) {
            float[] expected = network.forward(images(), Pass.evaluate()).toFloats();
            try (Autocast _ = Autocast.bfloat16(Device.Type.CPU)) {
                Tensor frozen = network.inBfloat16().forward(images(), Pass.frozen());
                assertEquals(DType.FLOAT32, frozen.dtype());
                assertArrayEquals(expected, frozen.toFloats(), 0.1F);
            }
        }
    }

    @Test
    void aSequenceFreesWhatIsDoneAndKeepsWhatIsRecorded() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor[] made = new Tensor[2];
            Layer noting = (x, pass) -> {
                made[0] = x.mul(2);
                made[1] = made[0].add(1);
                pass.layer("noted", made[1]);
                return made[1];
            };
            Pass pass = Pass.evaluate().recording(Set.of(Recorded.LAYERS));
            Tensor input = Tensor.of(new float[] {1, 2}, 2);
            int before = scope.size();
            Tensor result = Sequential.of(noting, Layers.relu(), (x, _) -> x).forward(input, pass);
            assertTrue(made[0].isClosed() && made[1].isClosed());
            assertFalse(input.isClosed());
            assertArrayEquals(new float[] {3, 5}, result.toFloats());
            assertArrayEquals(new float[] {3, 5}, pass.layers().get("noted").toFloats());
            assertEquals(before + 2, scope.size());
            assertSame(input, Sequential.of((x, _) -> x).forward(input, Pass.evaluate()));
        }
    }

    @Test
    void aSequenceLeavesWhatAModuleKeeps() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor kept = Tensor.of(new float[] {-1, 4}, 2);
            Layer constant = (_, _) -> kept;
            Tensor input = Tensor.of(new float[] {1, 2}, 2);
            Tensor result = Sequential.of(constant, Layers.relu()).forward(input, Pass.evaluate());
            assertArrayEquals(new float[] {0, 4}, result.toFloats());
            assertArrayEquals(new float[] {-1, 4}, kept.toFloats());
        }
    }

    private static List<BatchNormInput> entered(Network network, Pass mode) {
        Pass pass = mode.recording(Set.of(Recorded.BATCH_NORM_INPUTS));
        network.forward(images(), pass);
        return pass.batchNormInputs();
    }

    /** A norm behind a convolution with a bias, one by itself, one behind a convolution without. */
    private static Network network(boolean affine) {
        Network network = Network.build(
                empty(),
                path -> Sequential.of(
                        Conv2d.of(path.sub("0"), 3, 8, 3, o -> o.padding(1)),
                        BatchNorm2d.of(path.sub("1"), 8, o -> affine ? o : o.withoutAffine()),
                        Layers.relu(),
                        BatchNorm2d.of(path.sub("3"), 8, o -> affine ? o : o.withoutAffine()),
                        Layers.relu(),
                        Conv2d.of(path.sub("5"), 8, 4, 3, o -> o.stride(2).withoutBias()),
                        BatchNorm2d.of(path.sub("6"), 4)));
        network.parameters().freeze();
        RandomGenerator random = new RandomStream(5).at("values", 0);
        network.parameters().stateDict().forEach((name, value) -> {
            if (value.dtype() == DType.FLOAT32 && value.dim() == 1) {
                float[] values = new float[(int) value.numel()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (name.endsWith("var") ? 0.5 + random.nextDouble() : random.nextGaussian());
                }
                value.copy_(Tensor.of(values, values.length));
            }
        });
        return network;
    }

    private static Parameters empty() {
        return new Parameters(Device.CPU, MemoryFormat.CHANNELS_LAST, new RandomStream(3));
    }

    private static Tensor images() {
        float[] values = new float[2 * 3 * 9 * 9];
        RandomGenerator random = new RandomStream(7).at("images", 0);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, 2, 3, 9, 9).contiguous(MemoryFormat.CHANNELS_LAST);
    }
}

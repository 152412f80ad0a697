package dev.dafl.tensor.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Golden;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.NoLeaks;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The class {@code Attending} of golden.py, and what attention does besides. */
@ExtendWith(NoLeaks.class)
class MultiheadAttentionTest {

    @Test
    void aTrainingStepAndAnEvaluationArePyTorchs() {
        try (TensorScope _ = TensorScope.open();
                Network network = attending()) {
            Golden golden = Golden.read("attention");
            Map<String, Tensor> before = new LinkedHashMap<>();
            golden.tensors().forEach((name, value) -> {
                if (name.startsWith("before.")) {
                    before.put(name.substring("before.".length()), value);
                }
            });
            assertEquals(List.of(), network.parameters().load(before));
            Tensor x = golden.get("x");
            Tensor loss = Functional.crossEntropy(network.forward(x, Pass.train()), golden.get("target"));
            loss.backward();
            Golden.assertClose(golden.get("loss"), loss, 1e-6, "loss");
            network.parameters()
                    .stateDict()
                    .forEach((name, value) -> Golden.assertClose(
                            golden.get("grad." + name), value.takeGrad().orElseThrow(), 1e-5, "gradient of " + name));
            try (GradMode _ = GradMode.disabled()) {
                Golden.assertClose(golden.get("evaluated"), network.forward(x, Pass.evaluate()), 2e-6, "evaluation");
            }
        }
    }

    @Test
    void theStateDictHasPyTorchsNamesInItsOrder() {
        try (TensorScope _ = TensorScope.open();
                Network network = attending()) {
            assertEquals(
                    List.of(
                            "positions.weight",
                            "norm.weight",
                            "norm.bias",
                            "attention.in_proj_weight",
                            "attention.in_proj_bias",
                            "attention.out_proj.weight",
                            "attention.out_proj.bias",
                            "other.in_proj_weight",
                            "other.out_proj.weight",
                            "head.weight",
                            "head.bias"),
                    List.copyOf(network.parameters().stateDict().keySet()));
        }
    }

    /** Xavier's bound into the heads, that of a linear layer out of them, no biases; deviation 1 in a table of rows. */
    @Test
    void theFirstValuesAreDrawnAsPyTorchDrawsThem() {
        try (TensorScope _ = TensorScope.open();
                Parameters parameters = empty()) {
            MultiheadAttention attention = MultiheadAttention.of(parameters.root(), 64, 4);
            assertUniform(Math.sqrt(6.0 / 256), attention.inWeight());
            assertUniform(1 / 8.0, attention.out().weight());
            assertArrayEquals(new double[192], attention.inBias().orElseThrow().toDoubles());
            assertArrayEquals(
                    new double[64], attention.out().bias().orElseThrow().toDoubles());
            double[] rows = Embedding.of(parameters.root().sub("rows"), 100, 64)
                    .weight()
                    .toDoubles();
            double deviation = Math.sqrt(DoubleStream.of(rows).map(x -> x * x).sum() / rows.length);
            // Six deviations of the estimate.
            assertEquals(1, deviation, 6 / Math.sqrt(2.0 * rows.length));
        }
    }

    private static void assertUniform(double bound, Tensor weight) {
        double largest =
                DoubleStream.of(weight.toDoubles()).map(Math::abs).max().orElseThrow();
        assertTrue(largest <= bound && largest > 0.99 * bound, () -> largest + " of " + bound);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSequenceThatLooksAtItselfIsOneThatIsGivenThreeTimes(boolean batchFirst) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled();
                Parameters parameters = empty()) {
            MultiheadAttention attention = attention(parameters, batchFirst, 0);
            Tensor x = random("x", 4, 6, 8);
            Tensor alone = attention.forward(x, Pass.evaluate());
            Golden.assertClose(attention.forward(x, x, x, Pass.evaluate()), alone, 1e-6, "output");
            assertArrayEquals(new long[] {4, 6, 8}, alone.shape());
        }
    }

    /** A query's place in the batch is seen by no other. */
    @Test
    void eachExampleIsAloneInBothOrders() {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled();
                Parameters one = empty();
                Parameters other = empty();
                Parameters again = empty()) {
            Tensor x = random("x", 4, 6, 8);
            Tensor inBatches = attention(one, true, 0).forward(x, Pass.evaluate());
            Tensor inTime = attention(other, false, 0).forward(x.transpose(0, 1), Pass.evaluate());
            Golden.assertClose(inBatches, inTime.transpose(0, 1), 1e-6, "output");
            Golden.assertClose(
                    inBatches.narrow(0, 2, 1),
                    attention(again, true, 0).forward(x.narrow(0, 2, 1), Pass.evaluate()),
                    1e-6,
                    "one example");
        }
    }

    @Test
    void dropoutFollowsFromTheNumbersOfThePassAndRestsWithoutThem() {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled();
                Parameters plain = empty();
                Parameters dropping = empty()) {
            Tensor x = random("x", 4, 6, 8);
            MultiheadAttention attention = attention(dropping, true, 0.5);
            Tensor whole = attention(plain, true, 0).forward(x, Pass.evaluate());
            for (Pass pass : List.of(Pass.evaluate(), Pass.train())) {
                assertArrayEquals(whole.toFloats(), attention.forward(x, pass).toFloats());
            }
            float[] trained = attention.forward(x, train(1)).toFloats();
            assertArrayEquals(trained, attention.forward(x, train(1)).toFloats());
            assertFalse(Arrays.equals(trained, attention.forward(x, train(2)).toFloats()));
            assertFalse(Arrays.equals(trained, whole.toFloats()));
        }
    }

    /** Where next to nothing is dropped, the way with dropout computes what the way without does. */
    @Test
    void theWayWithDropoutIsThatWithout() {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled();
                Parameters plain = empty();
                Parameters dropping = empty()) {
            Tensor x = random("x", 4, 6, 8);
            Golden.assertClose(
                    attention(plain, true, 0).forward(x, Pass.train()),
                    attention(dropping, true, 1e-12).forward(x, train(1)),
                    1e-6,
                    "output");
        }
    }

    @Test
    void inBfloat16ItComputesInBfloat16AndGivesFloat32() {
        try (TensorScope _ = TensorScope.open();
                Network network = attending();
                Network dropping = Network.build(empty(), path -> attention(path, true, 0.5))) {
            Tensor x = Golden.read("attention").get("x");
            Tensor exact = network.forward(x, Pass.evaluate());
            Tensor y = network.inBfloat16().forward(x, Pass.evaluate());
            assertEquals(DType.FLOAT32, y.dtype());
            assertFalse(Arrays.equals(exact.toFloats(), y.toFloats()));
            Golden.assertClose(exact.detach(), y.detach(), 2e-2, "bfloat16");
            Tensor input = random("x", 4, 6, 8).requiresGrad_(true);
            dropping.inBfloat16().forward(input, train(1)).sum().backward();
            assertTrue(input.takeGrad().orElseThrow().isfinite().all().item() == 1);
            dropping.parameters()
                    .trainable()
                    .forEach(parameter -> assertTrue(parameter.takeGrad().isPresent()));
        }
    }

    @Test
    void productsOfAllMatricesAreCounted() {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled();
                Parameters parameters = empty()) {
            MultiheadAttention attention = attention(parameters, true, 0);
            Pass pass = Pass.evaluate().recording(Set.of(Recorded.MULTIPLY_ADDS));
            attention.forward(random("x", 3, 6, 8), pass);
            assertEquals(3 * (6 * 8 * 24 + 2 * 6 * 6 * 8 + 6 * 8 * 8), pass.multiplyAdds());
            Pass other = Pass.evaluate().recording(Set.of(Recorded.MULTIPLY_ADDS));
            Tensor seen = random("seen", 3, 4, 8);
            attention.forward(random("x", 3, 6, 8), seen, seen, other);
            assertEquals(3 * (6 * 64 + 2 * 4 * 64 + 2 * 6 * 4 * 8 + 6 * 64), other.multiplyAdds());
        }
    }

    @Test
    void aRowOfPaddingIsZeroAndStaysSo() {
        try (TensorScope _ = TensorScope.open();
                Parameters parameters = empty()) {
            Embedding embedding = Embedding.of(parameters.root(), 5, 3, 1);
            Tensor rows = embedding.forward(Tensor.of(new long[] {1, 4, 1, 0}, 2, 2), Pass.train());
            assertArrayEquals(new long[] {2, 2, 3}, rows.shape());
            assertArrayEquals(
                    new float[3], rows.detach().select(0, 0).select(0, 0).toFloats());
            rows.sum().backward();
            assertArrayEquals(
                    new float[] {1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1},
                    embedding.weight().takeGrad().orElseThrow().toFloats());
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        try (Parameters parameters = empty()) {
            ParameterPath path = parameters.root();
            assertEquals(
                    "attention cannot split 10 numbers into 4 heads",
                    assertThrows(IllegalArgumentException.class, () -> MultiheadAttention.of(path, 10, 4))
                            .getMessage());
            assertEquals(
                    "dropout is a probability from 0 to below 1, not 1.0",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> MultiheadAttention.of(path, 8, 4, o -> o.dropout(1)))
                            .getMessage());
            assertEquals(
                    "an embedding of 5 rows has none of number 5 for padding",
                    assertThrows(IllegalArgumentException.class, () -> Embedding.of(path, 5, 3, 5))
                            .getMessage());
            assertEquals(Map.of(), parameters.stateDict());
        }
    }

    private static Network attending() {
        return Network.build(empty(), path -> {
            Embedding positions = Embedding.of(path.sub("positions"), 5, 8, 2);
            LayerNorm norm = LayerNorm.of(path.sub("norm"), 1e-5, 8);
            MultiheadAttention attention =
                    MultiheadAttention.of(path.sub("attention"), 8, 2, MultiheadAttention.Options::withBatchFirst);
            MultiheadAttention other =
                    MultiheadAttention.of(path.sub("other"), 8, 4, MultiheadAttention.Options::withoutBias);
            Linear head = Linear.of(path.sub("head"), 8, 5);
            return (images, pass) -> {
                Tensor places = Tensor.of(new long[] {0, 3, 1, 4, 1, 2}, 6);
                Tensor x = images.add(positions.forward(places, pass));
                x = x.add(attention.forward(norm.forward(x, pass), pass)).transpose(0, 1);
                return head.forward(other.forward(x.narrow(0, 0, 2), x, x, pass).mean(false, 0), pass);
            };
        });
    }

    private static MultiheadAttention attention(Parameters parameters, boolean batchFirst, double dropout) {
        return attention(parameters.root(), batchFirst, dropout);
    }

    private static MultiheadAttention attention(ParameterPath path, boolean batchFirst, double dropout) {
        return MultiheadAttention.of(path, 8, 2, o -> {
            MultiheadAttention.Options options = o.dropout(dropout);
            return batchFirst ? options.withBatchFirst() : options;
        });
    }

    private static Parameters empty() {
        return new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(11));
    }

    private static Pass train(long step) {
        return Pass.train(new RandomStream(7).at("dropout", step));
    }

    private static Tensor random(String name, long... shape) {
        return Initializer.normal(0, 1).values(shape, new RandomStream(4).at(name, 0));
    }
}

package dev.dafl.spi.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.libtorch.GradientHooks;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.Ranks.Rows;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Dropout;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranks that compute a batch together get what one process gets, whatever is asked of the network. */
class TogetherTest {

    @ParameterizedTest
    @CsvSource({
        "2, 8, CONTIGUOUS",
        "2, 8, CHANNELS_LAST",
        "4, 8, CONTIGUOUS",
        "3, 8, CHANNELS_LAST",
        "3, 7, CONTIGUOUS",
        "4, 3, CONTIGUOUS",
        "2, 1, CHANNELS_LAST"
    })
    void trainingIsThatOfOneProcess(int ranks, int rows, MemoryFormat format) {
        int held = GradientHooks.held();
        long live = Tensor.liveCount();
        Map<String, float[]> expected =
                ThreadRanks.run(1, one -> trained(one, rows, format)).getFirst();
        List<Map<String, float[]>> all = ThreadRanks.run(ranks, rank -> trained(rank, rows, format));
        for (Map<String, float[]> one : all) {
            assertEquals(expected.keySet(), one.keySet());
            expected.forEach((name, values) -> assertArrayEquals(values, one.get(name), tolerance(values), name));
            all.getFirst().forEach((name, values) -> assertArrayEquals(values, one.get(name), 0, name));
        }
        assertEquals(held, GradientHooks.held(), "no graph is left");
        assertEquals(live, Tensor.liveCount());
    }

    @Test
    void evaluationAndRecordedProductsAreThoseOfTheWholeBatch() {
        List<Map<String, float[]>> all = new ArrayList<>();
        all.addAll(ThreadRanks.run(1, rank -> evaluated(rank)));
        all.addAll(ThreadRanks.run(3, rank -> evaluated(rank)));
        for (Map<String, float[]> one : all) {
            all.getFirst().forEach((name, values) -> assertArrayEquals(values, one.get(name), 1e-5F, name));
        }
    }

    /** As if each rank's rows were the batch; what evaluation goes by is the mean of both. */
    @Test
    void localBatchNormsLookAtTheirOwnRows() {
        List<float[]> means = ThreadRanks.run(2, ranks -> {
            try (TensorScope _ = TensorScope.open();
                    Network network = Network.build(
                            new Parameters(
                                    Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(1), new LocalRanks(ranks)),
                            path -> BatchNorm2d.of(path, 1, o -> o.momentum(0.5)))) {
                Tensor x = Tensor.of(new float[] {1, 3, 10, 30}, 4, 1, 1, 1).requiresGrad_(true);
                Tensor y = network.forward(x, Pass.train());
                y.square().sum().backward();
                assertArrayEquals(new float[] {-1, 1, -1, 1}, y.toFloats(), 1e-4F);
                assertArrayEquals(
                        new float[] {4},
                        network.parameters()
                                .trainable()
                                .getFirst()
                                .takeGrad()
                                .orElseThrow()
                                .mul(0.5)
                                .toFloats(),
                        1e-4F);
                return network.parameters().stateDict().get("running_mean").toFloats();
            }
        });
        // Half of the mean of 2 and 20.
        means.forEach(mean -> assertArrayEquals(new float[] {5.5F}, mean, 1e-6F));
    }

    private record LocalRanks(Ranks ranks) implements Ranks {

        @Override
        public int rank() {
            return ranks.rank();
        }

        @Override
        public int size() {
            return ranks.size();
        }

        @Override
        public Tensor sum(Tensor own) {
            return ranks.sum(own);
        }

        @Override
        public Tensor gather(Tensor own, long count) {
            return ranks.gather(own, count);
        }

        @Override
        public void broadcast(Tensor tensor) {
            ranks.broadcast(tensor);
        }

        @Override
        public String first(String own) {
            return ranks.first(own);
        }

        @Override
        public BatchNorm batchNorm() {
            return BatchNorm.LOCAL;
        }
    }

    @Test
    void allHearWhatEachSays() {
        ThreadRanks.run(3, ranks -> {
            assertEquals(
                    List.of("rank 0", "rank 1 ä", ""),
                    ranks.texts(List.of("rank 0", "rank 1 ä", "").get(ranks.rank())));
            assertEquals("0", ranks.first(String.valueOf(ranks.rank())));
            assertTrue(ranks.any(ranks.rank() == 2));
            assertFalse(ranks.any(false));
            return ranks.rank();
        });
    }

    @Test
    void rowsAreAsEvenAsCanBe() {
        assertEquals(
                List.of(new Rows(0, 3), new Rows(3, 3), new Rows(6, 2)),
                List.of(Rows.of(8, 0, 3), Rows.of(8, 1, 3), Rows.of(8, 2, 3)));
        assertEquals(List.of(new Rows(0, 1), new Rows(1, 0)), List.of(Rows.of(1, 0, 2), Rows.of(1, 1, 2)));
    }

    private static float tolerance(float[] values) {
        float largest = 1;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return 1e-5F * largest;
    }

    private static Network network(Ranks ranks, MemoryFormat format) {
        Parameters parameters = new Parameters(Device.CPU, format, new RandomStream(3), ranks);
        return Network.build(parameters, path -> {
            Conv2d first = Conv2d.of(path.sub("0"), 3, 8, 3, o -> o.padding(1).withoutBias());
            BatchNorm2d norm = BatchNorm2d.of(path.sub("1"), 8);
            Conv2d second = Conv2d.of(path.sub("2"), 8, 6, 3, o -> o.stride(2).withoutBias());
            Tensor shift = path.parameter("shift", Initializer.constant(0.3), 6);
            BatchNorm2d other =
                    BatchNorm2d.of(path.sub("3"), 6, o -> o.withoutAffine().momentum(0.3));
            Dropout dropout = new Dropout(0.25);
            Linear last = Linear.of(path.sub("4"), 6, 5);
            return (input, pass) -> {
                Tensor one = norm.forward(first.forward(input, pass), pass).relu();
                pass.layer("one", one);
                Tensor two = other.forwardLeakyRelu(second.forward(one, pass), shift, 0.2, pass);
                Tensor features = dropout.forward(two.mean(false, 2, 3), pass);
                pass.features(features);
                return last.forward(features, pass);
            };
        });
    }

    private static Tensor images(int rows, MemoryFormat format) {
        RandomGenerator random = new RandomStream(7).at("images", 0);
        float[] values = new float[rows * 3 * 6 * 6];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() + 3;
        }
        return Tensor.of(values, rows, 3, 6, 6).copy(format);
    }

    /** Two steps, of which the second is another's backward through the same network, without its parameters. */
    private static Map<String, float[]> trained(Ranks ranks, int rows, MemoryFormat format) {
        Map<String, float[]> seen = new LinkedHashMap<>();
        try (TensorScope _ = TensorScope.open();
                Network network = network(ranks, format)) {
            Tensor images = images(rows, format).requiresGrad_(true);
            Pass pass = Pass.train(new RandomStream(11).at("dropout", 0))
                    .recording(EnumSet.of(Recorded.FEATURES, Recorded.LAYERS, Recorded.BATCH_NORM_INPUTS));
            Tensor logits = network.forward(images, pass);
            seen.put("logits", logits.toFloats());
            seen.put("features", pass.features().orElseThrow().toFloats());
            for (int i = 0; i < pass.batchNormInputs().size(); i++) {
                seen.put("entered " + i, pass.batchNormInputs().get(i).input().toFloats());
            }
            // Looks at rows together, at what is inside, and at the images themselves.
            Tensor loss = Functional.weightedSum(
                    List.of(
                            logits.logSoftmax(1).logsumexp(false, 0).square().sum(),
                            pass.features().orElseThrow().abs().mean(),
                            pass.layers().get("one").mean(false, 0).square().sum(),
                            pass.batchNormInputs()
                                    .getLast()
                                    .input()
                                    .mean(false, 0, 2, 3)
                                    .square()
                                    .sum(),
                            images.square().mean()),
                    1,
                    2,
                    0.5,
                    0.25,
                    0.1);
            seen.put("loss", loss.toFloats());
            loss.backward();
            seen.put("images' gradient", images.takeGrad().orElseThrow().toFloats());
            int number = 0;
            for (Tensor parameter : network.parameters().trainable()) {
                seen.put(
                        "gradient " + number++,
                        parameter.takeGrad().map(Tensor::toFloats).orElse(new float[0]));
            }
            Tensor again =
                    network.forward(images.mul(2), Pass.evaluate()).square().mean();
            again.backward(List.of(images));
            seen.put("images' second gradient", images.takeGrad().orElseThrow().toFloats());
            network.parameters().stateDict().forEach((name, value) -> seen.put(name, value.toFloats()));
        }
        return seen;
    }

    private static Map<String, float[]> evaluated(Ranks ranks) {
        Map<String, float[]> seen = new LinkedHashMap<>();
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled();
                Network network = network(ranks, MemoryFormat.CONTIGUOUS)) {
            Pass pass = Pass.frozen().recording(Set.of(Recorded.MULTIPLY_ADDS, Recorded.LAYERS));
            seen.put(
                    "logits",
                    network.forward(images(8, MemoryFormat.CONTIGUOUS), pass).toFloats());
            seen.put("products", new float[] {pass.multiplyAdds()});
            seen.put("one", pass.layers().get("one").toFloats());
        }
        return seen;
    }
}

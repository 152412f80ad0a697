package dev.dafl.plugins.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.plugins.transfer.MetaData.Layer;
import dev.dafl.plugins.transfer.MetaData.Options;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.spi.TransferSource;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.io.IOException;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransferSetsTest {

    private static final RandomStream RANDOM = new RandomStream(3);

    /** A teacher whose features are twice the pixels and whose logits are the pixels: what it wants to see is known. */
    private record Mirror() implements TransferSource {

        @Override
        public ImageShape shape() {
            return new ImageShape(1, 1, 3);
        }

        @Override
        public int classes() {
            return 3;
        }

        @Override
        public Device device() {
            return Device.CPU;
        }

        @Override
        public RandomStream random() {
            return RANDOM;
        }

        @Override
        public TransferSet original() {
            return (size, _) -> new TransferBatch(
                    Tensor.ones(DType.FLOAT32, Device.CPU, size, 1, 1, 3),
                    Optional.of(Tensor.zeros(DType.INT64, Device.CPU, size)));
        }

        @Override
        public TransferSet dataset(PluginReference dataset, int border) {
            return original();
        }

        @Override
        public Judgement judge(Tensor images) {
            return new Judgement(images.flatten(1), images.flatten(1).mul(2));
        }

        @Override
        public ActivationStatistics statistics() {
            Tensor mean = Tensor.of(new float[] {1, 0, 0, 0, 2, 0, 0, 0, 3}, 3, 3);
            return new ActivationStatistics(mean.mul(2), mean.mul(0), mean, mean.mul(0));
        }
    }

    @ParameterizedTest
    @EnumSource(Layer.class)
    void imagesAreReconstructedFromTheActivationsOfAClass(Layer layer) throws IOException {
        long before = Tensor.liveCount();
        try (TensorScope _ = TensorScope.open()) {
            TransferSet set = new MetaData().create(new Mirror(), new Options(60, 200, 0.1, layer));
            float[] pixels = set.batch(40, RANDOM.at("draw", 0)).images().toFloats();
            boolean[] seen = new boolean[3];
            for (int i = 0; i < 40; i++) {
                int brightest = 0;
                for (int c = 1; c < 3; c++) {
                    brightest = pixels[3 * i + c] > pixels[3 * i + brightest] ? c : brightest;
                }
                for (int c = 0; c < 3; c++) {
                    assertEquals(c == brightest ? 1 + c : 0, pixels[3 * i + c], 0.05, "image " + i);
                }
                seen[brightest] = true;
            }
            assertArrayEquals(new boolean[] {true, true, true}, seen);
        }
        assertEquals(before, Tensor.liveCount());
    }

    @Test
    void noiseIsNormalAndFollowsFromTheNumbersOfTheStep() {
        try (TensorScope _ = TensorScope.open()) {
            TransferSet noise = new NormalNoise().create(new Mirror(), Plugin.NoOptions.INSTANCE);
            TransferBatch batch = noise.batch(4000, RANDOM.at("transfer", 5));
            assertArrayEquals(new long[] {4000, 1, 1, 3}, batch.images().shape());
            assertEquals(0, batch.images().mean().item(), 0.05);
            assertEquals(1, batch.images().square().mean().item(), 0.05);
            assertTrue(batch.labels().isEmpty());
            assertArrayEquals(
                    batch.images().toFloats(),
                    noise.batch(4000, RANDOM.at("transfer", 5)).images().toFloats());
        }
    }

    @Test
    void onlyTheOriginalDataKeepTheirLabels() throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            RandomGenerator numbers = RANDOM.at("transfer", 0);
            assertTrue(new OriginalData()
                    .create(new Mirror(), Plugin.NoOptions.INSTANCE)
                    .batch(2, numbers)
                    .labels()
                    .isPresent());
            AlternativeData.Options usps = new AlternativeData.Options(PluginReference.named("usps"), 0);
            assertTrue(new AlternativeData()
                    .create(new Mirror(), usps)
                    .batch(2, numbers)
                    .labels()
                    .isEmpty());
        }
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Options(0, 1, 0.1, Layer.LOGITS));
        assertThrows(IllegalArgumentException.class, () -> new Options(1, 0, 0.1, Layer.LOGITS));
        assertThrows(IllegalArgumentException.class, () -> new Options(1, 1, 0, Layer.LOGITS));
        assertThrows(
                IllegalArgumentException.class, () -> new AlternativeData.Options(PluginReference.named("usps"), -1));
    }
}

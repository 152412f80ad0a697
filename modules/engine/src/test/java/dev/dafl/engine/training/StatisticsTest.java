package dev.dafl.engine.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.TransferSource.ActivationStatistics;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    /** A network that hands its two pixels on: the statistics are those of the pixels, class by class. */
    @Test
    void areMeanAndDeviationOfEachClass() {
        long before = Tensor.liveCount();
        try (TensorScope _ = TensorScope.open();
                Network network = Network.build(
                        new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(1)), _ -> (x, pass) -> {
                            Tensor flat = x.flatten(1);
                            pass.features(flat);
                            return flat.mul(2);
                        })) {
            Split split = new Split(
                    Tensor.of(new byte[] {0, 10, 20, 30, 5, 5, 40, 50}, 4, 1, 1, 2),
                    Tensor.of(new long[] {0, 0, 1, 0}, 4));
            LabelledImages images =
                    new LabelledImages(split, Normalization.grey(0, 1 / 255.0), new ImageShape(1, 1, 2), Device.CPU);
            ActivationStatistics statistics = Statistics.of(network, images, 3);
            // Class 0: (0, 10), (20, 30), (40, 50); class 1: (5, 5); class 2: none.
            float deviation = (float) Math.sqrt(800.0 / 3);
            assertArrayEquals(
                    new float[] {20, 30, 5, 5, 0, 0}, statistics.featureMean().toFloats(), 1e-4f);
            assertArrayEquals(
                    new float[] {deviation, deviation, 0, 0, 0, 0},
                    statistics.featureStd().toFloats(),
                    1e-3f);
            assertArrayEquals(
                    new float[] {40, 60, 10, 10, 0, 0}, statistics.logitMean().toFloats(), 1e-4f);
            assertEquals(2 * deviation, statistics.logitStd().toFloats()[0], 1e-3f);
            assertEquals(
                    statistics.featureMean(),
                    Statistics.read(Statistics.named(statistics)).featureMean());
        }
        assertEquals(before, Tensor.liveCount());
    }

    @Test
    void aTeacherWithoutFeaturesHasNone() {
        try (TensorScope _ = TensorScope.open();
                Network network = Network.build(
                        new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(1)),
                        _ -> (x, _) -> x.flatten(1))) {
            assertFalse(Statistics.canBeRecorded(network, new ImageShape(1, 1, 2)));
        }
    }
}

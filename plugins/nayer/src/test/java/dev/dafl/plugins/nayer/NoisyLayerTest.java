package dev.dafl.plugins.nayer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoisyLayerTest {

    private static final RandomStream RANDOM = new RandomStream(1);

    @Test
    void imagesOfOneClassDiffer() {
        try (TensorScope _ = TensorScope.open();
                Network layer = Network.build(
                        new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, RANDOM),
                        path -> NoisyLayer.of(path, 3, 6, 5))) {
            Tensor table = Initializer.normal(0, 1).values(new long[] {4, 6}, RANDOM.at("table", 0));
            Tensor latent = layer.forward(table, Pass.train());
            assertArrayEquals(new long[] {12, 5}, latent.shape());
            for (int one = 0; one < 12; one++) {
                for (int other = 0; other < one; other++) {
                    assertFalse(
                            Arrays.equals(
                                    latent.select(0, one).toFloats(),
                                    latent.select(0, other).toFloats()),
                            one + " and " + other);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"8, 4", "10, 4", "3, 7", "400, 43"})
    void allClassesAreMadeEquallyOften(int batch, int classes) {
        Balanced balanced = Balanced.of(batch, classes, RANDOM.at("targets", 0));
        long[] counts = new long[classes];
        for (int i = 0; i < batch; i++) {
            counts[(int) balanced.classes()[i]]++;
            assertEquals(balanced.classes()[i], balanced.rows()[i] % classes);
            assertTrue(balanced.rows()[i] < (long) Math.ceilDiv(batch, classes) * classes);
        }
        for (long count : counts) {
            assertTrue(count == batch / classes || count == Math.ceilDiv(batch, classes), Arrays.toString(counts));
        }
        assertEquals(batch, Arrays.stream(balanced.rows()).distinct().count());
    }

    @Test
    void whichClassesGetOneMoreIsDrawn() {
        assertFalse(Arrays.equals(
                Balanced.of(3, 50, RANDOM.at("targets", 0)).classes(),
                Balanced.of(3, 50, RANDOM.at("targets", 1)).classes()));
    }
}

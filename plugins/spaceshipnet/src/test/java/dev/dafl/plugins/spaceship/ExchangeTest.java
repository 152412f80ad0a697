package dev.dafl.plugins.spaceship;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeTest {

    private static final RandomStream RANDOM = new RandomStream(7);
    private static final int STORED = 4;
    private static final int CHANNELS = 5;

    /** Values hold the image, the channel and the place that they are of: 100 image + 10 channel + place. */
    @Test
    void eachMapIsThatChannelOfOneOfTwoImages() {
        try (TensorScope _ = TensorScope.open()) {
            float[] values = new float[STORED * CHANNELS * 6];
            for (int i = 0; i < values.length; i++) {
                values[i] = i / 6 / CHANNELS * 100 + i / 6 % CHANNELS * 10 + i % 6;
            }
            Tensor mixed = Exchange.draw(50, STORED, CHANNELS, 0.5, RANDOM.at("exchange", 0))
                    .of(Tensor.of(values, STORED, CHANNELS, 2, 3));
            assertArrayEquals(new long[] {50, CHANNELS, 2, 3}, mixed.shape());
            float[] got = mixed.toFloats();
            int ofTwo = 0;
            for (int image = 0; image < 50; image++) {
                long[] sources = new long[CHANNELS];
                for (int channel = 0; channel < CHANNELS; channel++) {
                    int at = (image * CHANNELS + channel) * 6;
                    sources[channel] = (long) got[at] / 100;
                    for (int place = 0; place < 6; place++) {
                        assertEquals(sources[channel] * 100 + channel * 10 + place, got[at + place]);
                    }
                }
                long different = Arrays.stream(sources).distinct().count();
                assertTrue(different <= 2, Arrays.toString(sources));
                ofTwo += different == 2 ? 1 : 0;
            }
            assertTrue(ofTwo > 35, ofTwo + " of 50");
        }
    }

    /** With one channel from each the maps tell the pair: image 0 of the first, image 1 of the second. */
    @Test
    void allPairsOfDifferentImagesAreAsLikely() {
        int count = 12_000;
        long[] first = Exchange.draw(count, STORED, 1, 0, RANDOM.at("pairs", 0)).maps();
        long[] second =
                Exchange.draw(count, STORED, 1, 1, RANDOM.at("pairs", 0)).maps();
        Map<String, Integer> pairs = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            pairs.merge(first[i] + " " + second[i], 1, Integer::sum);
        }
        assertEquals(STORED * (STORED - 1), pairs.size(), pairs.toString());
        pairs.forEach((pair, times) -> {
            assertTrue(pair.charAt(0) != pair.charAt(2), pair);
            assertEquals(1000, times, 120, pair);
        });
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.25, 0.5, 1})
    void theShareIsOfTheSecondImage(double share) {
        int count = 4000;
        long[] maps =
                Exchange.draw(count, 2, CHANNELS, share, RANDOM.at("share", 0)).maps();
        long[] first =
                Exchange.draw(count, 2, CHANNELS, 0, RANDOM.at("share", 0)).maps();
        int second = 0;
        for (int i = 0; i < maps.length; i++) {
            assertEquals(i % CHANNELS, maps[i] % CHANNELS);
            second += maps[i] == first[i] ? 0 : 1;
        }
        double tolerance = share == 0 || share == 1 ? 0 : 0.015;
        assertEquals(share, (double) second / maps.length, tolerance);
    }
}

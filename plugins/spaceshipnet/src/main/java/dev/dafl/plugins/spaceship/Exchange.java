package dev.dafl.plugins.spaceship;

import dev.dafl.tensor.Tensor;
import java.util.random.RandomGenerator;

/**
 * Which channels come from where: new feature maps, each channel of which is the same channel of one of two stored images.
 *
 * @param maps {@code [count * channels]}: {@code image * channels + channel} of the store, channel by channel of one new image after
 *     another
 */
record Exchange(long[] maps, int channels) {

    /**
     * Draws for each new image two different stored ones, all pairs being as likely, and for each channel whether it is the
     * second one's.
     *
     * @param stored how many images there are to draw from, at least 2
     * @param share how likely a channel is to be the second one's, 0 to 1
     */
    static Exchange draw(int count, long stored, int channels, double share, RandomGenerator random) {
        long[] maps = new long[Math.multiplyExact(count, channels)];
        for (int image = 0; image < count; image++) {
            long first = random.nextLong(stored);
            long second = random.nextLong(stored - 1);
            if (second >= first) {
                second++;
            }
            for (int channel = 0; channel < channels; channel++) {
                long from = random.nextDouble() < share ? second : first;
                maps[image * channels + channel] = from * channels + channel;
            }
        }
        return new Exchange(maps, channels);
    }

    /**
     * The new feature maps.
     *
     * @param stored {@code [stored, channels, h, w]}, contiguous
     * @return {@code [count, channels, h, w]}
     */
    Tensor of(Tensor stored) {
        long height = stored.size(2);
        long width = stored.size(3);
        return stored.view(-1, height, width)
                .indexSelect(0, Tensor.of(maps, maps.length).to(stored.device()))
                .view(-1, channels, height, width);
    }
}

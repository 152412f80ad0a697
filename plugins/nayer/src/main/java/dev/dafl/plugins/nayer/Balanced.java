package dev.dafl.plugins.nayer;

import java.util.random.RandomGenerator;

/**
 * Which classes the images of a batch are to show: all equally often. Where the batch is no multiple of the classes, those that
 * get one more are drawn.
 *
 * @param rows of what the {@link NoisyLayer} makes, {@code map * classes + class}, each at most once, ascending but for the last
 *     map's
 * @param classes of each image
 */
record Balanced(long[] rows, long[] classes) {

    static Balanced of(int batch, int classes, RandomGenerator random) {
        long[] last = shuffled(classes, random);
        long[] rows = new long[batch];
        long[] wanted = new long[batch];
        int whole = batch - batch % classes;
        for (int i = 0; i < batch; i++) {
            wanted[i] = i < whole ? i % classes : last[i - whole];
            rows[i] = (long) (i / classes) * classes + wanted[i];
        }
        return new Balanced(rows, wanted);
    }

    private static long[] shuffled(int count, RandomGenerator random) {
        long[] order = new long[count];
        for (int i = 0; i < count; i++) {
            int place = random.nextInt(i + 1);
            order[i] = order[place];
            order[place] = i;
        }
        return order;
    }
}

package dev.dafl.plugins.imagefolder;

/**
 * Linear interpolation along one side. Where the side shrinks, the triangle of weights widens, so that every pixel of the
 * original counts and fine patterns turn grey instead of into coarse ones.
 *
 * @param to length of the result
 * @param first index of the first pixel that counts, for each of the result
 * @param weights of that and the following ones; their sum is 1
 */
record Resampling(int from, int to, int[] first, float[][] weights) {

    static Resampling of(int from, int to) {
        double scale = (double) from / to;
        double reach = Math.max(1, scale);
        int[] first = new int[to];
        float[][] weights = new float[to][];
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * scale; // where pixel k reaches from k to k + 1
            first[i] = Math.max(0, (int) Math.floor(centre - reach));
            int end = Math.min(from, (int) Math.ceil(centre + reach));
            double[] triangle = new double[end - first[i]];
            double sum = 0;
            for (int k = 0; k < triangle.length; k++) {
                triangle[k] = Math.max(0, 1 - Math.abs(first[i] + k + 0.5 - centre) / reach);
                sum += triangle[k];
            }
            weights[i] = new float[triangle.length];
            for (int k = 0; k < triangle.length; k++) {
                weights[i][k] = (float) (triangle[k] / sum);
            }
        }
        return new Resampling(from, to, first, weights);
    }

    /** Resamples rows of length {@link #from} and writes them as columns. */
    float[] turned(float[] plane, int rows) {
        float[] result = new float[to * rows];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < to; i++) {
                float sum = 0;
                float[] w = weights[i];
                int at = row * from + first[i];
                for (int k = 0; k < w.length; k++) {
                    sum += w[k] * plane[at + k];
                }
                result[i * rows + row] = sum;
            }
        }
        return result;
    }
}

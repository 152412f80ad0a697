package dev.dafl.plugins.strokes;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.DataFiles;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.DatasetFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Ten digits drawn as strokes when they are asked for: no file, no network, no fonts. The same options give the same
 * images to the byte; training and test images come from different random streams.
 */
@ServiceProvider(DatasetFactory.class)
public final class StrokeDigits implements DatasetFactory<StrokeDigits.Options> {

    private static final int CLASSES = 10;

    @SuppressWarnings("UnusedVariable") // the annotations read it
    private static final int MOST = 1_000_000;

    /**
     * @param train images to train on, the classes in turn
     * @param test images to measure on, the classes in turn
     * @param seed of the drawing
     * @param jitter standard deviation of each point of a stroke, in heights of a digit; 0 to 0.2
     * @param noise standard deviation of each pixel, 1 being white; 0 to 1
     */
    public record Options(
            @Range(min = CLASSES, max = MOST) int train,
            @Range(min = CLASSES, max = MOST) int test,
            long seed,
            @Range(min = 0, max = 0.2) double jitter,
            @Range(min = 0, max = 1) double noise) {

        public Options {
            Ranges.require(Options.class, train, test, seed, jitter, noise);
        }
    }

    @Override
    public String name() {
        return "stroke-digits";
    }

    @Override
    public String description() {
        return "digits drawn as strokes, 28x28; needs no download";
    }

    @Override
    public Options defaults() {
        return new Options(6000, 1000, 1, 0.025, 0.05);
    }

    @Override
    public Dataset load(DataFiles files, Options options) {
        return new Dataset(
                new ImageShape(1, StrokePen.SIZE, StrokePen.SIZE),
                List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
                Normalization.grey(0.14, 0.30),
                draw("train", options.train(), options),
                draw("test", options.test(), options));
    }

    private static Split draw(String split, int count, Options options) {
        RandomGenerator random = new RandomStream(options.seed()).at("stroke-digits " + split, 0);
        StrokePen pen = new StrokePen(options);
        int pixels = StrokePen.SIZE * StrokePen.SIZE;
        byte[] images = new byte[Math.multiplyExact(count, pixels)];
        long[] labels = new long[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % CLASSES;
            pen.draw(i % CLASSES, random, images, i * pixels);
        }
        return new Split(Tensor.of(images, count, 1, StrokePen.SIZE, StrokePen.SIZE), Tensor.of(labels, count));
    }
}

package @package@;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.DataFiles;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.DatasetFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import java.util.List;
import java.util.random.RandomGenerator;

/** Noisy stripes in four directions, drawn when they are asked for. One that reads files asks {@code files} for them. */
@ServiceProvider(DatasetFactory.class)
public final class @Class@ implements DatasetFactory<@Class@.Options> {

    private static final List<String> CLASSES = List.of("upright", "rising", "level", "falling");

    /**
     * @param train images to train on, the classes in turn
     * @param test images to measure on, the classes in turn
     * @param size height and width in pixels
     * @param seed of the drawing
     */
    public record Options(int train, int test, int size, long seed) {

        public Options {
            if (train < 4 || test < 4 || size < 8) {
                throw new IllegalArgumentException("train and test must be at least 4 and size at least 8, not "
                        + train + ", " + test + " and " + size);
            }
        }
    }

    @Override
    public String name() {
        return "@name@";
    }

    @Override
    public String description() {
        return "noisy stripes in four directions; needs no download";
    }

    @Override
    public Options defaults() {
        return new Options(4000, 1000, 32, 1);
    }

    @Override
    public Dataset load(DataFiles files, Options options) {
        return new Dataset(
                new ImageShape(1, options.size(), options.size()),
                CLASSES,
                Normalization.grey(0.5, 0.3), // about their mean and deviation, 1 being white
                draw("train", options.train(), options),
                draw("test", options.test(), options));
    }

    private static Split draw(String split, int count, Options options) {
        RandomGenerator random = new RandomStream(options.seed()).at(split, 0);
        int size = options.size();
        byte[] pixels = new byte[Math.multiplyExact(count, size * size)];
        long[] labels = new long[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % CLASSES.size();
            double angle = Math.PI * labels[i] / CLASSES.size() + 0.1 * random.nextGaussian();
            double phase = 2 * Math.PI * random.nextDouble();
            for (int p = 0; p < size * size; p++) {
                double along = p % size * Math.cos(angle) + p / size * Math.sin(angle);
                double value = 0.5 + 0.4 * Math.sin(along + phase) + 0.1 * random.nextGaussian();
                pixels[i * size * size + p] = (byte) Math.clamp(Math.round(255 * value), 0, 255);
            }
        }
        return new Split(Tensor.of(pixels, count, 1, size, size), Tensor.of(labels, count));
    }
}

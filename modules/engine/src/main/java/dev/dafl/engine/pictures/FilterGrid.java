package dev.dafl.engine.pictures;

import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The filters of the first layer as a picture: the teacher's on the left, the student's on the right, a free column between
 * them. Each filter is drawn from its own most negative weight (black) over 0 (grey) to as much above (white).
 */
final class FilterGrid {

    private static final int DRAWN = 40;
    /** Grey is a weight of 0 here, and so white would say something; the page behind it says nothing. */
    private static final int TRANSPARENT = 0;

    private FilterGrid() {}

    /** Weights of a first layer, {@code [count, channels, height, width]}. */
    private record Filters(float[] weights, int count, int channels, int height, int width) {

        static Optional<Filters> of(Network network) {
            List<Tensor> parameters = network.parameters().trainable();
            if (parameters.isEmpty() || parameters.getFirst().dim() != 4) {
                return Optional.empty();
            }
            Tensor first = parameters.getFirst();
            Filters filters = new Filters(
                    first.toFloats(),
                    Math.toIntExact(first.size(0)),
                    Math.toIntExact(first.size(1)),
                    Math.toIntExact(first.size(2)),
                    Math.toIntExact(first.size(3)));
            return filters.channels() == 1 || filters.channels() == 3 ? Optional.of(filters) : Optional.empty();
        }

        int columns() {
            return (int) Math.ceil(Math.sqrt(count));
        }

        int rows() {
            return Math.ceilDiv(count, columns());
        }

        void draw(Tiles picture, int firstColumn) {
            for (int i = 0; i < count; i++) {
                int filter = i;
                float largest = largest(filter);
                picture.draw(firstColumn + i % columns(), i / columns(), pixel -> colour(filter, pixel, largest));
            }
        }

        private int size() {
            return channels * height * width;
        }

        private float largest(int filter) {
            float largest = Float.MIN_NORMAL;
            for (int i = filter * size(); i < (filter + 1) * size(); i++) {
                largest = Math.max(largest, Math.abs(weights[i]));
            }
            return largest;
        }

        private int colour(int filter, int pixel, float largest) {
            int colour = 0;
            for (int c = 0; c < 3; c++) {
                int channel = channels == 3 ? c : 0;
                float weight = weights[filter * size() + channel * height * width + pixel];
                colour = colour << 8 | Math.round(255 * Math.clamp(0.5f + weight / largest / 2, 0f, 1f));
            }
            return colour;
        }
    }

    /**
     * Writes the picture where the first layers of both networks are convolutions of grey or coloured images.
     *
     * @return whether it does
     */
    static boolean write(Path file, Network teacher, Network student) throws IOException {
        Optional<Filters> left = Filters.of(teacher);
        Optional<Filters> right = Filters.of(student);
        if (left.isEmpty()
                || right.isEmpty()
                || left.get().height() != right.get().height()
                || left.get().width() != right.get().width()) {
            return false;
        }
        Filters a = left.get();
        Filters b = right.get();
        Tiles picture = new Tiles(
                a.columns() + 1 + b.columns(),
                Math.max(a.rows(), b.rows()),
                a.width(),
                a.height(),
                Math.max(1, DRAWN / a.height()),
                TRANSPARENT);
        a.draw(picture, 0);
        b.draw(picture, a.columns() + 1);
        picture.write(file);
        return true;
    }
}

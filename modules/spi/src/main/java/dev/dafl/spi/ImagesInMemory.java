package dev.dafl.spi;

import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.KeptImages.Sink;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Images that are kept nowhere but in memory, for as long as they are needed. */
final class ImagesInMemory implements Sink, AutoCloseable {

    /** They go into tensors in pieces of about this size, so that none stays on the Java heap for long. */
    private static final int PIECE_BYTES = 1 << 23;

    /** A reading may make scopes of its own, which must not free the pieces. */
    private final TensorScope store = TensorScope.detached();

    private final Part train = new Part();
    private final Part test = new Part();
    private final Map<String, String> notes = new HashMap<>();
    private @Nullable ImageShape shape;

    @Override
    public void train(ImageShape shape, byte[] values, int label) {
        if (test.count > 0) {
            throw new IllegalStateException("images to train on come before those to measure on");
        }
        requireShape(shape, values);
        train.add(values, label);
    }

    @Override
    public void test(ImageShape shape, byte[] values, int label) {
        requireShape(shape, values);
        test.add(values, label);
    }

    @Override
    public void note(String name, String text) {
        notes.put(name, text);
    }

    /** Into the innermost scope. */
    KeptImages images() {
        return new KeptImages(train.split(), test.split(), notes);
    }

    @Override
    public void close() {
        store.close();
    }

    private void requireShape(ImageShape given, byte[] values) {
        if (shape == null) {
            shape = given;
        }
        if (!given.equals(shape) || values.length != shape.channels() * shape.height() * shape.width()) {
            throw new IllegalArgumentException("an image of " + given + " in " + values.length
                    + " bytes does not go with" + " images of " + shape);
        }
    }

    private final class Part {

        private final List<Tensor> pieces = new ArrayList<>();
        private final LongStream.Builder labels = LongStream.builder();
        private byte[] piece = new byte[0];
        private int filled;
        private int count;

        void add(byte[] values, int label) {
            if (filled + values.length > piece.length) {
                flush();
                piece = new byte[Math.max(1, PIECE_BYTES / values.length) * values.length];
            }
            System.arraycopy(values, 0, piece, filled, values.length);
            filled += values.length;
            labels.add(label);
            count++;
        }

        Optional<Split> split() {
            if (shape == null || count == 0) {
                return Optional.empty();
            }
            flush();
            piece = new byte[0];
            Tensor images =
                    Tensor.empty(DType.UINT8, Device.CPU, count, shape.channels(), shape.height(), shape.width());
            long start = 0;
            try (TensorScope _ = TensorScope.open()) {
                Tensor bytes = images.view(-1);
                for (Tensor next : pieces) {
                    bytes.narrow(0, start, next.numel()).copy_(next);
                    start += next.numel();
                    next.close(); // a large set is not in memory twice
                }
            }
            return Optional.of(new Split(images, Tensor.of(labels.build().toArray(), count)));
        }

        private void flush() {
            if (filled > 0) {
                try (TensorScope _ = TensorScope.open()) {
                    pieces.add(Tensor.of(Arrays.copyOf(piece, filled), filled).moveTo(store));
                }
                filled = 0;
            }
        }
    }
}

package dev.dafl.plugins.imagefolder;

import dev.dafl.spi.Dataset.Split;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/** Reads many files with all cores; what comes out is in the order of the files. */
final class SplitReader implements AutoCloseable {

    /** Decoded images go into tensors in pieces of about this size, so that none stays on the Java heap for long. */
    private static final int PIECE_BYTES = 1 << 23;

    private static final int MOST_THREADS = 16;

    private final ImageDecoder decoder;
    private final BadImages bad;
    private final ImageSizes sizes;
    private final TurnedImages turned;
    private final int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    private final ExecutorService pool =
            Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());

    SplitReader(ImageDecoder decoder, BadImages bad, ImageSizes sizes, TurnedImages turned) {
        this.decoder = decoder;
        this.bad = bad;
        this.sizes = sizes;
        this.turned = turned;
    }

    /** An image, or why there is none. */
    private record Read(Sample sample, Optional<ImageDecoder.Decoded> decoded, String problem) {}

    /**
     * Its tensors belong to the innermost scope. Images that are bad or of another size than the first are counted and left
     * out.
     *
     * @return none where no image is left
     */
    Optional<Split> read(List<Sample> samples) throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            List<Tensor> pieces = new ArrayList<>();
            List<PlanarImage> images = new ArrayList<>();
            LongStream.Builder labels = LongStream.builder();
            Deque<Future<Read>> ahead = new ArrayDeque<>();
            for (int next = 0; next < samples.size() || !ahead.isEmpty(); ) {
                while (next < samples.size() && ahead.size() < 4 * threads) {
                    Sample sample = samples.get(next++);
                    ahead.add(pool.submit(() -> read(sample)));
                }
                Read read = await(ahead.remove());
                Path file = read.sample().file();
                if (read.decoded().isEmpty()) {
                    bad.add(file, read.problem());
                    continue;
                }
                if (read.decoded().get().turned()) {
                    turned.add(file);
                }
                PlanarImage image = read.decoded().get().image();
                if (sizes.isThatOfTheFirst(image, file)) {
                    images.add(image);
                    labels.add(read.sample().label());
                    if ((long) images.size() * images.getFirst().values().length >= PIECE_BYTES) {
                        pieces.add(piece(images));
                        images.clear();
                    }
                }
            }
            if (!images.isEmpty()) {
                pieces.add(piece(images));
            }
            long[] all = labels.build().toArray();
            return all.length == 0
                    ? Optional.empty()
                    : Optional.of(new Split(
                            joined(pieces).toOuter(), Tensor.of(all, all.length).toOuter()));
        }
    }

    /** Ends the threads without waiting for what nobody will fetch. */
    @Override
    public void close() {
        pool.shutdownNow();
    }

    private Read read(Sample sample) {
        try {
            return new Read(sample, Optional.of(decoder.decode(sample.file())), "");
        } catch (BadImageException e) {
            return new Read(sample, Optional.empty(), e.getMessage());
        }
    }

    private static Read await(Future<Read> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading images", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case OutOfMemoryError _ ->
                    throw new IOException(
                            "image-folder: the Java heap is too small for these images;"
                                    + " give it more with the environment variable DAFL_HEAP, such as DAFL_HEAP=8g",
                            e);
                case Error error -> throw error;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    private static Tensor piece(List<PlanarImage> images) {
        PlanarImage first = images.getFirst();
        int bytes = first.values().length;
        byte[] values = new byte[Math.multiplyExact(images.size(), bytes)];
        for (int i = 0; i < images.size(); i++) {
            System.arraycopy(images.get(i).values(), 0, values, i * bytes, bytes);
        }
        return Tensor.of(values, images.size(), first.channels(), first.height(), first.width());
    }

    /** Frees each piece once it is copied: a large data set is not in memory twice. */
    private static Tensor joined(List<Tensor> pieces) {
        long[] shape = pieces.getFirst().shape();
        shape[0] = pieces.stream().mapToLong(piece -> piece.size(0)).sum();
        Tensor whole = Tensor.empty(DType.UINT8, Device.CPU, shape);
        long start = 0;
        for (Tensor piece : pieces) {
            try (TensorScope _ = TensorScope.open()) {
                whole.narrow(0, start, piece.size(0)).copy_(piece);
            }
            start += piece.size(0);
            piece.close();
        }
        return whole;
    }
}

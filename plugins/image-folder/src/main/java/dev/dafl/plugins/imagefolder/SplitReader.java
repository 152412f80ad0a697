package dev.dafl.plugins.imagefolder;

import dev.dafl.spi.ImageShape;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads many files with all cores; what comes out is in the order of the files, and only a few wait to be taken. */
final class SplitReader implements AutoCloseable {

    private static final int MOST_THREADS = 16;

    private final ImageDecoder decoder;
    private final Findings findings;
    private final Runnable done;
    private final int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    private final ExecutorService pool =
            Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());

    /** @param done called after each file */
    SplitReader(ImageDecoder decoder, Findings findings, Runnable done) {
        this.decoder = decoder;
        this.findings = findings;
        this.done = done;
    }

    /** Takes images one after another. */
    @FunctionalInterface
    interface Target {

        void add(ImageShape shape, byte[] values, int label) throws IOException;
    }

    /** An image, or why there is none. */
    private record Read(Sample sample, Optional<ImageDecoder.Decoded> decoded, String problem) {}

    /** Images that are bad or of another size than the first are found and left out. */
    void read(List<Sample> samples, Target target) throws IOException {
        Deque<Future<Read>> ahead = new ArrayDeque<>();
        for (int next = 0; next < samples.size() || !ahead.isEmpty(); ) {
            while (next < samples.size() && ahead.size() < 4 * threads) {
                Sample sample = samples.get(next++);
                ahead.add(pool.submit(() -> read(sample)));
            }
            Read read = await(ahead.remove());
            if (read.decoded().isEmpty()) {
                findings.bad().add(read.sample().file(), read.problem());
            } else {
                add(read.sample(), read.decoded().get(), target);
            }
            done.run();
        }
    }

    /** Ends the threads without waiting for what nobody will fetch. */
    @Override
    public void close() {
        pool.shutdownNow();
    }

    private void add(Sample sample, ImageDecoder.Decoded decoded, Target target) throws IOException {
        if (decoded.turned()) {
            findings.turned().add(sample.file());
        }
        PlanarImage image = decoded.image();
        if (findings.sizes().isThatOfTheFirst(image, sample.file())) {
            target.add(new ImageShape(image.channels(), image.height(), image.width()), image.values(), sample.label());
        }
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
}

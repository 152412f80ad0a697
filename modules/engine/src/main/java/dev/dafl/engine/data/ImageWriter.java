package dev.dafl.engine.data;

import dev.dafl.spi.ImageShape;
import dev.dafl.spi.KeptImages.Origin;
import dev.dafl.spi.KeptImages.Sink;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** Writes images to an {@link ImageFile} as they come; in memory are only their labels. */
final class ImageWriter implements Sink {

    private static final int BUFFER = 1 << 20;

    private final Origin origin;
    private final Path folder;
    private final OutputStream out;
    private final LongStream.Builder labels = LongStream.builder();
    private final Map<String, String> notes = new LinkedHashMap<>();
    private Optional<ImageShape> shape = Optional.empty();
    private long train;
    private long test;

    /** @param folder that the file lies in */
    ImageWriter(Origin origin, Path folder, OutputStream out) {
        this.origin = origin;
        this.folder = folder;
        this.out = new BufferedOutputStream(out, BUFFER);
    }

    @Override
    public void train(ImageShape shape, byte[] values, int label) throws IOException {
        if (test > 0) {
            throw new IllegalStateException("images to train on come before those to measure on");
        }
        add(shape, values, label);
        train++;
    }

    @Override
    public void test(ImageShape shape, byte[] values, int label) throws IOException {
        add(shape, values, label);
        test++;
    }

    @Override
    public void note(String name, String text) {
        notes.put(name, text);
    }

    /** Writes what comes after the images. */
    void finish(String key) throws IOException {
        try {
            long[] all = labels.build().toArray();
            ImageFile.writeEnd(out, new ImageFile.Contents(key, shape, train, test, notes), all);
            out.flush();
        } catch (IOException e) {
            throw cannotKeep(e);
        }
    }

    private void add(ImageShape given, byte[] values, int label) throws IOException {
        if (shape.isEmpty()) {
            requireRoom(values.length);
            shape = Optional.of(given);
        }
        ImageShape due = shape.get();
        if (!given.equals(due) || values.length != due.channels() * due.height() * due.width()) {
            throw new IllegalArgumentException(
                    "an image of " + given + " in " + values.length + " bytes does not go with images of " + due);
        }
        try {
            out.write(values);
        } catch (IOException e) {
            throw cannotKeep(e);
        }
        labels.add(label);
    }

    /** Told before hours are spent. */
    private void requireRoom(int bytesOfAnImage) throws IOException {
        long wanted = origin.atMost() * (bytesOfAnImage + Long.BYTES);
        long left = folder.toFile().getUsableSpace();
        if (left > 0 && wanted > left) { // 0 also where that is not known
            throw new IOException(String.format(
                    Locale.ROOT,
                    "cannot keep the images of %s in %s: they take %,d MB, and %,d MB are left on the disk; %s",
                    origin.name(),
                    folder,
                    wanted >> 20,
                    left >> 20,
                    ImageStore.ROOM));
        }
    }

    private IOException cannotKeep(IOException e) {
        return ImageStore.cannotKeep(origin, folder, e);
    }
}

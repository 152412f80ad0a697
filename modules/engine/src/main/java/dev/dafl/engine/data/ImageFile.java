package dev.dafl.engine.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.KeptImages;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A file with labelled images, made to be mapped into memory: the bytes of all images, zeros up to a multiple of 8, the labels in
 * 8 bytes each, what the file says of itself as JSON, and an end of 16 bytes: the length of the JSON, the CRC-32C of labels and JSON,
 * and a mark. All numbers are little-endian. A file that was not written to its end has no mark there.
 */
final class ImageFile {

    private static final long MARK = ByteBuffer.wrap("daflimg1".getBytes(StandardCharsets.US_ASCII))
            .order(ByteOrder.LITTLE_ENDIAN)
            .getLong();
    private static final int END_BYTES = 16;
    private static final int LONGEST_JSON = 1 << 24;
    private static final int CHUNK = 1 << 16;
    private static final JsonMapper JSON = JsonMapper.builder()
            .changeDefaultPropertyInclusion(
                    _ -> JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
            .build();

    private ImageFile() {}

    /**
     * What a file says of itself.
     *
     * @param key of what the images follow from
     * @param shape of each; empty where there are none
     * @param train how many there are to train on, which come first
     * @param test how many there are to measure on
     */
    record Contents(String key, Optional<ImageShape> shape, long train, long test, Map<String, String> notes) {

        Contents {
            shape = shape == null ? Optional.empty() : shape;
            notes = Map.copyOf(notes);
        }

        private long pixels() {
            return shape.map(s -> Math.multiplyExact(train + test, (long) s.channels() * s.height() * s.width()))
                    .orElse(0L);
        }

        private long labelsAt() {
            return (pixels() + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
        }

        private long labelsEnd() {
            return labelsAt() + (train + test) * Long.BYTES;
        }
    }

    /**
     * Maps a file.
     *
     * @return images whose tensors belong to the innermost scope; empty where they are of another key
     * @throws IOException when it is not whole, in words that go on after the file's name, or cannot be read
     */
    static Optional<KeptImages> map(Path file, String key) throws IOException {
        Contents contents = contents(file);
        if (!contents.key().equals(key)) {
            return Optional.empty();
        }
        if (contents.shape().isEmpty()) {
            return Optional.of(new KeptImages(Optional.empty(), Optional.empty(), contents.notes()));
        }
        ImageShape shape = contents.shape().get();
        long count = contents.train() + contents.test();
        try (TensorScope _ = TensorScope.open()) {
            Tensor images = Tensor.mapped(file, 0, DType.UINT8, count, shape.channels(), shape.height(), shape.width());
            Tensor labels = Tensor.mapped(file, contents.labelsAt(), DType.INT64, count);
            return Optional.of(new KeptImages(
                    split(images, labels, 0, contents.train()),
                    split(images, labels, contents.train(), contents.test()),
                    contents.notes()));
        }
    }

    private static Optional<Split> split(Tensor images, Tensor labels, long start, long count) {
        return count == 0
                ? Optional.empty()
                : Optional.of(new Split(
                        images.narrow(0, start, count).toOuter(),
                        labels.narrow(0, start, count).toOuter()));
    }

    /** Writes what comes after the images. */
    static void writeEnd(OutputStream out, Contents contents, long[] labels) throws IOException {
        CRC32C sum = new CRC32C();
        out.write(new byte[(int) (contents.labelsAt() - contents.pixels())]);
        for (int start = 0; start < labels.length; start += CHUNK) {
            ByteBuffer chunk = buffer(Math.min(CHUNK, labels.length - start) * Long.BYTES);
            chunk.asLongBuffer().put(labels, start, chunk.capacity() / Long.BYTES);
            sum.update(chunk.array());
            out.write(chunk.array());
        }
        byte[] json = JSON.writeValueAsBytes(contents);
        sum.update(json);
        out.write(json);
        out.write(buffer(END_BYTES)
                .putInt(json.length)
                .putInt((int) sum.getValue())
                .putLong(MARK)
                .array());
    }

    private static Contents contents(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long length = channel.size();
            if (length < END_BYTES) {
                throw new IOException("is cut off");
            }
            ByteBuffer end = read(channel, length - END_BYTES, END_BYTES);
            int jsonLength = end.getInt();
            int sum = end.getInt();
            if (end.getLong() != MARK) {
                throw new IOException("was not written to its end");
            }
            long jsonAt = length - END_BYTES - jsonLength;
            if (jsonLength < 2 || jsonLength > LONGEST_JSON || jsonAt < 0) {
                throw new IOException("is damaged at its end");
            }
            byte[] json = read(channel, jsonAt, jsonLength).array();
            Contents contents = JSON.readValue(json, Contents.class);
            if (contents.train() < 0 || contents.test() < 0 || contents.labelsEnd() != jsonAt) {
                throw new IOException("has another length than it tells of");
            }
            if (sum != sum(channel, contents, json)) {
                throw new IOException("is damaged: a check sum is not right");
            }
            return contents;
        } catch (JacksonException | ArithmeticException | IllegalArgumentException e) {
            throw new IOException("is damaged at its end", e);
        }
    }

    private static int sum(FileChannel channel, Contents contents, byte[] json) throws IOException {
        CRC32C sum = new CRC32C();
        for (long at = contents.labelsAt(); at < contents.labelsEnd(); at += CHUNK) {
            sum.update(read(channel, at, (int) Math.min(CHUNK, contents.labelsEnd() - at)));
        }
        sum.update(json);
        return (int) sum.getValue();
    }

    private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer buffer = buffer(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw new EOFException("became shorter while it was read");
            }
        }
        return buffer.flip();
    }

    private static ByteBuffer buffer(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}

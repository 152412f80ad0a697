package dev.dafl.plugins.tensorboard;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A message as Protocol Buffers encode it, of which event files need four kinds of fields. The library that does so has 2 MB,
 * which the bundle would have to bring along.
 *
 * <p><a href="https://protobuf.dev/programming-guides/encoding/">Encoding</a> of the manual.
 */
final class Message {

    private static final int VARINT = 0;
    private static final int EIGHT_BYTES = 1;
    private static final int LENGTH_AND_BYTES = 2;
    private static final int FOUR_BYTES = 5;

    private static final int GROUP = 7;
    private static final int MORE = 1 << GROUP;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** {@code int32}, {@code int64} and {@code enum}. */
    Message whole(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    /** {@code double}. */
    Message real(int field, double value) {
        tag(field, EIGHT_BYTES);
        out.writeBytes(ByteBuffer.allocate(Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(value)
                .array());
        return this;
    }

    /** {@code float}. */
    Message real(int field, float value) {
        tag(field, FOUR_BYTES);
        out.writeBytes(ByteBuffer.allocate(Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array());
        return this;
    }

    /** {@code bytes}. */
    Message bytes(int field, byte[] value) {
        tag(field, LENGTH_AND_BYTES);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    /** {@code string}. */
    Message text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** A message in the message. */
    Message message(int field, Message value) {
        return bytes(field, value.toBytes());
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    private void tag(int field, int kind) {
        varint(((long) field << 3) | kind);
    }

    /** Seven bits a byte, the lowest first; all but the last have the highest bit set. */
    private void varint(long value) {
        long rest = value;
        while ((rest & -MORE) != 0) {
            out.write((int) ((rest & (MORE - 1)) | MORE));
            rest >>>= GROUP;
        }
        out.write((int) rest);
    }
}

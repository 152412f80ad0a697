package dev.dafl.tensor.pickle;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.dafl.tensor.files.RefusedFileException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.Charset;

/** The bytes of pickles, read one after another. What lies after the end is told, never read. */
final class PickleInput {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment bytes;
    private long position;

    PickleInput(MemorySegment bytes, long position) {
        this.bytes = bytes;
        this.position = position;
    }

    long position() {
        return position;
    }

    int unsignedByte() {
        return bytes.get(JAVA_BYTE, advance(1)) & 0xff;
    }

    int unsignedShort() {
        return Short.toUnsignedInt(bytes.get(SHORT, advance(Short.BYTES)));
    }

    int signedInt() {
        return bytes.get(INT, advance(Integer.BYTES));
    }

    /** The length of what follows, in four bytes. */
    long length4() {
        return Integer.toUnsignedLong(signedInt());
    }

    /** The length of what follows, in eight bytes. */
    long length8() {
        return bytes.get(LONG, advance(Long.BYTES));
    }

    void skip(long length) {
        advance(length);
    }

    /** @param length at most what an array takes */
    byte[] array(long length) {
        long start = advance(length);
        return bytes.asSlice(start, length).toArray(JAVA_BYTE);
    }

    String text(long length, Charset charset) {
        return new String(array(length), charset);
    }

    /** How many bytes there are up to the end of the line, which stay to be read. */
    long lineLength() {
        for (long end = position; end < bytes.byteSize(); end++) {
            if (bytes.get(JAVA_BYTE, end) == '\n') {
                return end - position;
            }
        }
        throw cutOff();
    }

    private long advance(long length) {
        if (length < 0 || length > bytes.byteSize() - position) {
            throw cutOff();
        }
        long start = position;
        position += length;
        return start;
    }

    private static RefusedFileException cutOff() {
        return RefusedFileException.damaged("its pickle ends in the middle; was it cut off?");
    }
}

package dev.dafl.tensor.torch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

/**
 * Writes a zip archive whose entries are neither compressed nor dated, each beginning at a multiple of 64 bytes, as torch maps
 * them. Sizes and places from 4 GB on stand in 64-bit records. Java's own writes dates and cannot align.
 */
final class ZipWriter {

    private static final int ALIGNMENT = 64;
    private static final long WIDE = 0xffffffffL;
    /** Version 4.5 of the format has 64-bit records. */
    private static final int VERSION = 45;

    private static final int UTF_8_NAMES = 0x800;
    private static final int LOCAL_BYTES = 30;
    private static final int PADDING_EXTRA = 0x4246;
    private static final int PADDING_BYTES = 4;

    private final OutputStream out;
    private final List<Entry> entries = new ArrayList<>();
    private long position;

    /** What goes into an entry; it is written twice. */
    record Content(long bytes, Writing writing) {}

    interface Writing {

        void to(OutputStream out) throws IOException;
    }

    private record Entry(byte[] name, long size, long crc, long header) {}

    ZipWriter(OutputStream out) {
        this.out = out;
    }

    void add(String name, Content content) throws IOException {
        CheckedOutputStream checked = new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
        content.writing().to(checked);
        Entry entry = new Entry(
                name.getBytes(StandardCharsets.UTF_8),
                content.bytes(),
                checked.getChecksum().getValue(),
                position);
        entries.add(entry);
        byte[] extra = wide(entry.size() >= WIDE ? new long[] {entry.size(), entry.size()} : new long[0]);
        long begin = position + LOCAL_BYTES + entry.name().length + extra.length + PADDING_BYTES;
        int padding = (int) ((ALIGNMENT - begin % ALIGNMENT) % ALIGNMENT);
        ByteBuffer header = little(LOCAL_BYTES + entry.name().length + extra.length + PADDING_BYTES + padding)
                .putInt(0x04034b50);
        common(header, entry)
                .putShort((short) (extra.length + PADDING_BYTES + padding))
                .put(entry.name())
                .put(extra)
                .putShort((short) PADDING_EXTRA)
                .putShort((short) padding);
        write(header.array());
        content.writing().to(out);
        position += content.bytes();
    }

    /** Writes the directory; nothing can be added then. */
    void end() throws IOException {
        long start = position;
        for (Entry entry : entries) {
            List<Long> numbers = new ArrayList<>();
            if (entry.size() >= WIDE) {
                numbers.addAll(List.of(entry.size(), entry.size()));
            }
            if (entry.header() >= WIDE) {
                numbers.add(entry.header());
            }
            byte[] extra = wide(numbers.stream().mapToLong(Long::longValue).toArray());
            ByteBuffer record = little(46 + entry.name().length + extra.length)
                    .putInt(0x02014b50)
                    .putShort((short) VERSION);
            common(record, entry)
                    .putShort((short) extra.length)
                    .putShort((short) 0) // comment
                    .putShort((short) 0) // disk
                    .putShort((short) 0) // attributes inside
                    .putInt(0) // attributes outside
                    .putInt((int) Math.min(WIDE, entry.header()))
                    .put(entry.name())
                    .put(extra);
            write(record.array());
        }
        long size = position - start;
        // The 64-bit record always, as torch does: there may be more entries than 16 bits count.
        write(little(56 + 20 + 22)
                .putInt(0x06064b50)
                .putLong(56 - 12)
                .putShort((short) VERSION)
                .putShort((short) VERSION)
                .putInt(0)
                .putInt(0)
                .putLong(entries.size())
                .putLong(entries.size())
                .putLong(size)
                .putLong(start)
                .putInt(0x07064b50)
                .putInt(0)
                .putLong(start + size)
                .putInt(1)
                .putInt(0x06054b50)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) Math.min(0xffff, entries.size()))
                .putShort((short) Math.min(0xffff, entries.size()))
                .putInt((int) Math.min(WIDE, size))
                .putInt((int) Math.min(WIDE, start))
                .putShort((short) 0)
                .array());
    }

    /** What stands in both headers of an entry, up to the length of its name. The date is that of none. */
    private static ByteBuffer common(ByteBuffer header, Entry entry) {
        return header.putShort((short) VERSION)
                .putShort((short) UTF_8_NAMES)
                .putShort((short) 0) // stored
                .putInt(0) // date and time
                .putInt((int) entry.crc())
                .putInt((int) Math.min(WIDE, entry.size()))
                .putInt((int) Math.min(WIDE, entry.size()))
                .putShort((short) entry.name().length);
    }

    /** The record of numbers that do not fit into 32 bits; nothing where there are none. */
    private static byte[] wide(long... numbers) {
        if (numbers.length == 0) {
            return new byte[0];
        }
        ByteBuffer extra = little(4 + numbers.length * Long.BYTES)
                .putShort((short) 1)
                .putShort((short) (numbers.length * Long.BYTES));
        for (long number : numbers) {
            extra.putLong(number);
        }
        return extra.array();
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        position += bytes.length;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}

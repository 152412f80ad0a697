package dev.dafl.plugins.tensorboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A file of records as TensorFlow writes them ({@code tensorflow/core/lib/io/record_writer}): the length of the data in 8 bytes,
 * the masked CRC-32C of these, the data, and the masked CRC-32C of the data, all little-endian. Each record is written at once,
 * so that a killed process leaves whole records, but for the last.
 */
final class EventFile implements AutoCloseable {

    private static final int HEAD = Long.BYTES + Integer.BYTES;
    private static final int MASK = 0xa282ead8;

    /**
     * Where other writers have the time, machine and process in a name, it has a number: names do not depend on where and when
     * something is run, and sort in the order of writing.
     */
    private static final Pattern NAME = Pattern.compile("events\\.out\\.tfevents\\.(\\d{10})\\.dafl");

    private final FileChannel out;

    private EventFile(FileChannel out) {
        this.out = out;
    }

    /** The next one in a folder, which is made where it is missing. */
    static EventFile next(Path folder) throws IOException {
        Files.createDirectories(folder);
        long number;
        try (Stream<Path> files = Files.list(folder)) {
            number = files.map(file -> NAME.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .mapToLong(name -> Long.parseLong(name.group(1)))
                    .max()
                    .orElse(0);
        }
        return new EventFile(FileChannel.open(
                folder.resolve(String.format(Locale.ROOT, "events.out.tfevents.%010d.dafl", number + 1)),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE));
    }

    void write(byte[] data) throws IOException {
        for (ByteBuffer rest = record(data); rest.hasRemaining(); ) {
            out.write(rest);
        }
    }

    /** The bytes of a record, from the first. */
    static ByteBuffer record(byte[] data) {
        ByteBuffer record =
                ByteBuffer.allocate(HEAD + data.length + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(data.length);
        record.putInt(masked(record.array(), Long.BYTES));
        record.put(data);
        record.putInt(masked(data, data.length));
        return record.flip();
    }

    /** CRC-32C, changed so that a checksum of data that hold checksums is none of zeros. */
    static int masked(byte[] data, int length) {
        CRC32C crc = new CRC32C();
        crc.update(data, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}

package dev.dafl.tensor.torch;

import dev.dafl.tensor.files.RefusedFileException;
import dev.dafl.tensor.words.Quoted;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * A zip archive whose entries lie in it as they are, so that they are read where they are. Java's own gives streams, which
 * would take every tensor through the heap.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">the format, with its 64-bit records</a>
 */
final class ZipArchive {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL = 0x02014b50;
    private static final int CENTRAL_BYTES = 46;
    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int END64 = 0x06064b50;
    private static final int END64_BYTES = 56;
    private static final int LOCATOR = 0x07064b50;
    private static final int LOCATOR_BYTES = 20;
    /** What may follow the last record. */
    private static final int LONGEST_COMMENT = 0xffff;

    /** In place of a number that stands in a 64-bit record. */
    private static final long ELSEWHERE = 0xffffffffL;

    private static final int ZIP64_EXTRA = 1;
    private static final int ENCRYPTED = 1;

    /** Entries of one file; a state dict of 10,000 tensors has as many. */
    private static final long MOST_ENTRIES = 1_000_000;

    private static final long SLICE = 1 << 30;

    private final MemorySegment bytes;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private record Entry(int flags, int method, long crc, long stored, long size, long header) {}

    private ZipArchive(MemorySegment bytes) {
        this.bytes = bytes;
    }

    /** Whether that is how a zip archive begins. */
    static boolean begins(MemorySegment bytes) {
        return bytes.byteSize() >= Integer.BYTES && bytes.get(INT, 0) == LOCAL;
    }

    /** @throws RefusedFileException when its directory is not sound */
    static ZipArchive open(MemorySegment bytes) {
        ZipArchive archive = new ZipArchive(bytes);
        archive.readDirectory();
        return archive;
    }

    /** In the order of the directory. */
    Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /**
     * The content of an entry, checked against its checksum where it has one.
     *
     * @throws RefusedFileException when it is compressed or damaged
     */
    Optional<MemorySegment> content(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            return Optional.empty();
        }
        if (entry.method() != 0 || (entry.flags() & ENCRYPTED) != 0 || entry.stored() != entry.size()) {
            throw new RefusedFileException("has " + Quoted.of(name)
                    + " compressed or encrypted, as torch.save never writes it; load and save it again in PyTorch");
        }
        if (!fits(entry.header(), LOCAL_BYTES) || bytes.get(INT, entry.header()) != LOCAL) {
            throw RefusedFileException.damaged(Quoted.of(name) + " is not where the archive's directory says");
        }
        long start =
                entry.header() + LOCAL_BYTES + unsignedShort(entry.header() + 26) + unsignedShort(entry.header() + 28);
        if (!fits(start, entry.size())) {
            throw RefusedFileException.damaged(Quoted.of(name) + " ends after the end of the file");
        }
        MemorySegment content = bytes.asSlice(start, entry.size());
        // Without checksums, as torch writes on request, 0 stands in their place.
        if (entry.crc() != 0 && entry.crc() != crc(content)) {
            throw RefusedFileException.damaged("the checksum of " + Quoted.of(name) + " is wrong");
        }
        return Optional.of(content);
    }

    private static long crc(MemorySegment content) {
        CRC32 crc = new CRC32();
        for (long start = 0; start < content.byteSize(); start += SLICE) {
            crc.update(content.asSlice(start, Math.min(SLICE, content.byteSize() - start))
                    .asByteBuffer());
        }
        return crc.getValue();
    }

    private void readDirectory() {
        long end = findEnd();
        long count = unsignedShort(end + 10);
        long size = unsignedInt(end + 12);
        long start = unsignedInt(end + 16);
        long locator = end - LOCATOR_BYTES;
        if (locator >= 0 && bytes.get(INT, locator) == LOCATOR) {
            long end64 = bytes.get(LONG, locator + 8);
            if (!fits(end64, END64_BYTES) || bytes.get(INT, end64) != END64) {
                throw RefusedFileException.damaged("the archive's directory is not where its end says");
            }
            count = bytes.get(LONG, end64 + 32);
            size = bytes.get(LONG, end64 + 40);
            start = bytes.get(LONG, end64 + 48);
        }
        if (count < 0 || count > MOST_ENTRIES || !fits(start, size)) {
            throw RefusedFileException.damaged("the archive's directory is not where its end says");
        }
        long at = start;
        for (long i = 0; i < count; i++) {
            at = readEntry(at, start + size);
        }
    }

    private long findEnd() {
        for (long at = bytes.byteSize() - END_BYTES;
                at >= 0 && at >= bytes.byteSize() - END_BYTES - LONGEST_COMMENT;
                at--) {
            if (bytes.get(INT, at) == END) {
                return at;
            }
        }
        throw RefusedFileException.damaged("its end is missing; was it cut off?");
    }

    /** Gives where the next one begins. */
    private long readEntry(long at, long limit) {
        if (at > limit - CENTRAL_BYTES || bytes.get(INT, at) != CENTRAL) {
            throw RefusedFileException.damaged("the archive's directory is cut off");
        }
        int nameLength = unsignedShort(at + 28);
        int extraLength = unsignedShort(at + 30);
        long next = at + CENTRAL_BYTES + nameLength + extraLength + unsignedShort(at + 32);
        if (next > limit) {
            throw RefusedFileException.damaged("the archive's directory is cut off");
        }
        String name = new String(
                bytes.asSlice(at + CENTRAL_BYTES, nameLength).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        long size = unsignedInt(at + 24);
        long stored = unsignedInt(at + 20);
        long header = unsignedInt(at + 42);
        long extra = wideNumbers(at + CENTRAL_BYTES + nameLength, extraLength);
        if (size == ELSEWHERE) {
            size = wide(extra, next);
            extra += Long.BYTES;
        }
        if (stored == ELSEWHERE) {
            stored = wide(extra, next);
            extra += Long.BYTES;
        }
        if (header == ELSEWHERE) {
            header = wide(extra, next);
        }
        Entry entry =
                new Entry(unsignedShort(at + 8), unsignedShort(at + 10), unsignedInt(at + 16), stored, size, header);
        if (entries.put(name, entry) != null) {
            throw RefusedFileException.damaged("the archive has two of " + Quoted.of(name));
        }
        return next;
    }

    /** Where an entry's 64-bit numbers begin; -1 where it has none. */
    private long wideNumbers(long start, int length) {
        long at = start;
        while (at + 4 <= start + length) {
            if (unsignedShort(at) == ZIP64_EXTRA) {
                return at + 4;
            }
            at += 4 + unsignedShort(at + 2);
        }
        return -1;
    }

    private long wide(long at, long limit) {
        // -1 and what was counted on from it.
        if (at < CENTRAL_BYTES || at + Long.BYTES > limit) {
            throw RefusedFileException.damaged("the archive's directory lacks a size");
        }
        return bytes.get(LONG, at);
    }

    private boolean fits(long start, long length) {
        return start >= 0 && length >= 0 && start <= bytes.byteSize() && length <= bytes.byteSize() - start;
    }

    private int unsignedShort(long at) {
        return Short.toUnsignedInt(bytes.get(SHORT, at));
    }

    private long unsignedInt(long at) {
        return Integer.toUnsignedLong(bytes.get(INT, at));
    }
}

package dev.dafl.libtorch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes ELF files that have nothing but what the dynamic linker reads first: names of libraries and a search path. */
final class FakeLibrary {

    private static final int DYNAMIC_AT = 64 + 2 * 56;
    private static final long ADDRESS = 0x1000;

    private FakeLibrary() {}

    static Path write(Path file, String... needed) throws IOException {
        return write(file, "", List.of(needed));
    }

    static Path write(Path file, String runpath, List<String> needed) throws IOException {
        ByteArrayOutputStream strings = new ByteArrayOutputStream();
        strings.write(0);
        int entries = needed.size() + 4;
        ByteBuffer elf = ByteBuffer.allocate(DYNAMIC_AT + entries * 16).order(ByteOrder.LITTLE_ENDIAN);
        int stringsAt = elf.capacity();
        elf.position(DYNAMIC_AT);
        for (String name : needed) {
            elf.putLong(1).putLong(add(strings, name));
        }
        elf.putLong(29).putLong(add(strings, runpath));
        elf.putLong(5).putLong(ADDRESS + stringsAt);
        elf.putLong(10).putLong(strings.size());
        elf.put(0, new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
        elf.putLong(32, 64).putShort(56, (short) 2);
        program(elf, 64, 1, 0, stringsAt + strings.size());
        program(elf, 64 + 56, 2, DYNAMIC_AT, entries * 16);
        Files.createDirectories(file.getParent());
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(elf.array());
        strings.writeTo(whole);
        return Files.write(file, whole.toByteArray());
    }

    private static void program(ByteBuffer elf, int at, int type, long offset, long size) {
        elf.putInt(at, type)
                .putLong(at + 8, offset)
                .putLong(at + 16, ADDRESS + offset)
                .putLong(at + 32, size);
    }

    private static int add(ByteArrayOutputStream strings, String text) throws IOException {
        int at = strings.size();
        strings.write(text.getBytes(StandardCharsets.UTF_8));
        strings.write(0);
        return at;
    }
}

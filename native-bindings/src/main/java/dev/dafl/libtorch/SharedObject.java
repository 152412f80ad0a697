package dev.dafl.libtorch;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What the dynamic linker reads of a shared library before it loads it: the names of the libraries that have to be there
 * first (DT_NEEDED) and the folders where it looks for them (DT_RPATH, DT_RUNPATH). Only 64-bit little-endian ELF, which is
 * Linux on x86-64 and AArch64.
 */
record SharedObject(Path file, List<String> needed, List<Path> searched) {

    private static final int ELF_HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int DYNAMIC_ENTRY = 16;
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int DT_NEEDED = 1;
    private static final int DT_STRTAB = 5;
    private static final int DT_STRSZ = 10;
    private static final int DT_RPATH = 15;
    private static final int DT_RUNPATH = 29;

    /** More than any library has; a broken file must not ask for more memory. */
    private static final long LARGEST_TABLE = 256L << 20;

    /** A part of the file that is mapped at an address. */
    private record Mapping(long offset, long address, long size) {}

    static SharedObject read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return read(file, channel);
        } catch (EOFException | IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
            throw new LibtorchException(
                    file + " is no whole shared library of 64-bit Linux; copy or install it again", e);
        } catch (IOException e) {
            throw new LibtorchException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static SharedObject read(Path file, FileChannel channel) throws IOException {
        ByteBuffer header = bytes(channel, 0, ELF_HEADER);
        boolean elf64LittleEndian = header.getInt(0) == 0x464c457f && header.get(4) == 2 && header.get(5) == 1;
        if (!elf64LittleEndian) {
            throw new IllegalArgumentException("no ELF header");
        }
        int count = Short.toUnsignedInt(header.getShort(56));
        ByteBuffer programs = bytes(channel, header.getLong(32), (long) count * PROGRAM_HEADER);
        List<Mapping> mappings = new ArrayList<>();
        ByteBuffer dynamic = bytes(channel, 0, 0);
        for (int at = 0; at < programs.limit(); at += PROGRAM_HEADER) {
            long offset = programs.getLong(at + 8);
            long size = programs.getLong(at + 32);
            switch (programs.getInt(at)) {
                case PT_LOAD -> mappings.add(new Mapping(offset, programs.getLong(at + 16), size));
                case PT_DYNAMIC -> dynamic = bytes(channel, offset, size);
                default -> {}
            }
        }
        return read(file, channel, mappings, dynamic);
    }

    private static SharedObject read(Path file, FileChannel channel, List<Mapping> mappings, ByteBuffer dynamic)
            throws IOException {
        long address = 0;
        long size = 0;
        for (int at = 0; at + DYNAMIC_ENTRY <= dynamic.limit(); at += DYNAMIC_ENTRY) {
            long value = dynamic.getLong(at + 8);
            switch ((int) dynamic.getLong(at)) {
                case DT_STRTAB -> address = value;
                case DT_STRSZ -> size = value;
                default -> {}
            }
        }
        ByteBuffer strings = bytes(channel, offset(mappings, address), size);
        List<String> needed = new ArrayList<>();
        List<Path> searched = new ArrayList<>();
        for (int at = 0; at + DYNAMIC_ENTRY <= dynamic.limit(); at += DYNAMIC_ENTRY) {
            long value = dynamic.getLong(at + 8);
            switch ((int) dynamic.getLong(at)) {
                case DT_NEEDED -> needed.add(string(strings, value));
                case DT_RPATH, DT_RUNPATH -> searched.addAll(folders(string(strings, value), file));
                default -> {}
            }
        }
        return new SharedObject(file, List.copyOf(needed), List.copyOf(searched));
    }

    /** Relative entries would depend on where the process was started; they are left out. */
    private static List<Path> folders(String path, Path file) {
        String origin = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file that was read has a folder")
                .toString();
        return Arrays.stream(path.replace("${ORIGIN}", origin)
                        .replace("$ORIGIN", origin)
                        .split(":"))
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder).normalize())
                .toList();
    }

    private static long offset(List<Mapping> mappings, long address) {
        return mappings.stream()
                .filter(m -> address >= m.address && address - m.address < m.size)
                .findFirst()
                .map(m -> address - m.address + m.offset)
                .orElseThrow(() -> new IllegalArgumentException("the names lie outside the file"));
    }

    private static String string(ByteBuffer strings, long at) {
        int start = Math.toIntExact(at);
        int end = start;
        while (strings.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - start];
        strings.get(start, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static ByteBuffer bytes(FileChannel channel, long offset, long size) throws IOException {
        if (offset < 0 || size < 0 || size > LARGEST_TABLE) {
            throw new IllegalArgumentException("a table of " + size + " bytes at " + offset);
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new EOFException();
            }
        }
        return buffer.flip();
    }
}

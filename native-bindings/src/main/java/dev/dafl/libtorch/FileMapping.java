package dev.dafl.libtorch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A whole file as memory of this process. The system reads a page of it when somebody looks at it and forgets it when it needs
 * the room. What is written goes into a copy of the page that is this mapping's own, never into the file. Java's own mapping
 * does not do: it wants to write the file for that, and the system to have as much memory as the file is long.
 *
 * @param address of its first byte, where a page begins
 * @param length in bytes, above 0
 */
record FileMapping(long address, long length) {

    // Of Linux, from fcntl.h, unistd.h and mman.h.
    private static final int O_CLOEXEC = 0x80000;
    private static final int SEEK_END = 2;
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_PRIVATE_NORESERVE = 0x2 | 0x4000;

    /** @throws IOException in one sentence, when the file is not there, may not be read, is empty, or is none */
    static FileMapping of(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("cannot map " + file + ": it is a folder");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(C.ERROR);
            int descriptor = C.open(error, name(file, arena));
            if (descriptor < 0) {
                throw refused(file, error);
            }
            try {
                long length = C.length(error, descriptor);
                if (length == 0) {
                    throw new IOException("cannot map " + file + ": it is empty");
                }
                long address = length < 0 ? -1 : C.map(error, descriptor, length);
                if (address == -1) {
                    throw refused(file, error);
                }
                return new FileMapping(address, length);
            } finally {
                C.close(descriptor); // a mapping does not need it
            }
        }
    }

    /** For a mapping that nobody has been given. */
    void unmap() {
        try {
            int _ = (int) C.MUNMAP.invokeExact(address, length);
        } catch (Throwable e) {
            throw C.failed("munmap", e);
        }
    }

    /**
     * The C library's own {@code munmap}, for libtorch to call with {@link #address} and {@link #length}. No call comes back
     * into Java, from whatever thread it is.
     */
    static MemorySegment unmapping() {
        return C.UNMAPPING;
    }

    /** As Java itself would write it. */
    private static MemorySegment name(Path file, Arena arena) {
        byte[] name = file.toString()
                .getBytes(Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"), Charset.defaultCharset()));
        MemorySegment terminated = arena.allocate(name.length + 1L);
        terminated.copyFrom(MemorySegment.ofArray(name));
        return terminated;
    }

    private static IOException refused(Path file, MemorySegment error) {
        return Files.exists(file)
                ? new IOException("cannot map " + file + ": " + C.message(error))
                : new NoSuchFileException(file.toString());
    }

    /** The functions of the C library, bound when the first file is mapped. */
    private static final class C {

        private static final Linker LINKER = Linker.nativeLinker();
        private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
        private static final StructLayout ERROR = Linker.Option.captureStateLayout();
        private static final VarHandle NUMBER = ERROR.varHandle(MemoryLayout.PathElement.groupElement("errno"));

        private static final MethodHandle OPEN = LINKER.downcallHandle(
                find("open"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                Linker.Option.firstVariadicArg(2),
                ERRNO);
        private static final MethodHandle CLOSE =
                LINKER.downcallHandle(find("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        private static final MethodHandle LSEEK = LINKER.downcallHandle(
                find("lseek"), FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT), ERRNO);
        private static final MethodHandle MMAP = LINKER.downcallHandle(
                find("mmap"),
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG),
                ERRNO);
        private static final MemorySegment UNMAPPING = find("munmap");
        private static final MethodHandle MUNMAP =
                LINKER.downcallHandle(UNMAPPING, FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
        private static final MethodHandle STRERROR =
                LINKER.downcallHandle(find("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

        static int open(MemorySegment error, MemorySegment name) {
            try {
                return (int) OPEN.invokeExact(error, name, O_CLOEXEC);
            } catch (Throwable e) {
                throw failed("open", e);
            }
        }

        static void close(int descriptor) {
            try {
                int _ = (int) CLOSE.invokeExact(descriptor);
            } catch (Throwable e) {
                throw failed("close", e);
            }
        }

        static long length(MemorySegment error, int descriptor) {
            try {
                return (long) LSEEK.invokeExact(error, descriptor, 0L, SEEK_END);
            } catch (Throwable e) {
                throw failed("lseek", e);
            }
        }

        static long map(MemorySegment error, int descriptor, long length) {
            try {
                return (long) MMAP.invokeExact(
                        error, MemorySegment.NULL, length, PROT_READ_WRITE, MAP_PRIVATE_NORESERVE, descriptor, 0L);
            } catch (Throwable e) {
                throw failed("mmap", e);
            }
        }

        static String message(MemorySegment error) {
            try {
                MemorySegment text = (MemorySegment) STRERROR.invokeExact((int) NUMBER.get(error, 0L));
                return text.reinterpret(1 << 10).getString(0);
            } catch (Throwable e) {
                throw failed("strerror", e);
            }
        }

        static LibtorchException failed(String function, Throwable e) {
            return new LibtorchException(function + " failed", e);
        }

        private static MemorySegment find(String function) {
            return LINKER.defaultLookup().findOrThrow(function);
        }
    }
}

package dev.dafl.libtorch;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The heap of glibc, from which libtorch takes tensors on the CPU, and what becomes of freed blocks in it: {@linkplain
 * #keepFreed kept} for the next block, or {@linkplain #returnFreed given back} to the system, which fills new pages with zeros
 * when it hands them out. Both are settings of the whole process.
 */
public final class NativeHeap {

    /** Parameters of mallopt, from malloc.h. */
    private static final int M_TRIM_THRESHOLD = -1;

    private static final int M_MMAP_THRESHOLD = -3;

    /** Blocks up to here come from the heap; glibc allows no more. */
    private static final int LARGEST_KEPT = 32 << 20;

    private static final int MOST_KEPT_AT_THE_END = 64 << 20;
    private static final int LARGEST_OTHERWISE = 1 << 20;

    /** Of struct mallinfo2: ten numbers, the first of which is what the heap has of the system. */
    private static final MemoryLayout MALLINFO2 = MemoryLayout.structLayout(
            JAVA_LONG.withName("arena"),
            MemoryLayout.sequenceLayout(9, JAVA_LONG).withName("others"));

    private final MethodHandle mallopt;
    private final MethodHandle mallocTrim;
    private final MethodHandle mallinfo2;

    private NativeHeap(MemorySegment mallopt, MemorySegment mallocTrim, MemorySegment mallinfo2) {
        Linker linker = Linker.nativeLinker();
        this.mallopt = linker.downcallHandle(mallopt, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
        this.mallocTrim = linker.downcallHandle(mallocTrim, FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
        this.mallinfo2 = linker.downcallHandle(mallinfo2, FunctionDescriptor.of(MALLINFO2));
    }

    /** Empty where the C library is not glibc, or is one before 2.33. */
    public static Optional<NativeHeap> find() {
        SymbolLookup lookup = Linker.nativeLinker().defaultLookup();
        return lookup.find("mallopt")
                .flatMap(mallopt -> lookup.find("malloc_trim")
                        .flatMap(trim -> lookup.find("mallinfo2").map(info -> new NativeHeap(mallopt, trim, info))));
    }

    /** Freed blocks of up to 32 MiB stay with the process from now on. */
    public void keepFreed() {
        set(LARGEST_KEPT, MOST_KEPT_AT_THE_END);
    }

    /** Freed blocks of 1 MiB and more go back to the system from now on, and so does all that was kept. */
    public void returnFreed() {
        set(LARGEST_OTHERWISE, LARGEST_OTHERWISE);
        try {
            int _ = (int) mallocTrim.invokeExact(0L);
        } catch (Throwable e) {
            throw new LibtorchException("malloc_trim failed", e);
        }
    }

    /** Bytes that the heap has of the system, used or free; blocks that came from outside it do not count. */
    public long size() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = (MemorySegment) mallinfo2.invokeExact((SegmentAllocator) arena);
            return info.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw new LibtorchException("mallinfo2 failed", e);
        }
    }

    private void set(int largestKept, int mostKeptAtTheEnd) {
        setOne(M_MMAP_THRESHOLD, largestKept);
        setOne(M_TRIM_THRESHOLD, mostKeptAtTheEnd);
    }

    private void setOne(int parameter, int value) {
        int accepted;
        try {
            accepted = (int) mallopt.invokeExact(parameter, value);
        } catch (Throwable e) {
            throw new LibtorchException("mallopt failed", e);
        }
        if (accepted == 0) {
            throw new LibtorchException("the C library refuses mallopt(" + parameter + ", " + value + ")");
        }
    }
}

// Java bindings of src/main/headers/mpi_c.h in the shape that jextract gives them.
// HeaderContractTest holds the two together.
package dev.dafl.mpi;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

final class mpi_c_h {

    private mpi_c_h() {}

    // The library is loaded by System.load (see MpiLibrary) before the first symbol is asked for.
    static final SymbolLookup SYMBOL_LOOKUP = SymbolLookup.loaderLookup();

    static final ValueLayout.OfInt C_INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfLong C_LONG = ValueLayout.JAVA_LONG;
    static final AddressLayout C_POINTER =
            ValueLayout.ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(Long.MAX_VALUE, ValueLayout.JAVA_BYTE));

    private static final class MPI_Initialized {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("MPI_Initialized");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : int32_t MPI_Initialized(int32_t* flag) } */
    static int MPI_Initialized(MemorySegment flag) {
        try {
            return (int) MPI_Initialized.HANDLE.invokeExact(flag);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class MPI_Init_thread {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER, C_INT, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("MPI_Init_thread");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : int32_t MPI_Init_thread(int32_t* argc, char*** argv, int32_t required, int32_t* provided) } */
    static int MPI_Init_thread(MemorySegment argc, MemorySegment argv, int required, MemorySegment provided) {
        try {
            return (int) MPI_Init_thread.HANDLE.invokeExact(argc, argv, required, provided);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class MPI_Finalize {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("MPI_Finalize");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : int32_t MPI_Finalize(void) } */
    static int MPI_Finalize() {
        try {
            return (int) MPI_Finalize.HANDLE.invokeExact();
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class MPI_Abort {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_LONG, C_INT);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("MPI_Abort");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : int32_t MPI_Abort(MPI_Comm comm, int32_t errorcode) } */
    static int MPI_Abort(long comm, int errorcode) {
        try {
            return (int) MPI_Abort.HANDLE.invokeExact(comm, errorcode);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class MPI_Get_library_version {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("MPI_Get_library_version");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : int32_t MPI_Get_library_version(char* version, int32_t* resultlen) } */
    static int MPI_Get_library_version(MemorySegment version, MemorySegment resultlen) {
        try {
            return (int) MPI_Get_library_version.HANDLE.invokeExact(version, resultlen);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class MPI_Comm_rank {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_LONG, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("MPI_Comm_rank");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : int32_t MPI_Comm_rank(MPI_Comm comm, int32_t* rank) } */
    static int MPI_Comm_rank(long comm, MemorySegment rank) {
        try {
            return (int) MPI_Comm_rank.HANDLE.invokeExact(comm, rank);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class MPI_Comm_size {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_LONG, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("MPI_Comm_size");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : int32_t MPI_Comm_size(MPI_Comm comm, int32_t* size) } */
    static int MPI_Comm_size(long comm, MemorySegment size) {
        try {
            return (int) MPI_Comm_size.HANDLE.invokeExact(comm, size);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class MPI_Barrier {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_LONG);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("MPI_Barrier");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : int32_t MPI_Barrier(MPI_Comm comm) } */
    static int MPI_Barrier(long comm) {
        try {
            return (int) MPI_Barrier.HANDLE.invokeExact(comm);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class MPI_Bcast {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_INT, C_LONG, C_INT, C_LONG);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("MPI_Bcast");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : int32_t MPI_Bcast(void* buffer, int32_t count, MPI_Datatype datatype, int32_t root, MPI_Comm comm) } */
    static int MPI_Bcast(MemorySegment buffer, int count, long datatype, int root, long comm) {
        try {
            return (int) MPI_Bcast.HANDLE.invokeExact(buffer, count, datatype, root, comm);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class MPI_Allgather {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_INT, C_LONG, C_POINTER, C_INT, C_LONG, C_LONG);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("MPI_Allgather");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : int32_t MPI_Allgather(const void* sendbuf, int32_t sendcount, MPI_Datatype sendtype, void* recvbuf, int32_t recvcount, MPI_Datatype recvtype, MPI_Comm comm) } */
    static int MPI_Allgather(MemorySegment sendbuf, int sendcount, long sendtype, MemorySegment recvbuf, int recvcount, long recvtype, long comm) {
        try {
            return (int) MPI_Allgather.HANDLE.invokeExact(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class MPI_Allreduce {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER, C_INT, C_LONG, C_LONG, C_LONG);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("MPI_Allreduce");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : int32_t MPI_Allreduce(const void* sendbuf, void* recvbuf, int32_t count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) } */
    static int MPI_Allreduce(MemorySegment sendbuf, MemorySegment recvbuf, int count, long datatype, long op, long comm) {
        try {
            return (int) MPI_Allreduce.HANDLE.invokeExact(sendbuf, recvbuf, count, datatype, op, comm);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }
}

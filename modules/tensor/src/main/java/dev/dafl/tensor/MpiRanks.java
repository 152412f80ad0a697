package dev.dafl.tensor;

import dev.dafl.libtorch.TensorHandles;
import dev.dafl.mpi.Mpi;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ranks of MPI. Tensors of another device than the CPU go through its memory. Only the thread that has started MPI may call
 * it. The tensors of all ranks lie in memory in the same order, since they come of the same operators.
 */
public final class MpiRanks implements Ranks, AutoCloseable {

    private final Mpi mpi;
    private final BatchNorm batchNorm;
    private final Count count;

    /** What was exchanged, counted by all that share an MPI. */
    private static final class Count {

        private long bytes;
        private long nanos;
        private long calls;
    }

    private MpiRanks(Mpi mpi, BatchNorm batchNorm, Count count) {
        this.mpi = mpi;
        this.batchNorm = batchNorm;
        this.count = count;
    }

    /** What has started this process, such as {@code Open MPI}, by its environment; empty where no MPI has. */
    public static Optional<String> launcher(Map<String, String> environment) {
        return Mpi.launched(environment);
    }

    /** The libraries of MPI that there are, each with its family; by the environment of the process. */
    public static Map<Path, String> libraries(Map<String, String> environment) {
        return Mpi.libraries(environment);
    }

    /**
     * Joins the processes that were started with this one; once in a process.
     *
     * @param environment of the process
     * @throws dev.dafl.mpi.MpiException when no MPI has started it, or its library is not found
     */
    public static MpiRanks start(Map<String, String> environment) {
        return new MpiRanks(Mpi.start(environment), BatchNorm.SYNC, new Count());
    }

    /** The same ranks with another {@link #batchNorm}. */
    public MpiRanks with(BatchNorm other) {
        return new MpiRanks(mpi, other, count);
    }

    @Override
    public BatchNorm batchNorm() {
        return batchNorm;
    }

    /** What the library says of itself, such as {@code Open MPI v4.1.4}. */
    public String version() {
        return mpi.version().split(",", 2)[0].strip();
    }

    /** Ends all processes at once. */
    public void abort(int code) {
        mpi.abort(code);
    }

    /** Leaves, once all others do. */
    @Override
    public void close() {
        mpi.close();
    }

    /**
     * What exchanging took so far.
     *
     * @param calls how often
     * @param bytes that one rank has given
     * @param seconds in which it waited for others or for the network
     */
    public record Traffic(long calls, long bytes, double seconds) {

        /** What came since then. */
        public Traffic since(Traffic before) {
            return new Traffic(calls - before.calls, bytes - before.bytes, seconds - before.seconds);
        }
    }

    /** Of this rank since it began. */
    public Traffic traffic() {
        return new Traffic(count.calls, count.bytes, count.nanos / 1e9);
    }

    @Override
    public int rank() {
        return mpi.rank();
    }

    @Override
    public int size() {
        return mpi.size();
    }

    @Override
    public Tensor sum(Tensor own) {
        if (own.dtype() != DType.FLOAT32 && own.dtype() != DType.FLOAT64) {
            throw new IllegalArgumentException("ranks add up float32 and float64, not " + own);
        }
        return exchanged(own, there -> {
            Tensor sum = dense(there);
            timed(memory(sum), own.dtype() == DType.FLOAT32 ? mpi::sumFloats : mpi::sumDoubles);
            return sum;
        });
    }

    @Override
    public Tensor gather(Tensor own, long whole) {
        Rows rows = Rows.of(whole, rank(), size());
        if (own.dim() == 0 || own.size(0) != rows.count()) {
            throw new IllegalArgumentException("of " + whole + " rows " + rows.count() + " are those of rank " + rank()
                    + " of " + size() + ", not " + own);
        }
        long most = Rows.of(whole, 0, size()).count();
        return exchanged(own, there -> {
            Tensor padded = rows.count() == most ? there : padded(there, most);
            long[] shape = padded.shape();
            shape[0] = most * size();
            Tensor dense = dense(padded);
            Tensor all = Tensor.owned(TensorHandles.emptyStrided(
                    shape,
                    TensorHandles.strides(dense.handle()),
                    dense.dtype().code,
                    dense.device().type().code,
                    dense.device().index()));
            timed(memory(dense), segment -> mpi.gather(segment, memory(all)));
            return whole == most * size() ? all : unpadded(all, whole, most);
        });
    }

    private static Tensor padded(Tensor own, long most) {
        long[] shape = own.shape();
        shape[0] = most - shape[0];
        Tensor none = Tensor.zeros(own.dtype(), Device.CPU, shape);
        return Functional.cat(List.of(own, isChannelsLast(own) ? none.copy(MemoryFormat.CHANNELS_LAST) : none), 0);
    }

    /** A copy without gaps whose rows lie one after the other, with the channels innermost where they were. */
    private static Tensor dense(Tensor tensor) {
        return tensor.copy(isChannelsLast(tensor) ? MemoryFormat.CHANNELS_LAST : MemoryFormat.CONTIGUOUS);
    }

    private static boolean isChannelsLast(Tensor tensor) {
        if (tensor.dim() != 4) {
            return false;
        }
        long channels = tensor.size(1);
        long[] strides = TensorHandles.strides(tensor.handle());
        return strides[1] == 1 && strides[3] == channels && strides[2] == channels * tensor.size(3);
    }

    private Tensor unpadded(Tensor all, long whole, long most) {
        List<Tensor> parts = new ArrayList<>();
        for (int rank = 0; rank < size(); rank++) {
            parts.add(all.narrow(0, rank * most, Rows.of(whole, rank, size()).count()));
        }
        return Functional.cat(parts, 0);
    }

    @Override
    public void broadcast(Tensor tensor) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Tensor dense = dense(tensor.detach().to(Device.CPU));
            timed(memory(dense), mpi::broadcast);
            tensor.copy_(dense);
        }
    }

    @Override
    public String first(String own) {
        return mpi.broadcast(own);
    }

    private interface Exchange {

        /** @param there on the CPU */
        Tensor of(Tensor there);
    }

    private static Tensor exchanged(Tensor own, Exchange exchange) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Tensor result = exchange.of(own.detach().to(Device.CPU));
            return result.to(own.device()).toOuter();
        }
    }

    private interface Call {

        void on(MemorySegment memory);
    }

    private void timed(MemorySegment memory, Call call) {
        long begin = System.nanoTime();
        call.on(memory);
        count.nanos += System.nanoTime() - begin;
        count.bytes += memory.byteSize();
        count.calls++;
    }

    /** Of a tensor whose elements lie without gaps. */
    private static MemorySegment memory(Tensor dense) {
        return TensorHandles.data(dense.handle(), dense.numel() * dense.dtype().bytes());
    }
}

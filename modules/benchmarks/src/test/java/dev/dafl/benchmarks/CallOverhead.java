package dev.dafl.benchmarks;

import dev.dafl.libtorch.Operator;
import dev.dafl.libtorch.OperatorCall;
import dev.dafl.libtorch.TensorHandles;
import dev.dafl.libtorch.ThreadModes;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What the layers between Java and an operator cost, from the bare downcall up. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CallOverhead {

    private static final Operator RELU = Operator.of("aten::relu");

    private TensorScope scope;
    private GradMode mode;
    private Tensor small;
    private long handle;

    @Setup
    public void open() {
        scope = TensorScope.open();
        mode = GradMode.disabled();
        small = Tensor.ones(DType.FLOAT32, Device.CPU, 2, 2);
        handle = TensorHandles.scalar(1f);
    }

    @TearDown
    public void close() {
        TensorHandles.delete(handle);
        mode.close();
        scope.close();
    }

    /** The cheapest function there is. */
    @Benchmark
    public boolean downcall() {
        return ThreadModes.gradEnabled();
    }

    /** A new handle of a tensor, freed again: two downcalls and an allocation of libtorch's. */
    @Benchmark
    public void handle() {
        TensorHandles.delete(TensorHandles.duplicate(handle));
    }

    /** relu through the dispatcher, on handles. */
    @Benchmark
    public void dispatcher() {
        TensorHandles.delete(OperatorCall.of(RELU).tensor(handle).call().tensorResult(0));
    }

    /** relu on a tensor of 2x2 in a scope. */
    @Benchmark
    public void tensor() {
        small.relu().close();
    }

    /** A scope, opened and closed. */
    @Benchmark
    public void scope() {
        TensorScope.open().close();
    }
}

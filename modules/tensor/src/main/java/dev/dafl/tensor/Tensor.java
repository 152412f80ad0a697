package dev.dafl.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.dafl.libtorch.Operator;
import dev.dafl.libtorch.OperatorCall;
import dev.dafl.libtorch.TensorHandles;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array on libtorch. Operators are methods with torch's names (in Java's spelling) and torch's meaning:
 * see {@code torch.NAME} for each; those of {@code torch.nn.functional} are in {@link Functional}. They make new tensors;
 * the few that change one end in an underscore.
 *
 * <p>A new tensor belongs to the innermost {@link TensorScope} of the thread. Using one that was freed throws
 * {@link IllegalStateException}; an operator that libtorch refuses throws
 * {@link dev.dafl.libtorch.LibtorchException} with the operator and the shapes.
 */
public final class Tensor implements AutoCloseable {

    private static final Operator ABS = Operator.of("aten::abs");
    private static final Operator NEG = Operator.of("aten::neg");
    private static final Operator EXP = Operator.of("aten::exp");
    private static final Operator LOG = Operator.of("aten::log");
    private static final Operator LOG10 = Operator.of("aten::log10");
    private static final Operator SQRT = Operator.of("aten::sqrt");
    private static final Operator RSQRT = Operator.of("aten::rsqrt");
    private static final Operator SQUARE = Operator.of("aten::square");
    private static final Operator SIN = Operator.of("aten::sin");
    private static final Operator COS = Operator.of("aten::cos");
    private static final Operator TANH = Operator.of("aten::tanh");
    private static final Operator SIGMOID = Operator.of("aten::sigmoid");
    private static final Operator RELU = Operator.of("aten::relu");
    private static final Operator SILU = Operator.of("aten::silu");
    private static final Operator SIGN = Operator.of("aten::sign");
    private static final Operator FLOOR = Operator.of("aten::floor");
    private static final Operator ROUND = Operator.of("aten::round");
    private static final Operator RECIPROCAL = Operator.of("aten::reciprocal");
    private static final Operator ISNAN = Operator.of("aten::isnan");
    private static final Operator ISFINITE = Operator.of("aten::isfinite");
    private static final Operator LOGICAL_NOT = Operator.of("aten::logical_not");
    private static final Operator LOG_SIGMOID = Operator.of("aten::log_sigmoid");
    private static final Operator MUL = Operator.of("aten::mul.Tensor");
    private static final Operator DIV = Operator.of("aten::div.Tensor");
    private static final Operator POW = Operator.of("aten::pow.Tensor_Tensor");
    private static final Operator MAXIMUM = Operator.of("aten::maximum");
    private static final Operator MINIMUM = Operator.of("aten::minimum");
    private static final Operator EQ = Operator.of("aten::eq.Tensor");
    private static final Operator LT = Operator.of("aten::lt.Tensor");
    private static final Operator GT = Operator.of("aten::gt.Tensor");
    private static final Operator LOGICAL_AND = Operator.of("aten::logical_and");
    private static final Operator MATMUL = Operator.of("aten::matmul");
    private static final Operator MM = Operator.of("aten::mm");
    private static final Operator BMM = Operator.of("aten::bmm");
    private static final Operator DOT = Operator.of("aten::dot");
    private static final Operator CLAMP = Operator.of("aten::clamp.Tensor");
    private static final Operator WHERE = Operator.of("aten::where.self");
    private static final Operator LERP = Operator.of("aten::lerp.Tensor");
    private static final Operator SUM_ALL = Operator.of("aten::sum");
    private static final Operator MEAN_ALL = Operator.of("aten::mean");
    private static final Operator MAX = Operator.of("aten::max");
    private static final Operator MIN = Operator.of("aten::min");
    private static final Operator ALL = Operator.of("aten::all");
    private static final Operator ANY = Operator.of("aten::any");
    private static final Operator SUM_DIMS = Operator.of("aten::sum.dim_IntList");
    private static final Operator MEAN_DIMS = Operator.of("aten::mean.dim");
    private static final Operator VARIANCE = Operator.of("aten::var.dim");
    private static final Operator STD = Operator.of("aten::std.dim");
    private static final Operator AMAX = Operator.of("aten::amax");
    private static final Operator AMIN = Operator.of("aten::amin");
    private static final Operator LOGSUMEXP = Operator.of("aten::logsumexp");
    private static final Operator ARGMAX = Operator.of("aten::argmax");
    private static final Operator CUMSUM = Operator.of("aten::cumsum");
    private static final Operator SOFTMAX = Operator.of("aten::softmax.int");
    private static final Operator LOG_SOFTMAX = Operator.of("aten::log_softmax.int");
    private static final Operator VIEW = Operator.of("aten::view");
    private static final Operator RESHAPE = Operator.of("aten::reshape");
    private static final Operator PERMUTE = Operator.of("aten::permute");
    private static final Operator REPEAT = Operator.of("aten::repeat");
    private static final Operator FLIP = Operator.of("aten::flip");
    private static final Operator EXPAND = Operator.of("aten::expand");
    private static final Operator FLATTEN = Operator.of("aten::flatten.using_ints");
    private static final Operator TRANSPOSE = Operator.of("aten::transpose.int");
    private static final Operator SQUEEZE = Operator.of("aten::squeeze.dim");
    private static final Operator UNSQUEEZE = Operator.of("aten::unsqueeze");
    private static final Operator NARROW = Operator.of("aten::narrow");
    private static final Operator SELECT = Operator.of("aten::select.int");
    private static final Operator INDEX_SELECT = Operator.of("aten::index_select");
    private static final Operator GATHER = Operator.of("aten::gather");
    private static final Operator TO_DTYPE = Operator.of("aten::to.dtype");
    private static final Operator TO_DEVICE = Operator.of("aten::to.device");
    private static final Operator CONTIGUOUS = Operator.of("aten::contiguous");
    private static final Operator CLONE = Operator.of("aten::clone");
    private static final Operator COPY = Operator.of("aten::copy_");
    private static final Operator DETACH = Operator.of("aten::detach");
    private static final Operator ZERO = Operator.of("aten::zero_");
    private static final Operator BACKWARD = Operator.of("aten::_backward");
    private static final LongAdder LIVE = new LongAdder();

    private long handle;
    private TensorScope owner;
    int place;
    private long @Nullable [] shape;
    private @Nullable DType dtype;

    private Tensor(long handle, TensorScope owner) {
        this.handle = handle;
        this.owner = owner;
        this.place = owner.add(this);
        LIVE.increment();
    }

    /** How many tensors of this process are not freed yet. */
    public static long liveCount() {
        return LIVE.sum();
    }

    // ---- making

    /** A float32 tensor on the CPU with a copy of these values; no sizes make it a tensor without dimensions. */
    public static Tensor of(float[] values, long... sizes) {
        return filled(MemorySegment.ofArray(values), values.length, DType.FLOAT32, sizes);
    }

    /** A float64 tensor on the CPU with a copy of these values. */
    public static Tensor of(double[] values, long... sizes) {
        return filled(MemorySegment.ofArray(values), values.length, DType.FLOAT64, sizes);
    }

    /** An int64 tensor on the CPU with a copy of these values. */
    public static Tensor of(long[] values, long... sizes) {
        return filled(MemorySegment.ofArray(values), values.length, DType.INT64, sizes);
    }

    /** A uint8 tensor on the CPU with a copy of these values. */
    public static Tensor of(byte[] values, long... sizes) {
        return filled(MemorySegment.ofArray(values), values.length, DType.UINT8, sizes);
    }

    /**
     * A tensor on the CPU with the bytes of its elements copied from {@code memory}, little-endian.
     *
     * @throws IllegalArgumentException when the memory is not as long as shape and type say
     */
    public static Tensor of(MemorySegment memory, DType dtype, long... sizes) {
        return filled(memory, memory.byteSize() / dtype.bytes(), dtype, sizes);
    }

    /** Memory that nothing was written to yet. */
    public static Tensor empty(DType dtype, Device device, long... sizes) {
        for (long size : sizes) {
            if (size < 0) {
                throw new IllegalArgumentException("a shape has no negative sizes: " + Arrays.toString(sizes));
            }
        }
        return owned(TensorHandles.emptyStrided(
                sizes, contiguousStrides(sizes), dtype.code, device.type().code, device.index()));
    }

    public static Tensor zeros(DType dtype, Device device, long... sizes) {
        return empty(dtype, device, sizes).zero_();
    }

    public static Tensor ones(DType dtype, Device device, long... sizes) {
        return full(1, dtype, device, sizes);
    }

    public static Tensor full(double value, DType dtype, Device device, long... sizes) {
        Tensor tensor = empty(dtype, device, sizes);
        try (Tensor scalar = scalar(value, dtype)) {
            return tensor.copy_(scalar);
        }
    }

    /** A tensor without dimensions on the CPU. */
    public static Tensor scalar(double value, DType dtype) {
        return switch (dtype) {
            case FLOAT64 -> owned(TensorHandles.scalar(value));
            case FLOAT32 -> owned(TensorHandles.scalar((float) value));
            case INT64 -> owned(TensorHandles.scalar((long) value));
            default -> {
                try (Tensor wide = owned(TensorHandles.scalar(value))) {
                    yield wide.to(dtype);
                }
            }
        };
    }

    // ---- what it is

    /** The sizes, such as {@code [n, c, h, w]}; a copy. */
    public long[] shape() {
        return sizes().clone();
    }

    /** The size of one dimension; negative numbers count from the end. */
    public long size(int dim) {
        long[] sizes = sizes();
        return sizes[dim < 0 ? sizes.length + dim : dim];
    }

    public int dim() {
        return sizes().length;
    }

    /** Number of elements. */
    public long numel() {
        return count(sizes());
    }

    public DType dtype() {
        if (dtype == null) {
            dtype = DType.ofCode(TensorHandles.dtype(handle()));
        }
        return dtype;
    }

    public Device device() {
        int type = TensorHandles.deviceType(handle());
        return type == Device.Type.CPU.code ? Device.CPU : Device.cuda(Math.max(0, TensorHandles.deviceIndex(handle)));
    }

    /** Whether the elements lie in the order of the shape. */
    public boolean isContiguous() {
        return TensorHandles.isContiguous(handle());
    }

    /** Distance in elements between neighbours along each dimension. */
    public long[] strides() {
        return TensorHandles.strides(handle());
    }

    /** {@code float32[8, 1, 32, 32]}, or that it was freed. */
    @Override
    public String toString() {
        return handle == 0 ? "freed tensor" : TensorHandles.describe(handle);
    }

    // ---- reading

    /** The value of a tensor of one element. Waits for a CUDA device. */
    public double item() {
        return switch (dtype()) {
            case FLOAT32 -> TensorHandles.itemFloat(handle());
            case FLOAT64 -> TensorHandles.itemDouble(handle());
            case INT64 -> TensorHandles.itemLong(handle());
            case BOOL -> TensorHandles.itemBool(handle()) ? 1 : 0;
            default -> {
                try (Tensor wide = to(DType.FLOAT64)) {
                    yield wide.item();
                }
            }
        };
    }

    /** A copy of the elements in the order of the shape, converted to float. */
    public float[] toFloats() {
        return read(DType.FLOAT32, memory -> memory.toArray(JAVA_FLOAT));
    }

    /** A copy of the elements in the order of the shape, converted to double. */
    public double[] toDoubles() {
        return read(DType.FLOAT64, memory -> memory.toArray(JAVA_DOUBLE));
    }

    /** A copy of the elements in the order of the shape, converted to long. */
    public long[] toLongs() {
        return read(DType.INT64, memory -> memory.toArray(JAVA_LONG));
    }

    /** A copy of the bytes of the elements in the order of the shape, unconverted. */
    public byte[] toBytes() {
        return read(dtype(), memory -> memory.toArray(JAVA_BYTE));
    }

    // ---- pointwise

    /** |x|, elementwise. */
    public Tensor abs() {
        return result(OperatorCall.of(ABS).tensor(handle()));
    }

    /** -x, elementwise. */
    public Tensor neg() {
        return result(OperatorCall.of(NEG).tensor(handle()));
    }

    /** e^x, elementwise. */
    public Tensor exp() {
        return result(OperatorCall.of(EXP).tensor(handle()));
    }

    /** Natural logarithm, elementwise. */
    public Tensor log() {
        return result(OperatorCall.of(LOG).tensor(handle()));
    }

    /** Decimal logarithm, elementwise. */
    public Tensor log10() {
        return result(OperatorCall.of(LOG10).tensor(handle()));
    }

    /** Square root, elementwise. */
    public Tensor sqrt() {
        return result(OperatorCall.of(SQRT).tensor(handle()));
    }

    /** 1 / sqrt(x), elementwise. */
    public Tensor rsqrt() {
        return result(OperatorCall.of(RSQRT).tensor(handle()));
    }

    /** x^2, elementwise. */
    public Tensor square() {
        return result(OperatorCall.of(SQUARE).tensor(handle()));
    }

    /** Sine, elementwise. */
    public Tensor sin() {
        return result(OperatorCall.of(SIN).tensor(handle()));
    }

    /** Cosine, elementwise. */
    public Tensor cos() {
        return result(OperatorCall.of(COS).tensor(handle()));
    }

    /** Hyperbolic tangent, elementwise. */
    public Tensor tanh() {
        return result(OperatorCall.of(TANH).tensor(handle()));
    }

    /** 1 / (1 + e^-x), elementwise. */
    public Tensor sigmoid() {
        return result(OperatorCall.of(SIGMOID).tensor(handle()));
    }

    /** max(x, 0), elementwise. */
    public Tensor relu() {
        return result(OperatorCall.of(RELU).tensor(handle()));
    }

    /** x * sigmoid(x), elementwise. */
    public Tensor silu() {
        return result(OperatorCall.of(SILU).tensor(handle()));
    }

    /** -1, 0 or 1, elementwise; its gradient is zero. */
    public Tensor sign() {
        return result(OperatorCall.of(SIGN).tensor(handle()));
    }

    /** Largest integer not above x, elementwise. */
    public Tensor floor() {
        return result(OperatorCall.of(FLOOR).tensor(handle()));
    }

    /** Nearest integer, halves to even, elementwise. */
    public Tensor round() {
        return result(OperatorCall.of(ROUND).tensor(handle()));
    }

    /** 1 / x, elementwise. */
    public Tensor reciprocal() {
        return result(OperatorCall.of(RECIPROCAL).tensor(handle()));
    }

    /** Whether x is not a number, elementwise: bool. */
    public Tensor isnan() {
        return result(OperatorCall.of(ISNAN).tensor(handle()));
    }

    /** Whether x is neither NaN nor infinite, elementwise: bool. */
    public Tensor isfinite() {
        return result(OperatorCall.of(ISFINITE).tensor(handle()));
    }

    /** Not, elementwise: bool. */
    public Tensor logicalNot() {
        return result(OperatorCall.of(LOGICAL_NOT).tensor(handle()));
    }

    /** log(sigmoid(x)), elementwise. */
    public Tensor logSigmoid() {
        return result(OperatorCall.of(LOG_SIGMOID).tensor(handle()));
    }

    /** x + other, with broadcasting. Both floating. */
    public Tensor add(Tensor other) {
        return addScaled(other, 1);
    }

    /** x - other, with broadcasting. Both floating. */
    public Tensor sub(Tensor other) {
        return addScaled(other, -1);
    }

    /** x + value, elementwise. */
    public Tensor add(double value) {
        try (Tensor scalar = scalar(value, dtype())) {
            return addScaled(scalar, 1);
        }
    }

    /** x - value, elementwise. */
    public Tensor sub(double value) {
        return add(-value);
    }

    /** x * value, elementwise. */
    public Tensor mul(double value) {
        return withScalar(value, Tensor::mul);
    }

    /** x / value, elementwise. */
    public Tensor div(double value) {
        return withScalar(value, Tensor::div);
    }

    /** x^exponent, elementwise. */
    public Tensor pow(double exponent) {
        return withScalar(exponent, Tensor::pow);
    }

    /** x + factor * other, with broadcasting. Both floating. */
    public Tensor addScaled(Tensor other, double factor) {
        return owned(TensorHandles.subtract(handle(), other.handle(), -factor));
    }

    /** x * other, with broadcasting. */
    public Tensor mul(Tensor other) {
        return result(OperatorCall.of(MUL).tensor(handle()).tensor(other.handle()));
    }

    /** x / other, with broadcasting. */
    public Tensor div(Tensor other) {
        return result(OperatorCall.of(DIV).tensor(handle()).tensor(other.handle()));
    }

    /** x^other, with broadcasting. */
    public Tensor pow(Tensor other) {
        return result(OperatorCall.of(POW).tensor(handle()).tensor(other.handle()));
    }

    /** The larger of both, elementwise. */
    public Tensor maximum(Tensor other) {
        return result(OperatorCall.of(MAXIMUM).tensor(handle()).tensor(other.handle()));
    }

    /** The smaller of both, elementwise. */
    public Tensor minimum(Tensor other) {
        return result(OperatorCall.of(MINIMUM).tensor(handle()).tensor(other.handle()));
    }

    /** Whether both are equal, elementwise: bool. */
    public Tensor eq(Tensor other) {
        return result(OperatorCall.of(EQ).tensor(handle()).tensor(other.handle()));
    }

    /** Whether x is less, elementwise: bool. */
    public Tensor lt(Tensor other) {
        return result(OperatorCall.of(LT).tensor(handle()).tensor(other.handle()));
    }

    /** Whether x is greater, elementwise: bool. */
    public Tensor gt(Tensor other) {
        return result(OperatorCall.of(GT).tensor(handle()).tensor(other.handle()));
    }

    /** And, elementwise: bool. */
    public Tensor logicalAnd(Tensor other) {
        return result(OperatorCall.of(LOGICAL_AND).tensor(handle()).tensor(other.handle()));
    }

    /** Matrix product; batched for more than two dimensions. */
    public Tensor matmul(Tensor other) {
        return result(OperatorCall.of(MATMUL).tensor(handle()).tensor(other.handle()));
    }

    /** Matrix product of [n, k] and [k, m]. */
    public Tensor mm(Tensor other) {
        return result(OperatorCall.of(MM).tensor(handle()).tensor(other.handle()));
    }

    /** Batched matrix product of [b, n, k] and [b, k, m]. */
    public Tensor bmm(Tensor other) {
        return result(OperatorCall.of(BMM).tensor(handle()).tensor(other.handle()));
    }

    /** Inner product of two vectors. */
    public Tensor dot(Tensor other) {
        return result(OperatorCall.of(DOT).tensor(handle()).tensor(other.handle()));
    }

    /** min(max(x, low), high), elementwise. */
    public Tensor clamp(double low, double high) {
        Tensor lowest = scalar(low, dtype());
        Tensor highest = scalar(high, dtype());
        try {
            return result(OperatorCall.of(CLAMP)
                    .tensor(handle())
                    .optionalTensor(lowest.handle())
                    .optionalTensor(highest.handle()));
        } finally {
            lowest.close();
            highest.close();
        }
    }

    /** x + weight * (end - x), with broadcasting. */
    public Tensor lerp(Tensor end, Tensor weight) {
        return result(
                OperatorCall.of(LERP).tensor(handle()).tensor(end.handle()).tensor(weight.handle()));
    }

    /** Where this (bool) holds the element of {@code yes}, else that of {@code no}. */
    public Tensor where(Tensor yes, Tensor no) {
        return result(
                OperatorCall.of(WHERE).tensor(handle()).tensor(yes.handle()).tensor(no.handle()));
    }

    // ---- reductions

    /** Sum of all elements, without dimensions. */
    public Tensor sum() {
        return result(OperatorCall.of(SUM_ALL).tensor(handle()).none());
    }

    /** Mean of all elements, without dimensions. Floating. */
    public Tensor mean() {
        return result(OperatorCall.of(MEAN_ALL).tensor(handle()).none());
    }

    /** Largest element, without dimensions. */
    public Tensor max() {
        return result(OperatorCall.of(MAX).tensor(handle()));
    }

    /** Smallest element, without dimensions. */
    public Tensor min() {
        return result(OperatorCall.of(MIN).tensor(handle()));
    }

    /** Whether all hold: bool without dimensions. */
    public Tensor all() {
        return result(OperatorCall.of(ALL).tensor(handle()));
    }

    /** Whether any holds: bool without dimensions. */
    public Tensor any() {
        return result(OperatorCall.of(ANY).tensor(handle()));
    }

    /** Sum over the given dimensions. */
    public Tensor sum(boolean keepDim, long... dims) {
        return result(OperatorCall.of(SUM_DIMS)
                .tensor(handle())
                .optionalIntegers(dims)
                .bool(keepDim)
                .none());
    }

    /** Mean over the given dimensions. */
    public Tensor mean(boolean keepDim, long... dims) {
        return result(OperatorCall.of(MEAN_DIMS)
                .tensor(handle())
                .optionalIntegers(dims)
                .bool(keepDim)
                .none());
    }

    /**
     * Variance over the given dimensions.
     *
     * @param unbiased divide by n - 1 rather than by n
     */
    public Tensor variance(boolean unbiased, boolean keepDim, long... dims) {
        return result(OperatorCall.of(VARIANCE)
                .tensor(handle())
                .optionalIntegers(dims)
                .bool(unbiased)
                .bool(keepDim));
    }

    /**
     * Standard deviation over the given dimensions.
     *
     * @param unbiased divide by n - 1 rather than by n
     */
    public Tensor std(boolean unbiased, boolean keepDim, long... dims) {
        return result(OperatorCall.of(STD)
                .tensor(handle())
                .optionalIntegers(dims)
                .bool(unbiased)
                .bool(keepDim));
    }

    /** Largest element along the given dimensions. */
    public Tensor amax(boolean keepDim, long... dims) {
        return result(OperatorCall.of(AMAX).tensor(handle()).integers(dims).bool(keepDim));
    }

    /** Smallest element along the given dimensions. */
    public Tensor amin(boolean keepDim, long... dims) {
        return result(OperatorCall.of(AMIN).tensor(handle()).integers(dims).bool(keepDim));
    }

    /** log of the sum of e^x over the given dimensions. */
    public Tensor logsumexp(boolean keepDim, long... dims) {
        return result(OperatorCall.of(LOGSUMEXP).tensor(handle()).integers(dims).bool(keepDim));
    }

    /** Index of the largest element along {@code dim}: int64 without that dimension. */
    public Tensor argmax(long dim) {
        return result(
                OperatorCall.of(ARGMAX).tensor(handle()).optionalInteger(dim).bool(false));
    }

    /** Running sum along {@code dim}. */
    public Tensor cumsum(long dim) {
        return result(OperatorCall.of(CUMSUM).tensor(handle()).integer(dim).none());
    }

    /** e^x divided by its sum along {@code dim}. */
    public Tensor softmax(long dim) {
        return result(OperatorCall.of(SOFTMAX).tensor(handle()).integer(dim).none());
    }

    /** Logarithm of the softmax along {@code dim}. */
    public Tensor logSoftmax(long dim) {
        return result(OperatorCall.of(LOG_SOFTMAX).tensor(handle()).integer(dim).none());
    }

    // ---- shape

    /** The same memory in another shape; one size may be -1. */
    public Tensor view(long... sizes) {
        return result(OperatorCall.of(VIEW).tensor(handle()).integers(sizes));
    }

    /** Another shape, copied only if it must be; one size may be -1. */
    public Tensor reshape(long... sizes) {
        return result(OperatorCall.of(RESHAPE).tensor(handle()).integers(sizes));
    }

    /** Dimensions in another order, without copying. */
    public Tensor permute(long... dims) {
        return result(OperatorCall.of(PERMUTE).tensor(handle()).integers(dims));
    }

    /** Copies side by side, so many along each dimension. */
    public Tensor repeat(long... sizes) {
        return result(OperatorCall.of(REPEAT).tensor(handle()).integers(sizes));
    }

    /** Reversed along the given dimensions. */
    public Tensor flip(long... dims) {
        return result(OperatorCall.of(FLIP).tensor(handle()).integers(dims));
    }

    /** Dimensions of size 1 seen as larger, without copying; -1 keeps a size. */
    public Tensor expand(long... sizes) {
        return result(OperatorCall.of(EXPAND).tensor(handle()).integers(sizes).bool(false));
    }

    /** All dimensions from {@code startDim} on as one. */
    public Tensor flatten(long startDim) {
        return result(
                OperatorCall.of(FLATTEN).tensor(handle()).integer(startDim).integer(-1));
    }

    /** Two dimensions exchanged, without copying. */
    public Tensor transpose(long dim0, long dim1) {
        return result(OperatorCall.of(TRANSPOSE).tensor(handle()).integer(dim0).integer(dim1));
    }

    /** Without dimension {@code dim} where its size is 1. */
    public Tensor squeeze(long dim) {
        return result(OperatorCall.of(SQUEEZE).tensor(handle()).integer(dim));
    }

    /** With a dimension of size 1 put in at {@code dim}. */
    public Tensor unsqueeze(long dim) {
        return result(OperatorCall.of(UNSQUEEZE).tensor(handle()).integer(dim));
    }

    /** The part from {@code start} of {@code length} along {@code dim}, without copying. */
    public Tensor narrow(long dim, long start, long length) {
        return result(OperatorCall.of(NARROW)
                .tensor(handle())
                .integer(dim)
                .integer(start)
                .integer(length));
    }

    /** The slice at {@code index} of {@code dim}, without that dimension. */
    public Tensor select(long dim, long index) {
        return result(OperatorCall.of(SELECT).tensor(handle()).integer(dim).integer(index));
    }

    /** The slices of {@code dim} that {@code indices} (int64 {@code [k]}) names, copied. */
    public Tensor indexSelect(long dim, Tensor indices) {
        return result(
                OperatorCall.of(INDEX_SELECT).tensor(handle()).integer(dim).tensor(indices.handle()));
    }

    /** The elements that {@code indices} (int64, same number of dimensions) names along {@code dim}. */
    public Tensor gather(long dim, Tensor indices) {
        return result(OperatorCall.of(GATHER)
                .tensor(handle())
                .integer(dim)
                .tensor(indices.handle())
                .bool(false));
    }

    // ---- type, device, layout

    /** Elements of another type; this tensor itself, in another handle, where they have it. */
    public Tensor to(DType dtype) {
        return result(OperatorCall.of(TO_DTYPE)
                .tensor(handle())
                .integer(dtype.code)
                .bool(false)
                .bool(false)
                .none());
    }

    /** On another device; this tensor itself, in another handle, where it lies there. */
    public Tensor to(Device device) {
        return result(OperatorCall.of(TO_DEVICE)
                .tensor(handle())
                .device(device.type().code, device.index())
                .integer(dtype().code)
                .bool(false)
                .bool(false)
                .none());
    }

    /** In that memory format; this tensor itself, in another handle, where it has it. */
    public Tensor contiguous(MemoryFormat format) {
        return result(OperatorCall.of(CONTIGUOUS).tensor(handle()).integer(format.code));
    }

    /** A copy with memory of its own; gradients pass through. */
    public Tensor copy() {
        return result(OperatorCall.of(CLONE).tensor(handle()).none());
    }

    /**
     * A copy in that memory format; gradients pass through. Unlike {@link #contiguous} it sets the strides of that format also
     * where the order in memory is the same in both, as with one channel: by the strides libtorch chooses its kernels.
     */
    public Tensor copy(MemoryFormat format) {
        return result(OperatorCall.of(CLONE).tensor(handle()).optionalInteger(format.code));
    }

    /** Another handle of the same memory through which no gradient passes. */
    public Tensor detach() {
        return result(OperatorCall.of(DETACH).tensor(handle()));
    }

    /** Another handle of this very tensor, owned by the innermost scope. */
    public Tensor alias() {
        return owned(TensorHandles.duplicate(handle()));
    }

    // ---- changing

    /** Copies the elements of {@code source}, with broadcasting and conversion, into this tensor. */
    public Tensor copy_(Tensor source) {
        TensorHandles.delete(OperatorCall.of(COPY)
                .tensor(handle())
                .tensor(source.handle())
                .bool(false)
                .call()
                .tensorResult(0));
        return this;
    }

    public Tensor zero_() {
        TensorHandles.delete(OperatorCall.of(ZERO).tensor(handle()).call().tensorResult(0));
        return this;
    }

    // ---- autograd

    /** Whether operators on this leaf record what backward needs, and backward gives it a {@linkplain #grad gradient}. */
    public Tensor requiresGrad_(boolean requiresGrad) {
        TensorHandles.setRequiresGrad(handle(), requiresGrad);
        return this;
    }

    /** Adds the gradient of this one-element tensor to every leaf that asks for one. */
    public void backward() {
        backward(List.of());
    }

    /** Adds the gradient of this one-element tensor to these leaves only; to all, where the collection is empty. */
    public void backward(Collection<Tensor> inputs) {
        long[] leaves = inputs.stream().mapToLong(Tensor::handle).toArray();
        OperatorCall.of(BACKWARD)
                .tensor(handle())
                .tensors(leaves)
                .none()
                .optionalBool(false)
                .bool(false)
                .call();
    }

    /** The gradient that was accumulated here, in the same memory; empty before backward. */
    public Optional<Tensor> grad() {
        long gradient = TensorHandles.gradient(handle());
        return gradient == 0 ? Optional.empty() : Optional.of(owned(gradient));
    }

    /** Takes the gradient away, so that the next backward starts anew ({@code zero_grad(set_to_none=True)}). */
    public Optional<Tensor> takeGrad() {
        long gradient = TensorHandles.takeGradient(handle());
        return gradient == 0 ? Optional.empty() : Optional.of(owned(gradient));
    }

    // ---- life

    /** Gives this tensor to another scope, which will free it. */
    public Tensor moveTo(TensorScope scope) {
        handle();
        int next = scope.add(this);
        owner.remove(place);
        owner = scope;
        place = next;
        return this;
    }

    /**
     * Gives this tensor to the scope around the innermost one: how a method that works in a scope of its own returns its
     * result. A tensor that the innermost scope does not own stays where it is.
     */
    public Tensor toOuter() {
        handle();
        return owner == TensorScope.innermost() ? moveTo(TensorScope.aroundInnermost()) : this;
    }

    public boolean isClosed() {
        return handle == 0;
    }

    /** Frees this handle before its scope does; the memory goes when no other handle and no graph holds it. */
    @Override
    public void close() {
        if (handle != 0) {
            owner.remove(place);
            TensorHandles.delete(handle);
            handle = 0;
            LIVE.decrement();
        }
    }

    // ---- for this package

    long handle() {
        if (handle == 0) {
            throw new IllegalStateException("this tensor was freed, by close() or with its TensorScope; moveTo(scope)"
                    + " lets a tensor outlive the scope that it was made in");
        }
        return handle;
    }

    /** Wraps a handle that nobody else frees. */
    static Tensor owned(long handle) {
        try {
            return new Tensor(handle, TensorScope.innermost());
        } catch (IllegalStateException e) {
            TensorHandles.delete(handle);
            throw e;
        }
    }

    static Tensor result(OperatorCall call) {
        return owned(call.call().tensorResult(0));
    }

    static long[] handles(Collection<Tensor> tensors) {
        return tensors.stream().mapToLong(Tensor::handle).toArray();
    }

    private long[] sizes() {
        if (shape == null) {
            shape = TensorHandles.sizes(handle());
        }
        return shape;
    }

    private Tensor withScalar(double value, BinaryOperator<Tensor> operator) {
        // Beside a tensor with dimensions libtorch keeps that one's type, and as float64 no digit of the number is
        // lost;
        // beside one without, both types count, so the number takes the tensor's.
        DType type = dim() == 0 && dtype().isFloating() ? dtype() : DType.FLOAT64;
        try (Tensor scalar = scalar(value, type)) {
            return operator.apply(this, scalar);
        }
    }

    private <A> A read(DType as, Function<MemorySegment, A> reader) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Tensor plain = detach().to(Device.CPU).to(as).contiguous(MemoryFormat.CONTIGUOUS);
            return reader.apply(TensorHandles.data(plain.handle(), plain.numel() * as.bytes()));
        }
    }

    private static Tensor filled(MemorySegment values, long count, DType dtype, long... sizes) {
        if (count(sizes) != count) {
            throw new IllegalArgumentException(
                    count + " values do not fill a tensor of shape " + Arrays.toString(sizes));
        }
        Tensor tensor = empty(dtype, Device.CPU, sizes);
        long bytes = count * dtype.bytes();
        if (bytes > 0) {
            TensorHandles.data(tensor.handle, bytes).copyFrom(values.asSlice(0, bytes));
        }
        return tensor;
    }

    private static long count(long... sizes) {
        long count = 1;
        for (long size : sizes) {
            count = Math.multiplyExact(count, size);
        }
        return count;
    }

    private static long[] contiguousStrides(long... sizes) {
        long[] strides = new long[sizes.length];
        long stride = 1;
        for (int i = sizes.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(1, sizes[i]);
        }
        return strides;
    }
}

package dev.dafl.tensor;

import dev.dafl.libtorch.Operator;

/**
 * The operators of libtorch that {@link Tensor}'s methods call. Not beside these methods, since the constants of an interface
 * would be public constants of the tensor.
 */
final class Aten {

    static final Operator ABS = Operator.of("aten::abs");
    static final Operator NEG = Operator.of("aten::neg");
    static final Operator EXP = Operator.of("aten::exp");
    static final Operator LOG = Operator.of("aten::log");
    static final Operator LOG10 = Operator.of("aten::log10");
    static final Operator SQRT = Operator.of("aten::sqrt");
    static final Operator RSQRT = Operator.of("aten::rsqrt");
    static final Operator SQUARE = Operator.of("aten::square");
    static final Operator SIN = Operator.of("aten::sin");
    static final Operator COS = Operator.of("aten::cos");
    static final Operator TANH = Operator.of("aten::tanh");
    static final Operator SIGMOID = Operator.of("aten::sigmoid");
    static final Operator RELU = Operator.of("aten::relu");
    static final Operator RELU_IN_PLACE = Operator.of("aten::relu_");
    static final Operator RELU6 = Operator.of("aten::relu6");
    static final Operator HARDSWISH = Operator.of("aten::hardswish");
    static final Operator SILU = Operator.of("aten::silu");
    static final Operator SIGN = Operator.of("aten::sign");
    static final Operator FLOOR = Operator.of("aten::floor");
    static final Operator ROUND = Operator.of("aten::round");
    static final Operator RECIPROCAL = Operator.of("aten::reciprocal");
    static final Operator ISNAN = Operator.of("aten::isnan");
    static final Operator ISFINITE = Operator.of("aten::isfinite");
    static final Operator LOGICAL_NOT = Operator.of("aten::logical_not");
    static final Operator LOG_SIGMOID = Operator.of("aten::log_sigmoid");
    static final Operator MUL = Operator.of("aten::mul.Tensor");
    static final Operator DIV = Operator.of("aten::div.Tensor");
    static final Operator POW = Operator.of("aten::pow.Tensor_Tensor");
    static final Operator MAXIMUM = Operator.of("aten::maximum");
    static final Operator MINIMUM = Operator.of("aten::minimum");
    static final Operator EQ = Operator.of("aten::eq.Tensor");
    static final Operator LT = Operator.of("aten::lt.Tensor");
    static final Operator GT = Operator.of("aten::gt.Tensor");
    static final Operator LOGICAL_AND = Operator.of("aten::logical_and");
    static final Operator MUL_IN_PLACE = Operator.of("aten::mul_.Tensor");
    static final Operator MATMUL = Operator.of("aten::matmul");
    static final Operator MM = Operator.of("aten::mm");
    static final Operator BMM = Operator.of("aten::bmm");
    static final Operator DOT = Operator.of("aten::dot");
    static final Operator CLAMP = Operator.of("aten::clamp.Tensor");
    static final Operator WHERE = Operator.of("aten::where.self");
    static final Operator LERP = Operator.of("aten::lerp.Tensor");
    static final Operator SUM_ALL = Operator.of("aten::sum");
    static final Operator MEAN_ALL = Operator.of("aten::mean");
    static final Operator MAX = Operator.of("aten::max");
    static final Operator MIN = Operator.of("aten::min");
    static final Operator ALL = Operator.of("aten::all");
    static final Operator ANY = Operator.of("aten::any");
    static final Operator SUM_DIMS = Operator.of("aten::sum.dim_IntList");
    static final Operator MEAN_DIMS = Operator.of("aten::mean.dim");
    static final Operator VARIANCE = Operator.of("aten::var.dim");
    static final Operator STD = Operator.of("aten::std.dim");
    static final Operator AMAX = Operator.of("aten::amax");
    static final Operator AMIN = Operator.of("aten::amin");
    static final Operator LOGSUMEXP = Operator.of("aten::logsumexp");
    static final Operator ARGMAX = Operator.of("aten::argmax");
    static final Operator CUMSUM = Operator.of("aten::cumsum");
    static final Operator SOFTMAX = Operator.of("aten::softmax.int");
    static final Operator LOG_SOFTMAX = Operator.of("aten::log_softmax.int");
    static final Operator VIEW = Operator.of("aten::view");
    static final Operator RESHAPE = Operator.of("aten::reshape");
    static final Operator PERMUTE = Operator.of("aten::permute");
    static final Operator REPEAT = Operator.of("aten::repeat");
    static final Operator FLIP = Operator.of("aten::flip");
    static final Operator EXPAND = Operator.of("aten::expand");
    static final Operator FLATTEN = Operator.of("aten::flatten.using_ints");
    static final Operator TRANSPOSE = Operator.of("aten::transpose.int");
    static final Operator SQUEEZE = Operator.of("aten::squeeze.dim");
    static final Operator UNSQUEEZE = Operator.of("aten::unsqueeze");
    static final Operator NARROW = Operator.of("aten::narrow");
    static final Operator SELECT = Operator.of("aten::select.int");
    static final Operator INDEX_SELECT = Operator.of("aten::index_select");
    static final Operator GATHER = Operator.of("aten::gather");
    static final Operator TO_DTYPE = Operator.of("aten::to.dtype");
    static final Operator TO_DEVICE = Operator.of("aten::to.device");
    static final Operator CONTIGUOUS = Operator.of("aten::contiguous");
    static final Operator CLONE = Operator.of("aten::clone");
    static final Operator COPY = Operator.of("aten::copy_");
    static final Operator DETACH = Operator.of("aten::detach");
    static final Operator ZERO = Operator.of("aten::zero_");
    static final Operator BACKWARD = Operator.of("aten::_backward");

    private Aten() {}
}

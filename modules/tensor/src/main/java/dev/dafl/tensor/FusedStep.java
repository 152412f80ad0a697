package dev.dafl.tensor;

import dev.dafl.libtorch.Operator;
import dev.dafl.libtorch.OperatorCall;
import java.util.Arrays;
import java.util.List;

/**
 * The fused optimizer operators: one call changes all parameters in place. Lists go together by position; state tensors
 * have the shapes of the parameters. Each optimizer's meaning is that of {@code torch.optim} with {@code fused=True}.
 */
public final class FusedStep {

    private static final Operator ADAM = Operator.of("aten::_fused_adam_");
    private static final Operator ADAMW = Operator.of("aten::_fused_adamw_");
    private static final Operator SGD = Operator.of("aten::_fused_sgd_");
    private static final Operator SCALE = Operator.of("aten::_foreach_mul_.Tensor");

    private FusedStep() {}

    /**
     * @param decoupled AdamW rather than Adam
     * @param step float32 without dimensions, the number of this step counted from 1, on the parameters' device
     */
    public static void adam(
            boolean decoupled,
            List<Tensor> parameters,
            List<Tensor> gradients,
            List<Tensor> expAvg,
            List<Tensor> expAvgSq,
            Tensor step,
            double learningRate,
            double beta1,
            double beta2,
            double weightDecay,
            double eps) {
        long[] steps = new long[parameters.size()];
        Arrays.fill(steps, step.handle());
        OperatorCall.of(decoupled ? ADAMW : ADAM)
                .tensors(Tensor.handles(parameters))
                .tensors(Tensor.handles(gradients))
                .tensors(Tensor.handles(expAvg))
                .tensors(Tensor.handles(expAvgSq))
                .tensors()
                .tensors(steps)
                .floating(learningRate)
                .floating(beta1)
                .floating(beta2)
                .floating(weightDecay)
                .floating(eps)
                .bool(false)
                .bool(false)
                .none()
                .none()
                .call();
    }

    /** @param firstStep whether the momentum buffers hold nothing yet */
    public static void sgd(
            List<Tensor> parameters,
            List<Tensor> gradients,
            List<Tensor> momentumBuffers,
            double weightDecay,
            double momentum,
            double learningRate,
            boolean nesterov,
            boolean firstStep) {
        OperatorCall.of(SGD)
                .tensors(Tensor.handles(parameters))
                .tensors(Tensor.handles(gradients))
                .tensors(Tensor.handles(momentumBuffers))
                .floating(weightDecay)
                .floating(momentum)
                .floating(learningRate)
                .floating(0)
                .bool(nesterov)
                .bool(false)
                .bool(firstStep)
                .none()
                .none()
                .call();
    }

    /** Multiplies every tensor in place by {@code factor}, a tensor without dimensions. */
    public static void scale_(List<Tensor> tensors, Tensor factor) {
        OperatorCall.of(SCALE)
                .tensors(Tensor.handles(tensors))
                .tensor(factor.handle())
                .call();
    }
}

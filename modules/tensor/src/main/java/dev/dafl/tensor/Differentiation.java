package dev.dafl.tensor;

import dev.dafl.libtorch.GradientHooks;
import dev.dafl.libtorch.Operator;
import dev.dafl.libtorch.OperatorCall;
import dev.dafl.libtorch.TensorHandles;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What autograd does with a tensor. To everybody else these are methods of {@link Tensor}; a file of their own
 * keeps both readable.
 */
sealed interface Differentiation permits Tensor {

    /** Whether operators on this leaf record what backward needs, and backward gives it a {@linkplain #grad gradient}. */
    default Tensor requiresGrad_(boolean requiresGrad) {
        TensorHandles.setRequiresGrad(self().handle(), requiresGrad);
        return self();
    }

    /** Whether backward leads to this leaf, or through this result of operators ({@code torch.Tensor.requires_grad}). */
    default boolean requiresGrad() {
        return TensorHandles.requiresGrad(self().handle());
    }

    /** Adds the gradient of this one-element tensor to every leaf that asks for one. */
    default void backward() {
        backward(List.of());
    }

    /** Adds the gradient of this one-element tensor to these leaves only; to all, where the collection is empty. */
    default void backward(Collection<Tensor> inputs) {
        long[] leaves = inputs.stream().mapToLong(Tensor::handle).toArray();
        call(Aten.BACKWARD)
                .tensors(leaves)
                .none()
                .optionalBool(false)
                .bool(false)
                .call();
        GradientHooks.rethrow();
    }

    /**
     * Lets the gradient that arrives here pass through {@code hook} on its way on ({@code torch.Tensor.register_hook}), in every
     * backward of the graph. It runs on the thread that calls backward, in a scope of its own and without recording; what it
     * throws, backward throws when it is done.
     *
     * @param hook is given the gradient, which it leaves as it is, and gives one of the same shape
     * @throws UnsupportedOperationException on processors other than x86-64
     */
    default void onGradient(UnaryOperator<Tensor> hook) {
        onGradient(hook, TensorScope.detached());
    }

    /**
     * As {@link #onGradient(UnaryOperator)}, with tensors that the hook looks at.
     *
     * @param kept a {@linkplain TensorScope#detached() detached} scope of those; closed once the graph lets go of the hook
     */
    default void onGradient(UnaryOperator<Tensor> hook, TensorScope kept) {
        if (!GradientHooks.areAvailable()) {
            throw new UnsupportedOperationException(
                    "hooks on gradients need a processor of the kind x86-64, and this is "
                            + System.getProperty("os.arch"));
        }
        GradientHooks.register(
                self().handle(),
                gradient -> {
                    try (TensorScope _ = TensorScope.open();
                            GradMode _ = GradMode.disabled()) {
                        Tensor given = Tensor.owned(TensorHandles.duplicate(gradient));
                        return TensorHandles.duplicate(hook.apply(given).handle());
                    }
                },
                kept::close);
    }

    /** The gradient that was accumulated here, in the same memory; empty before backward. */
    default Optional<Tensor> grad() {
        long gradient = TensorHandles.gradient(self().handle());
        return gradient == 0 ? Optional.empty() : Optional.of(Tensor.owned(gradient));
    }

    /** Takes the gradient away, so that the next backward starts anew ({@code zero_grad(set_to_none=True)}). */
    default Optional<Tensor> takeGrad() {
        long gradient = TensorHandles.takeGradient(self().handle());
        return gradient == 0 ? Optional.empty() : Optional.of(Tensor.owned(gradient));
    }

    private OperatorCall call(Operator operator) {
        return OperatorCall.of(operator).tensor(((Tensor) this).handle());
    }

    private Tensor self() {
        return (Tensor) this;
    }
}

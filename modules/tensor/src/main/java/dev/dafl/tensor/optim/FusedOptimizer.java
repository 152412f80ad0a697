package dev.dafl.tensor.optim;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.FusedStep;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.optim.OptimizerOptions.Adam;
import dev.dafl.tensor.optim.OptimizerOptions.AdamW;
import dev.dafl.tensor.optim.OptimizerOptions.Sgd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** All three optimizers: they differ in the state they keep and in the operator they call. */
final class FusedOptimizer implements Optimizer {

    private static final String STEP = "step";

    private final OptimizerOptions options;
    private final List<Tensor> parameters;
    private final TensorScope scope = TensorScope.detached();
    private final List<Tensor> first = new ArrayList<>();
    private final List<Tensor> second = new ArrayList<>();
    private final Tensor step;
    private long steps;

    FusedOptimizer(OptimizerOptions options, List<Tensor> parameters) {
        if (parameters.isEmpty()) {
            throw new IllegalArgumentException("an optimizer needs at least one parameter to train");
        }
        this.options = options;
        this.parameters = parameters;
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            step = Tensor.zeros(DType.FLOAT32, parameters.getFirst().device()).moveTo(scope);
            for (Tensor parameter : parameters) {
                switch (options) {
                    case Adam _, AdamW _ -> {
                        first.add(zerosLike(parameter));
                        second.add(zerosLike(parameter));
                    }
                    case Sgd sgd -> {
                        if (sgd.momentum() > 0) {
                            first.add(zerosLike(parameter));
                        }
                    }
                }
            }
        }
    }

    @Override
    public void step(double learningRate) {
        step(learningRate, Double.POSITIVE_INFINITY);
    }

    @Override
    public void step(double learningRate, double maxNorm) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            List<Tensor> gradients = new ArrayList<>(parameters.size());
            List<Integer> present = new ArrayList<>(parameters.size());
            for (int i = 0; i < parameters.size(); i++) {
                Optional<Tensor> gradient = parameters.get(i).takeGrad();
                if (gradient.isPresent()) {
                    gradients.add(gradient.get());
                    present.add(i);
                }
            }
            if (gradients.isEmpty()) {
                return;
            }
            if (maxNorm < Double.POSITIVE_INFINITY) {
                clip(gradients, maxNorm);
            }
            steps++;
            apply(gradients, present, learningRate);
        }
    }

    @Override
    public void zeroGrad() {
        try (TensorScope _ = TensorScope.open()) {
            parameters.forEach(Tensor::takeGrad);
        }
    }

    @Override
    public Map<String, Tensor> state() {
        // The counter is kept in Java; what is saved must hold its value.
        writeStep();
        Map<String, Tensor> state = new LinkedHashMap<>();
        state.put(STEP, step);
        for (int i = 0; i < first.size(); i++) {
            state.put((options instanceof Sgd ? "momentum_buffer." : "exp_avg.") + i, first.get(i));
        }
        for (int i = 0; i < second.size(); i++) {
            state.put("exp_avg_sq." + i, second.get(i));
        }
        return state;
    }

    @Override
    public void load(Map<String, Tensor> saved) {
        Map<String, Tensor> own = state();
        if (!own.keySet().equals(saved.keySet())) {
            throw new IllegalArgumentException(
                    "a saved optimizer state with " + saved.keySet().size() + " tensors does not fit one with "
                            + own.keySet().size());
        }
        own.forEach((name, tensor) -> {
            Tensor given = Objects.requireNonNull(saved.get(name));
            if (!Arrays.equals(tensor.shape(), given.shape())) {
                throw new IllegalArgumentException(
                        "saved optimizer state " + name + " is " + given + " where " + tensor + " is needed");
            }
        });
        try (GradMode _ = GradMode.disabled()) {
            own.forEach((name, tensor) -> tensor.copy_(Objects.requireNonNull(saved.get(name))));
        }
        steps = Math.round(step.item());
    }

    @Override
    public void close() {
        scope.close();
    }

    private void apply(List<Tensor> gradients, List<Integer> present, double learningRate) {
        List<Tensor> trained = pick(parameters, present);
        switch (options) {
            case Adam a -> {
                writeStep();
                FusedStep.adam(
                        false,
                        trained,
                        gradients,
                        pick(first, present),
                        pick(second, present),
                        step,
                        learningRate,
                        a.beta1(),
                        a.beta2(),
                        a.weightDecay(),
                        a.eps());
            }
            case AdamW a -> {
                writeStep();
                FusedStep.adam(
                        true,
                        trained,
                        gradients,
                        pick(first, present),
                        pick(second, present),
                        step,
                        learningRate,
                        a.beta1(),
                        a.beta2(),
                        a.weightDecay(),
                        a.eps());
            }
            case Sgd s ->
                FusedStep.sgd(
                        trained,
                        gradients,
                        first.isEmpty() ? List.of() : pick(first, present),
                        s.weightDecay(),
                        s.momentum(),
                        learningRate,
                        s.nesterov(),
                        steps == 1);
        }
    }

    private void writeStep() {
        try (TensorScope _ = TensorScope.open()) {
            step.copy_(Tensor.scalar(steps, DType.FLOAT32));
        }
    }

    private static void clip(List<Tensor> gradients, double maxNorm) {
        List<Tensor> squares = gradients.stream().map(g -> g.square().sum()).toList();
        Tensor norm = Functional.stack(squares, 0).sum().sqrt();
        Tensor factor = norm.add(1e-6).reciprocal().mul(maxNorm).clamp(0, 1);
        FusedStep.scale_(gradients, factor);
    }

    private Tensor zerosLike(Tensor parameter) {
        // A copy keeps the memory format of the parameter, which the fused operators want of its state.
        return parameter.detach().copy().zero_().moveTo(scope);
    }

    private static List<Tensor> pick(List<Tensor> all, List<Integer> places) {
        return places.size() == all.size() ? all : places.stream().map(all::get).toList();
    }
}

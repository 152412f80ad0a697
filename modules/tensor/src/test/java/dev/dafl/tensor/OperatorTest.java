package dev.dafl.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each operator against PyTorch's values, and each gradient against PyTorch's and against differences. */
@ExtendWith(NoLeaks.class)
class OperatorTest {

    private static final double STEP = 1e-5;
    /** Methods that return a tensor and compute nothing. */
    private static final Set<String> NO_OPERATORS = Set.of(
            "of",
            "mapped",
            "empty",
            "zeros",
            "ones",
            "full",
            "scalar",
            "alias",
            "detach",
            "moveTo",
            "toOuter",
            "copy_",
            "zero_",
            "requiresGrad_");

    @Test
    void everyOperatorHasACase() {
        Set<String> cases =
                names().map(name -> name.replaceAll("\\..*", "")).collect(Collectors.toCollection(TreeSet::new));
        Set<String> operators = new TreeSet<>();
        for (Class<?> type : List.of(Tensor.class, Functional.class)) {
            // Those of the families of operators too.
            for (Method method : type.getMethods()) {
                if (method.getReturnType() == Tensor.class && !NO_OPERATORS.contains(method.getName())) {
                    operators.add(method.getName());
                }
            }
        }
        assertTrue(operators.size() >= 99, operators.size() + " operators");
        assertEquals(operators, cases);
    }

    @ParameterizedTest
    @MethodSource("names")
    void valueIsPyTorchs(String name) {
        try (TensorScope _ = TensorScope.open()) {
            Golden golden = Golden.read("operators");
            Tensor expected = golden.get(name + ".out");
            Tensor recorded = OperatorCases.ALL.get(name).apply(golden.list(name + ".in."));
            assertEquals(expected.dtype(), recorded.dtype());
            Golden.assertClose(expected, recorded, 2e-6, name);
            try (GradMode _ = GradMode.disabled()) {
                Tensor plain = OperatorCases.ALL.get(name).apply(golden.list(name + ".in."));
                Golden.assertClose(expected, plain, 2e-6, name + " without gradients");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("differentiable")
    void gradientIsPyTorchs(String name) {
        try (TensorScope _ = TensorScope.open()) {
            Golden golden = Golden.read("operators");
            List<Tensor> inputs = leaves(golden, name, DType.FLOAT32);
            weighted(OperatorCases.ALL.get(name).apply(inputs), golden.get(name + ".weight"))
                    .backward();
            for (int i = 0; i < inputs.size(); i++) {
                if (golden.tensors().containsKey(name + ".grad." + i)) {
                    Golden.assertClose(
                            golden.get(name + ".grad." + i),
                            inputs.get(i).takeGrad().orElseThrow(),
                            5e-6,
                            name + ", gradient of argument " + i);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("differentiable")
    void gradientIsThatOfDifferences(String name) {
        try (TensorScope _ = TensorScope.open()) {
            Golden golden = Golden.read("operators");
            Function<List<Tensor>, Tensor> operator = OperatorCases.ALL.get(name);
            Tensor weight = golden.get(name + ".weight").to(DType.FLOAT64);
            List<Tensor> inputs = leaves(golden, name, DType.FLOAT64);
            weighted(operator.apply(inputs), weight).backward();
            for (int i = 0; i < inputs.size(); i++) {
                if (golden.tensors().containsKey(name + ".grad." + i)) {
                    double[] gradient = inputs.get(i).takeGrad().orElseThrow().toDoubles();
                    double[] differences = differences(operator, inputs, i, weight);
                    for (int j = 0; j < gradient.length; j++) {
                        assertEquals(
                                differences[j],
                                gradient[j],
                                1e-6 * Math.max(1, Math.abs(gradient[j])),
                                name + ", argument " + i + ", element " + j);
                    }
                }
            }
        }
    }

    static Stream<String> names() {
        return OperatorCases.ALL.keySet().stream().sorted();
    }

    static Stream<String> differentiable() {
        try (TensorScope _ = TensorScope.open()) {
            Golden golden = Golden.read("operators");
            return names().filter(name -> golden.tensors().containsKey(name + ".weight")).toList().stream();
        }
    }

    private static List<Tensor> leaves(Golden golden, String name, DType dtype) {
        List<Tensor> leaves = new ArrayList<>();
        List<Tensor> inputs = golden.list(name + ".in.");
        for (int i = 0; i < inputs.size(); i++) {
            Tensor input =
                    inputs.get(i).dtype().isFloating() ? inputs.get(i).to(dtype).copy() : inputs.get(i);
            boolean wanted = golden.tensors().containsKey(name + ".grad." + i);
            leaves.add(wanted ? input.requiresGrad_(true) : input);
        }
        return leaves;
    }

    private static Tensor weighted(Tensor out, Tensor weight) {
        return out.mul(weight).sum();
    }

    private static double[] differences(
            Function<List<Tensor>, Tensor> operator, List<Tensor> inputs, int argument, Tensor weight) {
        double[] values = inputs.get(argument).toDoubles();
        double[] differences = new double[values.length];
        for (int j = 0; j < values.length; j++) {
            double up = shifted(operator, inputs, argument, weight, values, j, STEP);
            double down = shifted(operator, inputs, argument, weight, values, j, -STEP);
            differences[j] = (up - down) / (2 * STEP);
        }
        return differences;
    }

    private static double shifted(
            Function<List<Tensor>, Tensor> operator,
            List<Tensor> inputs,
            int argument,
            Tensor weight,
            double[] values,
            int element,
            double by) {
        try (TensorScope _ = TensorScope.open()) {
            double[] moved = Arrays.copyOf(values, values.length);
            moved[element] += by;
            List<Tensor> changed = new ArrayList<>(inputs);
            changed.set(argument, Tensor.of(moved, inputs.get(argument).shape()));
            return weighted(operator.apply(changed), weight).item();
        }
    }
}

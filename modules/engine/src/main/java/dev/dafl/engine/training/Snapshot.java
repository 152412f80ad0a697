package dev.dafl.engine.training;

import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.optim.Optimizer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Copies of generator, student and the student's optimizer as they were after a step. */
final class Snapshot implements AutoCloseable {

    private final TensorScope scope = TensorScope.detached();
    private final Map<String, Tensor> generator;
    private final Map<String, Tensor> student;
    private final Map<String, Tensor> studentOptimizer;
    private long step;

    Snapshot(Network generator, Network student, Optimizer studentOptimizer) {
        this.generator = copies(generator.parameters().stateDict());
        this.student = copies(student.parameters().stateDict());
        this.studentOptimizer = copies(studentOptimizer.state());
    }

    long step() {
        return step;
    }

    void take(long now, Network generatorNow, Network studentNow, Optimizer studentOptimizerNow) {
        step = now;
        try (GradMode _ = GradMode.disabled()) {
            copy(generatorNow.parameters().stateDict(), generator);
            copy(studentNow.parameters().stateDict(), student);
            copy(studentOptimizerNow.state(), studentOptimizer);
        }
    }

    void restore(Network generatorNow, Network studentNow, Optimizer studentOptimizerNow) {
        generatorNow.parameters().load(generator);
        studentNow.parameters().load(student);
        studentOptimizerNow.load(studentOptimizer);
    }

    @Override
    public void close() {
        scope.close();
    }

    private Map<String, Tensor> copies(Map<String, Tensor> tensors) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Map<String, Tensor> copies = new LinkedHashMap<>();
            tensors.forEach(
                    (name, tensor) -> copies.put(name, tensor.detach().copy().moveTo(scope)));
            return copies;
        }
    }

    private static void copy(Map<String, Tensor> from, Map<String, Tensor> to) {
        to.forEach((name, tensor) -> tensor.copy_(from.get(name)));
    }
}

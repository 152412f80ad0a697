package dev.dafl.engine.training;

import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.Stateful;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The last few good states of a run, newest first: what generator and student had learned. All memory is taken at the start
 * and written over again and again, so a long run needs no more than a short one.
 */
final class Snapshots implements Stateful, AutoCloseable {

    private static final int KEPT = 3;

    private final Learner generator;
    private final Learner student;
    private final TensorScope scope = TensorScope.detached();
    private final Deque<Snapshot> kept = new ArrayDeque<>();
    private final Deque<Snapshot> free = new ArrayDeque<>();

    /** Copies of what was learned up to a step. Of the generator's optimizer nothing is kept: it begins anew. */
    private static final class Snapshot {

        private final Map<String, Tensor> generator;
        private final Map<String, Tensor> student;
        private long step;

        private Snapshot(Map<String, Tensor> generator, Map<String, Tensor> student) {
            this.generator = generator;
            this.student = student;
        }

        Map<String, Tensor> tensors() {
            Map<String, Tensor> all = new LinkedHashMap<>();
            generator.forEach((name, tensor) -> all.put("generator." + name, tensor));
            student.forEach((name, tensor) -> all.put("student." + name, tensor));
            return all;
        }
    }

    /** Begins with the state as it is, as step 0. */
    Snapshots(Learner generator, Learner student) {
        this.generator = generator;
        this.student = student;
        for (int i = 0; i < KEPT; i++) {
            free.push(new Snapshot(copies(weights()), copies(student.learned())));
        }
        take(0);
    }

    /** Keeps the state after a step in place of the oldest. */
    void take(long step) {
        Snapshot next = free.isEmpty() ? kept.removeLast() : free.pop();
        next.step = step;
        try (GradMode _ = GradMode.disabled()) {
            copy(weights(), next.generator);
            copy(student.learned(), next.student);
        }
        kept.push(next);
    }

    /** The step of the newest. */
    long newest() {
        return kept.getFirst().step;
    }

    /** Gives the newest up for the one before it, where there is one. */
    void drop() {
        if (kept.size() > 1) {
            free.push(kept.pop());
        }
    }

    /** Puts the newest state back; the generator's optimizer forgets what it has gathered. */
    void restore() {
        generator.network().parameters().load(kept.getFirst().generator);
        generator.forget();
        student.learn(kept.getFirst().student);
    }

    @Override
    public void save(State state) {
        state.put("count", kept.size());
        List<Snapshot> newestFirst = new ArrayList<>(kept);
        for (int i = 0; i < newestFirst.size(); i++) {
            state.part(Integer.toString(i))
                    .put("step", newestFirst.get(i).step)
                    .putAll(newestFirst.get(i).tensors());
        }
    }

    @Override
    public void load(State state) {
        free.addAll(kept);
        kept.clear();
        for (int i = 0; i < state.number("count"); i++) {
            State saved = state.part(Integer.toString(i));
            Snapshot next = free.pop();
            next.step = saved.number("step");
            next.tensors().forEach(saved::copyInto);
            kept.addLast(next);
        }
    }

    @Override
    public void close() {
        scope.close();
    }

    private Map<String, Tensor> weights() {
        return generator.network().parameters().stateDict();
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
        to.forEach((name, tensor) -> tensor.copy_(Objects.requireNonNull(from.get(name), "both are of one network")));
    }
}

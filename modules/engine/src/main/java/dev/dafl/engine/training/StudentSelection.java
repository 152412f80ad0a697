package dev.dafl.engine.training;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.Stateful;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the best student by a criterion that needs no data: how often it agrees with the teacher on generated images of
 * the whole run. The images come from healthy generators at different times, so a student that has only just learnt what
 * the last generator makes, or that was spoilt by a dying one, loses against one that agrees on all. Candidate and holder
 * are always compared on the same images.
 */
final class StudentSelection implements Stateful, AutoCloseable {

    static final int BATCHES = 16;

    private final Network student;
    private final Network kept;
    private final ImageBank bank;
    private final TensorScope scope = TensorScope.detached();
    /** What the teacher says of the images in the bank, {@code [batches, n]}. */
    private @Nullable Tensor labels;

    private long keptStep = -1;

    /**
     * @param kept of the student's architecture; gets the weights of the best
     * @param random by which images are kept
     */
    StudentSelection(Network student, Network kept, RandomStream random) {
        this.student = student;
        this.kept = kept;
        this.bank = new ImageBank(random, "selection", BATCHES, device());
    }

    private Device device() {
        return student.parameters().device();
    }

    /** Takes the memory for batches like this one. */
    void reserve(Tensor batch) {
        bank.reserve(batch);
        reserve(batch.size(0));
    }

    private void reserve(long size) {
        if (labels == null) {
            try (TensorScope _ = TensorScope.open()) {
                labels = Tensor.zeros(DType.INT64, device(), BATCHES, size).moveTo(scope);
            }
        }
    }

    /** Whether there are no images to compare students on. */
    boolean isEmpty() {
        return bank.isEmpty();
    }

    /** Images {@code [n, c, h, w]} of a healthy generator and what the teacher says of them, {@code [n, k]}. */
    void offer(Tensor images, Tensor teacherLogits) {
        bank.offer(images).ifPresent(place -> {
            try (TensorScope _ = TensorScope.open();
                    GradMode _ = GradMode.disabled()) {
                labels().select(0, place).copy_(teacherLogits.argmax(1));
            }
        });
    }

    /** The step of the student that is kept, or -1 before the first. */
    long keptStep() {
        return keptStep;
    }

    /**
     * Keeps the student as it is now where it agrees with the teacher at least as often as the one that is kept.
     *
     * @return its agreement, 0 to 1, where it is kept
     */
    OptionalDouble consider(long step) {
        double candidate = agreement(student);
        if (keptStep >= 0 && candidate < agreement(kept)) {
            return OptionalDouble.empty();
        }
        kept.parameters().load(student.parameters().stateDict());
        keptStep = step;
        return OptionalDouble.of(candidate);
    }

    /** Agreement of the student that is kept, on the images there are now; 0 before the first. */
    double keptAgreement() {
        return keptStep < 0 ? 0 : agreement(kept);
    }

    /** The share of the images, 0 to 1, of which a network says what the teacher says. */
    private double agreement(Network network) {
        long right = 0;
        try (GradMode _ = GradMode.disabled()) {
            for (long i = 0; i < bank.filled(); i++) {
                try (TensorScope _ = TensorScope.open()) {
                    right += Evaluation.matches(network.forward(bank.batch(i), Pass.frozen()), labels().select(0, i));
                }
            }
        }
        return (double) right / (bank.filled() * labels().size(1));
    }

    private Tensor labels() {
        return Objects.requireNonNull(labels, "room is reserved first");
    }

    @Override
    public void save(State state) {
        state.put("bank", bank).put("kept-step", keptStep);
        if (labels != null) {
            state.put("labels", labels);
        }
        if (keptStep >= 0) {
            state.part("kept").putAll(kept.parameters().stateDict());
        }
    }

    @Override
    public void load(State state) {
        state.load("bank", bank);
        state.shape("labels").ifPresent(shape -> {
            reserve(shape[1]);
            state.copyInto("labels", labels());
        });
        keptStep = state.number("kept-step");
        if (keptStep >= 0) {
            kept.parameters().stateDict().forEach(state.part("kept")::copyInto);
        }
    }

    @Override
    public void close() {
        bank.close();
        scope.close();
    }
}

package dev.dafl.engine.training;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.Stateful;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Generated batches, drawn evenly from all that were offered (reservoir sampling). */
final class ImageBank implements Stateful, AutoCloseable {

    private final RandomStream random;
    private final String purpose;
    private final int batches;
    private final Device device;
    private final TensorScope scope = TensorScope.detached();
    private @Nullable Tensor images;
    private long offered;

    /**
     * @param purpose names the random numbers by which batches are kept
     * @param batches that are kept
     * @param device where they are kept
     */
    ImageBank(RandomStream random, String purpose, int batches, Device device) {
        this.random = random;
        this.purpose = purpose;
        this.batches = batches;
        this.device = device;
    }

    boolean isEmpty() {
        return offered == 0;
    }

    /** How many batches there are. */
    long filled() {
        return Math.min(offered, batches);
    }

    /** Takes the memory for batches like this one, once, so that a run's first steps show what it needs. */
    void reserve(Tensor batch) {
        if (images == null) {
            reserve(batch.shape());
        }
    }

    private void reserve(long... batch) {
        try (TensorScope _ = TensorScope.open()) {
            images = Tensor.zeros(DType.FLOAT32, device, batches, batch[0], batch[1], batch[2], batch[3])
                    .moveTo(scope);
        }
    }

    /**
     * @param batch {@code [n, c, h, w]}, as reserved
     * @return its place, where it is kept
     */
    OptionalLong offer(Tensor batch) {
        long place = offered++;
        if (place >= batches) {
            place = random.at(purpose, place).nextLong(offered);
            if (place >= batches) {
                return OptionalLong.empty();
            }
        }
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            images().select(0, place).copy_(batch);
        }
        return OptionalLong.of(place);
    }

    /** The batch {@code [n, c, h, w]} at a place below {@link #filled}. */
    Tensor batch(long place) {
        return images().select(0, place);
    }

    /** Images {@code [count, c, h, w]}, each drawn from all that are kept. */
    Tensor draw(int count, RandomGenerator numbers) {
        long[] which = new long[count];
        long kept = filled() * images().size(1);
        for (int i = 0; i < count; i++) {
            which[i] = numbers.nextLong(kept);
        }
        return images().view(-1, images().size(2), images().size(3), images().size(4))
                .indexSelect(0, Tensor.of(which, count).to(images().device()));
    }

    private Tensor images() {
        return Objects.requireNonNull(images, "room is reserved first");
    }

    @Override
    public void save(State state) {
        state.put("offered", offered);
        if (!isEmpty()) {
            // Of places that nothing was kept in yet there is nothing to save.
            state.put("images", images().narrow(0, 0, filled()));
        }
    }

    @Override
    public void load(State state) {
        offered = state.number("offered");
        if (!isEmpty()) {
            long[] shape = state.shape("images").orElse(new long[] {filled(), 0, 0, 0, 0});
            if (images == null) {
                reserve(shape[1], shape[2], shape[3], shape[4]);
            }
            try (TensorScope _ = TensorScope.open()) {
                state.copyInto("images", images().narrow(0, 0, filled()));
            }
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}

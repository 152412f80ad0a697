package dev.dafl.workspace;

import dev.dafl.spi.Workspace.Rows;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.state.State;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Rows in one tensor, which is filled from its beginning again and again. */
final class NewestRows implements Part, Rows {

    private final Tensor places;
    private long added;

    /** @param places {@code [capacity, ...]}, which belongs to somebody else */
    private NewestRows(Tensor places) {
        this.places = places;
    }

    static NewestRows of(Device device, long capacity, long[] row, TensorScope owner) {
        if (capacity < 1) {
            throw new IllegalArgumentException("there must be room for at least 1 row, not for " + capacity);
        }
        long[] shape =
                LongStream.concat(LongStream.of(capacity), Arrays.stream(row)).toArray();
        return new NewestRows(Tensor.zeros(DType.FLOAT32, device, shape).moveTo(owner));
    }

    @Override
    public long size() {
        return Math.min(added, places.size(0));
    }

    @Override
    public void add(Tensor rows) {
        long room = places.size(0);
        requireFit(rows, room);
        long count = rows.size(0);
        long place = added % room;
        long behind = Math.min(count, room - place);
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            places.narrow(0, place, behind).copy_(rows.narrow(0, 0, behind));
            if (behind < count) {
                places.narrow(0, 0, count - behind).copy_(rows.narrow(0, behind, count - behind));
            }
        }
        added += count;
    }

    private void requireFit(Tensor rows, long room) {
        long[] shape = rows.shape();
        long[] whole = places.shape();
        if (shape.length != whole.length || !Arrays.equals(shape, 1, shape.length, whole, 1, whole.length)) {
            throw new IllegalArgumentException("rows of the shape " + Arrays.toString(whole)
                    + " (any number of them) are kept, not " + Arrays.toString(shape));
        }
        if (shape[0] > room) {
            throw new IllegalArgumentException(
                    "there is room for " + room + " rows, and " + shape[0] + " are to be added at once");
        }
    }

    @Override
    public Tensor all() {
        return places.narrow(0, 0, size());
    }

    @Override
    public void save(State state) {
        state.put("places", places);
        state.put("added", added);
    }

    @Override
    public void load(State state) {
        state.copyInto("places", places);
        added = state.number("added");
    }

    @Override
    public void close() {
        // With the scope that owns the tensor.
    }
}

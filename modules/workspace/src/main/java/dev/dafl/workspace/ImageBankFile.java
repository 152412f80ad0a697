package dev.dafl.workspace;

import dev.dafl.spi.ImageShape;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.spi.Workspace.Bank;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.files.Reason;
import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.StateException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Images in a file that only grows: a label of four bytes, -1 where there is none, then a byte for each value. What a checkpoint
 * has counted stays as it was, so that a run that is taken up again cuts off what came later and goes on.
 */
final class ImageBankFile implements Part, Bank {

    private static final int NO_LABEL = -1;
    private static final int BLACK_TO_WHITE = 255;

    private final Supplier<Path> place;
    private final Device device;
    private final ImageShape shape;
    private final long capacity;
    private final float[] mean;
    private final float[] std;
    private @Nullable FileChannel file;
    private long added;
    private boolean labelled = true;

    /** @param place of the file, asked for when there is something to keep */
    ImageBankFile(Supplier<Path> place, Surroundings around, long capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a bank has room for at least one image, not for " + capacity);
        }
        this.place = place;
        this.device = around.device();
        this.shape = around.shape();
        this.capacity = capacity;
        this.mean = floats(around.normalization().mean());
        this.std = floats(around.normalization().std());
    }

    private static float[] floats(List<Double> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        return floats;
    }

    @Override
    public long size() {
        return Math.min(added, capacity);
    }

    /** How many were ever added, those included that have left. */
    long added() {
        return added;
    }

    @Override
    public void add(Tensor images, Optional<Tensor> labels) {
        if (images.dim() != 4
                || images.size(1) != shape.channels()
                || images.size(2) != shape.height()
                || images.size(3) != shape.width()) {
            throw new IllegalArgumentException("a bank takes images [n, " + shape.channels() + ", " + shape.height()
                    + ", " + shape.width() + "], not " + images);
        }
        if (labels.isPresent() && (labels.get().dim() != 1 || labels.get().size(0) != images.size(0))) {
            throw new IllegalArgumentException("a bank takes as many labels as images, not " + labels.get());
        }
        int count = Math.toIntExact(images.size(0));
        byte[] pixels;
        long[] classes;
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            pixels = images.detach()
                    .to(Device.CPU)
                    .mul(perChannel(std))
                    .add(perChannel(mean))
                    .mul(BLACK_TO_WHITE)
                    .round()
                    .clamp(0, BLACK_TO_WHITE)
                    .to(DType.UINT8)
                    .contiguous(MemoryFormat.CONTIGUOUS)
                    .toBytes();
            classes = labels.map(l -> l.to(Device.CPU).toLongs()).orElseGet(() -> {
                long[] none = new long[count];
                Arrays.fill(none, NO_LABEL);
                return none;
            });
        }
        labelled &= labels.isPresent();
        int values = shape.channels() * shape.height() * shape.width();
        ByteBuffer records = ByteBuffer.allocate(count * record());
        for (int i = 0; i < count; i++) {
            records.putInt((int) classes[i]).put(pixels, i * values, values);
        }
        records.flip();
        try {
            long at = added * record();
            while (records.hasRemaining()) {
                at += channel().write(records, at);
            }
        } catch (IOException e) {
            throw new BankFailedException(
                    "cannot keep images in " + place.get() + ": " + Reason.of(e)
                            + "; make room, then go on from the last checkpoint with dafl resume",
                    e);
        }
        added += count;
    }

    @Override
    public TransferBatch draw(int count, RandomGenerator random) {
        if (added == 0) {
            throw new IllegalStateException("a bank without images has none to draw");
        }
        int values = shape.channels() * shape.height() * shape.width();
        byte[] pixels = new byte[count * values];
        long[] classes = new long[count];
        ByteBuffer one = ByteBuffer.allocate(record());
        try {
            for (int i = 0; i < count; i++) {
                long which = added - size() + random.nextLong(size());
                one.clear();
                while (one.hasRemaining()) {
                    if (channel().read(one, which * record() + one.position()) < 0) {
                        throw new IOException("it ends before image " + which);
                    }
                }
                one.flip();
                classes[i] = one.getInt();
                one.get(pixels, i * values, values);
            }
        } catch (IOException e) {
            throw new BankFailedException("cannot read images from " + place.get() + ": " + Reason.of(e), e);
        }
        try (TensorScope _ = TensorScope.open()) {
            Tensor images = Tensor.of(pixels, count, shape.channels(), shape.height(), shape.width())
                    .to(device)
                    .to(DType.FLOAT32)
                    .div(BLACK_TO_WHITE)
                    .sub(perChannel(mean).to(device))
                    .div(perChannel(std).to(device))
                    .toOuter();
            return new TransferBatch(
                    images,
                    labelled ? Optional.of(Tensor.of(classes, count).to(device).toOuter()) : Optional.empty());
        }
    }

    private Tensor perChannel(float[] values) {
        return Tensor.of(values, 1, values.length, 1, 1);
    }

    private int record() {
        return Integer.BYTES + shape.channels() * shape.height() * shape.width();
    }

    private FileChannel channel() throws IOException {
        FileChannel open = file;
        if (open == null) {
            open = FileChannel.open(
                    place.get(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            file = open;
            // What a run before its last checkpoint has left.
            open.truncate(added * record());
        }
        return open;
    }

    @Override
    public void save(State state) {
        state.put("images", added).put("labelled", labelled);
        if (added > 0) {
            try {
                channel().force(false);
            } catch (IOException e) {
                throw new BankFailedException("cannot keep images in " + place.get() + ": " + Reason.of(e), e);
            }
        }
    }

    @Override
    public void load(State state) {
        long saved = state.number("images");
        labelled = state.flag("labelled");
        try {
            added = 0;
            if (saved > 0) {
                FileChannel open = file;
                if (open == null) {
                    open = FileChannel.open(place.get(), StandardOpenOption.READ, StandardOpenOption.WRITE);
                    file = open;
                }
                if (open.size() < saved * record()) {
                    throw new StateException(place.get() + " holds fewer images than the checkpoint counts: " + saved);
                }
                open.truncate(saved * record());
            }
            added = saved;
        } catch (IOException e) {
            throw new StateException("cannot read the images in " + place.get() + ": " + Reason.of(e));
        }
    }

    @Override
    public void close() {
        FileChannel open = file;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw new BankFailedException("cannot close " + place.get() + ": " + Reason.of(e), e);
            }
        }
    }
}

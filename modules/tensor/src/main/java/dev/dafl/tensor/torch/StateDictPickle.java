package dev.dafl.tensor.torch;

import dev.dafl.tensor.Layout;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.files.ElementType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** The pickle of a state dict, in protocol 2, which is torch's own. */
final class StateDictPickle {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private StateDictPickle() {}

    /** The storages have numbers for names, in the order of the tensors. */
    static byte[] of(Map<String, Tensor> tensors) {
        StateDictPickle pickle = new StateDictPickle();
        pickle.bytes(0x80, 2);
        pickle.emptyOrderedDict();
        pickle.bytes('(');
        int storage = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            pickle.text(entry.getKey());
            pickle.tensor(entry.getValue(), Integer.toString(storage++));
        }
        pickle.bytes('u', '.');
        return pickle.out.toByteArray();
    }

    /** A call of the function that rebuilds it. Types that have no class of storages have bytes for one, and their name. */
    private void tensor(Tensor tensor, String storage) {
        ElementType type = ElementType.of(tensor.dtype());
        Optional<StorageType> own = StorageType.of(type);
        long numel = tensor.numel();
        global("torch._utils", own.isPresent() ? "_rebuild_tensor_v2" : "_rebuild_tensor_v3");
        bytes('(', '(');
        text("storage");
        own.ifPresentOrElse(
                known -> global("torch", known.className()), () -> global("torch.storage", "UntypedStorage"));
        text(storage);
        text("cpu");
        number(own.isPresent() ? numel : numel * type.bytes());
        bytes('t', 'Q');
        number(0);
        numbers(tensor.shape());
        numbers(Layout.contiguous(tensor.shape()).strides());
        bytes(0x89);
        emptyOrderedDict();
        if (own.isEmpty()) {
            global("torch", type.torchName());
        }
        bytes('t', 'R');
    }

    private void emptyOrderedDict() {
        global("collections", "OrderedDict");
        bytes(')', 'R');
    }

    private void global(String module, String name) {
        bytes('c');
        out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes('X');
        out.writeBytes(little(Integer.BYTES).putInt(utf8.length).array());
        out.writeBytes(utf8);
    }

    private void numbers(long... values) {
        bytes('(');
        Arrays.stream(values).forEach(this::number);
        bytes('t');
    }

    private void number(long value) {
        if (value < 256) {
            bytes('K', (int) value);
        } else if (value <= Integer.MAX_VALUE) {
            bytes('J');
            out.writeBytes(little(Integer.BYTES).putInt((int) value).array());
        } else {
            bytes(0x8a, Long.BYTES);
            out.writeBytes(little(Long.BYTES).putLong(value).array());
        }
    }

    private void bytes(int... values) {
        for (int value : values) {
            out.write(value);
        }
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}

package dev.dafl.onnx.graph;

import dev.dafl.onnx.proto.StringStringEntryProto;
import dev.dafl.onnx.proto.TensorProto;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.files.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A tensor of a model whose shape was held against its bytes; the bytes of large ones are still in their file.
 *
 * @param name as the file has it; empty for that of an attribute
 * @param shape without negative sizes
 */
public record TensorData(String name, ElementType type, List<Long> shape, Bytes bytes) {

    private static final int MOST_DIMENSIONS = 32;

    /** Where a tensor's elements are, little-endian. */
    sealed interface Bytes {

        long length();

        InputStream open() throws IOException;

        /** In memory. */
        record Here(byte[] values) implements Bytes {

            @Override
            public long length() {
                return values.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(values);
            }
        }

        /** In a part of a file. */
        record There(Path file, long offset, long length) implements Bytes {

            @Override
            public InputStream open() throws IOException {
                return Channels.newInputStream(
                        FileChannel.open(file, StandardOpenOption.READ).position(offset));
            }
        }
    }

    /**
     * Checks a tensor; nothing of its elements is read from a file yet.
     *
     * @param files where the elements of tensors may lie
     * @throws OnnxException when it is not what it says, naming it
     */
    static TensorData of(TensorProto proto, ModelFiles files) {
        try {
            return checked(proto, files);
        } catch (OnnxException e) {
            throw proto.getName().isEmpty() ? e : e.in("the tensor " + Shown.quoted(proto.getName()));
        }
    }

    /** Number of elements. */
    public long elements() {
        return shape.stream().reduce(1L, (a, b) -> a * b);
    }

    public long[] sizes() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * The elements in the type that they are {@linkplain ElementType#computed computed} in, on the CPU, in the innermost
     * scope.
     *
     * @throws OnnxException when their file cannot be read any more
     */
    public Tensor read() {
        try (InputStream in = bytes.open()) {
            return Tensor.of(in, type.stored(), sizes()).to(type.computed());
        } catch (IOException e) {
            throw new OnnxException("the tensor " + Shown.quoted(name) + " cannot be read: " + Reason.of(e));
        }
    }

    private static TensorData checked(TensorProto proto, ModelFiles files) {
        ElementType type = ElementType.of(proto.getDataType())
                .orElseThrow(() -> new OnnxException("it holds " + ElementType.name(proto.getDataType())
                        + ", which is not read; export the network in float32, unquantised"));
        if (proto.hasSegment()) {
            throw new OnnxException("it is cut into segments, which is not read");
        }
        if (proto.getDimsCount() > MOST_DIMENSIONS) {
            throw new OnnxException("it has " + proto.getDimsCount() + " dimensions");
        }
        long[] sizes = new long[proto.getDimsCount()];
        long needed = type.stored().bytes();
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = proto.getDims(i);
        }
        for (long size : sizes) {
            if (size < 0 || (needed > 0 && size > Long.MAX_VALUE / needed)) {
                throw new OnnxException("it has the shape " + Shown.shape(sizes));
            }
            needed *= size;
        }
        Bytes bytes = bytes(proto, type, files);
        if (bytes.length() != needed) {
            throw new OnnxException("its shape " + Shown.shape(sizes) + " of " + ElementType.name(proto.getDataType())
                    + " needs " + needed + " bytes, and it has " + bytes.length());
        }
        return new TensorData(
                proto.getName(), type, java.util.Arrays.stream(sizes).boxed().toList(), bytes);
    }

    private static Bytes bytes(TensorProto proto, ElementType type, ModelFiles files) {
        for (StringStringEntryProto entry : proto.getExternalDataList()) {
            if (entry.getKey().equals(ModelFile.HERE)) {
                return files.inModel(entry.getValue());
            }
        }
        if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            return files.beside(proto.getExternalDataList());
        }
        if (proto.hasRawData()) {
            return new Bytes.Here(proto.getRawData().toByteArray());
        }
        return new Bytes.Here(
                switch (type) {
                    case FLOAT -> {
                        ByteBuffer buffer = buffer(proto.getFloatDataCount(), 4);
                        for (int i = 0; i < proto.getFloatDataCount(); i++) {
                            buffer.putFloat(proto.getFloatData(i));
                        }
                        yield buffer.array();
                    }
                    case DOUBLE -> {
                        ByteBuffer buffer = buffer(proto.getDoubleDataCount(), 8);
                        for (int i = 0; i < proto.getDoubleDataCount(); i++) {
                            buffer.putDouble(proto.getDoubleData(i));
                        }
                        yield buffer.array();
                    }
                    case INT64 -> {
                        ByteBuffer buffer = buffer(proto.getInt64DataCount(), 8);
                        for (int i = 0; i < proto.getInt64DataCount(); i++) {
                            buffer.putLong(proto.getInt64Data(i));
                        }
                        yield buffer.array();
                    }
                    case UINT64 -> {
                        ByteBuffer buffer = buffer(proto.getUint64DataCount(), 8);
                        for (int i = 0; i < proto.getUint64DataCount(); i++) {
                            buffer.putLong(proto.getUint64Data(i));
                        }
                        yield buffer.array();
                    }
                    case UINT32 -> {
                        ByteBuffer buffer = buffer(proto.getUint64DataCount(), 4);
                        for (int i = 0; i < proto.getUint64DataCount(); i++) {
                            buffer.putInt((int) proto.getUint64Data(i));
                        }
                        yield buffer.array();
                    }
                    case INT32, UINT16, INT16, FLOAT16, BFLOAT16, UINT8, INT8, BOOL ->
                        narrow(proto, type.stored().bytes());
                });
    }

    /** int32_data holds all types of up to 32 bits, each element in a number of its own; of 16-bit floats it holds the bits. */
    private static byte[] narrow(TensorProto proto, int bytesOfOne) {
        ByteBuffer buffer = buffer(proto.getInt32DataCount(), bytesOfOne);
        for (int i = 0; i < proto.getInt32DataCount(); i++) {
            int value = proto.getInt32Data(i);
            switch (bytesOfOne) {
                case 1 -> buffer.put((byte) value);
                case 2 -> buffer.putShort((short) value);
                default -> buffer.putInt(value);
            }
        }
        return buffer.array();
    }

    private static ByteBuffer buffer(int count, int bytesOfOne) {
        try {
            return ByteBuffer.allocate(Math.multiplyExact(count, bytesOfOne)).order(ByteOrder.LITTLE_ENDIAN);
        } catch (ArithmeticException e) {
            throw new OnnxException("it has " + count + " numbers in one field, more than can be read");
        }
    }
}

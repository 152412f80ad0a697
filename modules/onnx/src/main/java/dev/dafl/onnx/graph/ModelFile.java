package dev.dafl.onnx.graph;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.dafl.onnx.proto.ModelProto;
import dev.dafl.onnx.proto.StringStringEntryProto;
import dev.dafl.onnx.proto.TensorProto;
import dev.dafl.tensor.files.Reason;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads a model's file but for the raw bytes of its large tensors: these are passed over, and each such tensor says where in
 * the file they lie, so that they can be read one at a time later. A file of 500 MB is known in a few milliseconds.
 */
final class ModelFile {

    /** The entry of {@code external_data} by which a tensor here says where in the model's own file its bytes lie. */
    static final String HERE = "dafl: offset and length in the model's file";

    /** Longer raw bytes are passed over. */
    private static final int PASSED_OVER = 4096;

    /** Protocol Buffers know no larger messages. */
    private static final long LARGEST = Integer.MAX_VALUE;

    private static final int BUFFER = 1 << 16;

    /** The messages on the way from a model to its tensors. */
    private enum Message {
        MODEL,
        GRAPH,
        NODE,
        ATTRIBUTE,
        TENSOR,
        OTHER;

        /** What a field of this message holds. */
        Message field(int number) {
            return switch (this) {
                case MODEL -> number == ModelProto.GRAPH_FIELD_NUMBER ? GRAPH : OTHER;
                case GRAPH -> number == 1 ? NODE : number == 5 ? TENSOR : OTHER;
                case NODE -> number == 5 ? ATTRIBUTE : OTHER;
                case ATTRIBUTE -> number == 5 ? TENSOR : number == 6 ? GRAPH : OTHER;
                case TENSOR, OTHER -> OTHER;
            };
        }
    }

    private ModelFile() {}

    /**
     * @throws IOException when the file cannot be read, naming it and the reason
     * @throws OnnxException when it is no model
     */
    static ModelProto read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() == 0 || channel.size() > LARGEST) {
                throw new OnnxException(
                        channel.size() == 0
                                ? "it is empty"
                                : "it is " + channel.size()
                                        + " bytes long, more than the 2 GiB that the format allows; "
                                        + "larger models keep their weights in files beside them");
            }
            try (InputStream in = new BufferedInputStream(Channels.newInputStream(channel), BUFFER)) {
                CodedInputStream coded = CodedInputStream.newInstance(in, BUFFER);
                coded.setSizeLimit(Integer.MAX_VALUE);
                byte[] skeleton = copy(coded, Message.MODEL, (int) channel.size(), 0);
                return ModelProto.parseFrom(skeleton);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new OnnxException(ForeignModel.describe(file)
                    .orElse("it is not an ONNX model, or was cut off or damaged: "
                            + Shown.shortened(String.valueOf(e.getMessage()))));
        } catch (IOException e) {
            throw new IOException("cannot read " + file + ": " + Reason.of(e), e);
        }
    }

    /** Copies a message that ends at {@code end} of the file. */
    private static byte[] copy(CodedInputStream in, Message message, int end, int depth) throws IOException {
        if (depth > 100) {
            throw new InvalidProtocolBufferException("its messages are nested too deeply");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        while (in.getTotalBytesRead() < end) {
            int tag = in.readTag();
            int number = WireFormat.getTagFieldNumber(tag);
            switch (WireFormat.getTagWireType(tag)) {
                case WireFormat.WIRETYPE_VARINT -> out.writeUInt64(number, in.readUInt64());
                case WireFormat.WIRETYPE_FIXED64 -> out.writeFixed64(number, in.readFixed64());
                case WireFormat.WIRETYPE_FIXED32 -> out.writeFixed32(number, in.readFixed32());
                case WireFormat.WIRETYPE_LENGTH_DELIMITED -> copyField(in, message, number, end, depth, out);
                default -> throw new InvalidProtocolBufferException("a field has a type that is not used");
            }
        }
        if (in.getTotalBytesRead() != end) {
            throw new InvalidProtocolBufferException("a message does not end where it should");
        }
        out.flush();
        return bytes.toByteArray();
    }

    private static void copyField(
            CodedInputStream in, Message message, int number, int end, int depth, CodedOutputStream out)
            throws IOException {
        int length = in.readRawVarint32();
        int start = in.getTotalBytesRead();
        if (length < 0 || length > end - start) {
            throw new InvalidProtocolBufferException("a field of " + Integer.toUnsignedLong(length)
                    + " bytes begins where " + (end - start) + " are left");
        }
        Message held = message.field(number);
        if (message == Message.TENSOR && number == TensorProto.RAW_DATA_FIELD_NUMBER && length > PASSED_OVER) {
            in.skipRawBytes(length);
            out.writeMessage(
                    TensorProto.EXTERNAL_DATA_FIELD_NUMBER,
                    StringStringEntryProto.newBuilder()
                            .setKey(HERE)
                            .setValue(start + ":" + length)
                            .build());
        } else if (held == Message.OTHER) {
            out.writeByteArray(number, in.readRawBytes(length));
        } else {
            out.writeByteArray(number, copy(in, held, start + length, depth + 1));
        }
    }
}

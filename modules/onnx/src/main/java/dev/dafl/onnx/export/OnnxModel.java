package dev.dafl.onnx.export;

import dev.dafl.onnx.proto.ModelProto;
import dev.dafl.onnx.proto.TensorProto.DataType;
import dev.dafl.onnx.proto.TensorShapeProto.Dimension;
import dev.dafl.onnx.proto.ValueInfoProto;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;

/** A network in the ONNX format: the same network gives the same bytes. */
public final class OnnxModel {

    private final ModelProto proto;

    OnnxModel(ModelProto proto) {
        this.proto = proto;
    }

    /** What it takes, such as {@code images: float [batch, 1, 32, 32]}. */
    public String input() {
        return described(proto.getGraph().getInput(0));
    }

    /** What it gives, such as {@code logits: float [batch, 10]}. */
    public String output() {
        return described(proto.getGraph().getOutput(0));
    }

    /** The size of its file. */
    public long bytes() {
        return proto.getSerializedSize();
    }

    public byte[] toBytes() {
        return proto.toByteArray();
    }

    /**
     * Writes it; the file appears whole or not at all.
     *
     * @throws IOException of the file system, as it is
     */
    public void write(Path file) throws IOException {
        WholeFile.write(file, proto::writeTo);
    }

    ModelProto proto() {
        return proto;
    }

    private static String described(ValueInfoProto value) {
        DataType type = DataType.forNumber(value.getType().getTensorType().getElemType());
        return value.getName() + ": " + type.name().toLowerCase(Locale.ROOT) + " "
                + value.getType().getTensorType().getShape().getDimList().stream()
                        .map(OnnxModel::described)
                        .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String described(Dimension dimension) {
        if (dimension.hasDimValue()) {
            return Long.toString(dimension.getDimValue());
        }
        return dimension.hasDimParam() ? dimension.getDimParam() : "?";
    }
}

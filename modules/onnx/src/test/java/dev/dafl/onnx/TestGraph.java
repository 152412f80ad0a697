package dev.dafl.onnx;

import com.google.protobuf.ByteString;
import dev.dafl.onnx.proto.AttributeProto;
import dev.dafl.onnx.proto.AttributeProto.AttributeType;
import dev.dafl.onnx.proto.GraphProto;
import dev.dafl.onnx.proto.ModelProto;
import dev.dafl.onnx.proto.NodeProto;
import dev.dafl.onnx.proto.OperatorSetIdProto;
import dev.dafl.onnx.proto.TensorProto;
import dev.dafl.onnx.proto.TensorShapeProto;
import dev.dafl.onnx.proto.TypeProto;
import dev.dafl.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** A model that is made in a test, node by node. Its nodes are written in the order of the calls. */
final class TestGraph {

    private static final int FLOAT = 1;
    private static final int INT64 = 7;
    private static final int BOOL = 9;

    final ModelProto.Builder model;
    final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");

    TestGraph(int opset) {
        model = ModelProto.newBuilder()
                .setIrVersion(opset > 20 ? 10 : 8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset));
    }

    /** An input of floating numbers; -1 is a size that stays open. */
    TestGraph input(String name, long... shape) {
        graph.addInput(value(name, FLOAT, shape));
        return this;
    }

    TestGraph output(String name, long... shape) {
        graph.addOutput(value(name, FLOAT, shape));
        return this;
    }

    static ValueInfoProto value(String name, int type, long... shape) {
        TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
        for (long size : shape) {
            TensorShapeProto.Dimension.Builder dim = sizes.addDimBuilder();
            if (size < 0) {
                dim.setDimParam("n");
            } else {
                dim.setDimValue(size);
            }
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(type).setShape(sizes)))
                .build();
    }

    TestGraph weight(String name, float[] values, long... shape) {
        TensorProto.Builder tensor = tensor(name, FLOAT, shape);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        graph.addInitializer(tensor);
        return this;
    }

    /** Made-up numbers, another set for each name. */
    TestGraph weight(String name, long... shape) {
        return weight(name, numbers(name.hashCode(), (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)), shape);
    }

    static float[] numbers(long seed, int count) {
        var random = new java.util.Random(seed);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    TestGraph integers(String name, long... values) {
        TensorProto.Builder tensor = tensor(name, INT64, values.length);
        Arrays.stream(values).forEach(tensor::addInt64Data);
        graph.addInitializer(tensor);
        return this;
    }

    TestGraph integer(String name, long value) {
        graph.addInitializer(tensor(name, INT64).addInt64Data(value));
        return this;
    }

    TestGraph bools(String name, boolean... values) {
        TensorProto.Builder tensor = tensor(name, BOOL, values.length);
        for (boolean value : values) {
            tensor.addInt32Data(value ? 1 : 0);
        }
        graph.addInitializer(tensor);
        return this;
    }

    static TensorProto.Builder tensor(String name, int type, long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type);
        Arrays.stream(shape).forEach(tensor::addDims);
        return tensor;
    }

    /** @param wiring {@code "x, w -> y"} */
    TestGraph node(String operator, String wiring, AttributeProto... attributes) {
        graph.addNode(nodeOf(operator, wiring, attributes));
        return this;
    }

    static NodeProto.Builder nodeOf(String operator, String wiring, AttributeProto... attributes) {
        String[] sides = wiring.split("->", -1);
        int dot = operator.lastIndexOf('.');
        return NodeProto.newBuilder()
                .setDomain(dot < 0 ? "" : operator.substring(0, dot))
                .setOpType(operator.substring(dot + 1))
                .addAllInput(names(sides[0]))
                .addAllOutput(names(sides[1]))
                .addAllAttribute(List.of(attributes));
    }

    private static Collection<String> names(String list) {
        return list.isBlank()
                ? List.of()
                : Arrays.stream(list.split(",", -1)).map(String::strip).toList();
    }

    static AttributeProto ints(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
        Arrays.stream(values).forEach(attribute::addInts);
        return attribute.build();
    }

    static AttributeProto floats(String name, float... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeType.FLOATS);
        for (float value : values) {
            attribute.addFloats(value);
        }
        return attribute.build();
    }

    static AttributeProto i(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto f(String name, double value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.FLOAT)
                .setF((float) value)
                .build();
    }

    static AttributeProto s(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    static AttributeProto t(String name, TensorProto value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.TENSOR)
                .setT(value)
                .build();
    }

    static AttributeProto g(String name, GraphProto value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.GRAPH)
                .setG(value)
                .build();
    }

    byte[] bytes() {
        return model.setGraph(graph).build().toByteArray();
    }

    Path write(Path file) throws IOException {
        return Files.write(file, bytes());
    }
}

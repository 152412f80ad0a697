package dev.dafl.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.dafl.onnx.operators.OperatorTable;
import dev.dafl.onnx.proto.AttributeProto;
import dev.dafl.onnx.proto.GraphProto;
import dev.dafl.onnx.proto.ModelProto;
import dev.dafl.onnx.proto.NodeProto;
import dev.dafl.onnx.proto.TensorProto;
import dev.dafl.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Makes sound models unsound, in the same way for the same seed: in what they say, or among their bytes. */
final class GraphMistakes {

    private static final long[] ODD = {
        0, 1, -1, 2, 3, 5, 7, 16, 1 << 10, 1 << 20, 1L << 31, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -2, -100
    };

    private final RandomGenerator random;

    GraphMistakes(long seed) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    byte[] in(byte[] sound) throws InvalidProtocolBufferException {
        if (random.nextInt(3) == 0) {
            byte[] bytes = sound;
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                bytes = inBytes(bytes);
            }
            return bytes;
        }
        ModelProto.Builder model = ModelProto.parseFrom(sound).toBuilder();
        for (int i = random.nextInt(1, 3); i > 0; i--) {
            inGraph(model.getGraphBuilder());
        }
        if (random.nextInt(20) == 0) {
            model.getOpsetImportBuilder(0).setVersion(random.nextInt(5, 30));
        }
        return model.build().toByteArray();
    }

    private <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private long odd() {
        return random.nextInt(4) == 0 ? random.nextInt(1, 9) : ODD[random.nextInt(ODD.length)];
    }

    private void inGraph(GraphProto.Builder graph) {
        if (graph.getNodeCount() == 0) {
            return;
        }
        int at = random.nextInt(graph.getNodeCount());
        NodeProto.Builder node = graph.getNodeBuilder(at);
        switch (random.nextInt(10)) {
            case 0 -> inAttributes(node);
            case 1, 2 -> inWeights(graph);
            case 3 -> {
                // Another operator, which may find its inputs odd.
                node.setOpType(any(List.copyOf(OperatorTable.names())));
            }
            case 4 -> {
                if (node.getInputCount() > 0) {
                    node.setInput(random.nextInt(node.getInputCount()), anyValue(graph));
                }
            }
            case 5 -> node.addInput(random.nextBoolean() ? "" : anyValue(graph));
            case 6 -> graph.removeNode(at);
            case 7 -> {
                if (graph.getInputCount() > 0) {
                    inShape(graph.getInputBuilder(0));
                }
            }
            case 8 -> inAttributes(node);
            default -> {
                if (node.getInputCount() > 1) {
                    List<String> inputs = new ArrayList<>(node.getInputList());
                    inputs.remove(random.nextInt(inputs.size()));
                    node.clearInput().addAllInput(inputs);
                }
            }
        }
    }

    private String anyValue(GraphProto.Builder graph) {
        List<String> names = new ArrayList<>();
        graph.getNodeList().forEach(node -> names.addAll(node.getOutputList()));
        graph.getInitializerList().forEach(tensor -> names.add(tensor.getName()));
        return names.isEmpty() ? "" : any(names);
    }

    private void inShape(ValueInfoProto.Builder input) {
        var shape = input.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
        if (shape.getDimCount() > 0) {
            shape.getDimBuilder(random.nextInt(shape.getDimCount())).setDimValue(odd());
        }
        if (random.nextInt(4) == 0) {
            shape.addDimBuilder().setDimValue(odd());
        }
    }

    private void inAttributes(NodeProto.Builder node) {
        if (node.getAttributeCount() == 0) {
            node.addAttribute(
                    TestGraph.i(any(List.of("axis", "group", "ceil_mode", "to", "keepdims", "transA")), odd()));
            return;
        }
        AttributeProto.Builder attribute = node.getAttributeBuilder(random.nextInt(node.getAttributeCount()));
        switch (attribute.getType()) {
            case INT -> attribute.setI(odd());
            case FLOAT -> attribute.setF(any(List.of(0f, -1f, Float.NaN, Float.POSITIVE_INFINITY, 1e30f)));
            case INTS -> {
                if (attribute.getIntsCount() > 0 && random.nextInt(4) > 0) {
                    attribute.setInts(random.nextInt(attribute.getIntsCount()), odd());
                } else {
                    attribute.addInts(odd());
                }
            }
            case TENSOR -> inTensor(attribute.getTBuilder());
            default -> attribute.setType(any(List.of(AttributeProto.AttributeType.values())));
        }
    }

    private void inWeights(GraphProto.Builder graph) {
        if (graph.getInitializerCount() > 0) {
            inTensor(graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount())));
        }
    }

    private void inTensor(TensorProto.Builder tensor) {
        switch (random.nextInt(5)) {
            case 0 -> {
                if (tensor.getDimsCount() > 0) {
                    tensor.setDims(random.nextInt(tensor.getDimsCount()), odd());
                }
            }
            case 1 -> tensor.setDataType(random.nextInt(30));
            case 2 -> {
                // Of another shape with as many elements.
                long count = tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b);
                tensor.clearDims().addDims(count);
                if (random.nextBoolean()) {
                    tensor.addDims(1);
                }
            }
            default -> {
                if (tensor.getInt64DataCount() > 0) {
                    tensor.setInt64Data(random.nextInt(tensor.getInt64DataCount()), odd());
                } else if (tensor.getDataType() == 7 && tensor.getRawData().size() >= 8) {
                    byte[] raw = tensor.getRawData().toByteArray();
                    long value = odd();
                    int at = 8 * random.nextInt(raw.length / 8);
                    for (int i = 0; i < 8; i++) {
                        raw[at + i] = (byte) (value >>> (8 * i));
                    }
                    tensor.setRawData(ByteString.copyFrom(raw));
                } else if (tensor.getRawData().size() > 0) {
                    tensor.setRawData(tensor.getRawData()
                            .substring(0, random.nextInt(tensor.getRawData().size())));
                }
            }
        }
    }

    private byte[] inBytes(byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[random.nextInt(1, 20)];
        }
        int at = random.nextInt(bytes.length);
        int length = Math.min(bytes.length - at, random.nextInt(1, 40));
        byte[] changed = bytes.clone();
        switch (random.nextInt(6)) {
            case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> changed[at] = (byte) random.nextInt(256);
            case 2 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 3 -> Arrays.fill(changed, at, at + length, (byte) (random.nextBoolean() ? 0 : 0xff));
            case 4 -> {
                return joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + length, bytes.length));
            }
            default -> {
                return joined(Arrays.copyOf(bytes, at + length), Arrays.copyOfRange(bytes, at, bytes.length));
            }
        }
        return changed;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] all = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }
}

package dev.dafl.onnx.export;

import com.google.protobuf.UnsafeByteOperations;
import dev.dafl.onnx.proto.GraphProto;
import dev.dafl.onnx.proto.NodeProto;
import dev.dafl.onnx.proto.TensorProto;
import dev.dafl.onnx.proto.TensorShapeProto;
import dev.dafl.onnx.proto.TypeProto;
import dev.dafl.onnx.proto.ValueInfoProto;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.trace.Size;
import dev.dafl.tensor.trace.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * An ONNX graph that is being made: its nodes in order, the tensors that are stored in it, and the names of all. A name that
 * its methods return stands for a tensor. The tensors that it makes on its way belong to the innermost scope.
 */
final class Graph {

    /** What a dimension is called that has the size of the batch. */
    private static final String BATCH = "batch";

    private final GraphProto.Builder proto = GraphProto.newBuilder();
    private final OptionalLong batch;
    private final long largest;
    private final Set<String> names = new HashSet<>();
    private final Map<Value, String> values = new IdentityHashMap<>();
    private final Map<Value, String> parameters = new IdentityHashMap<>();
    private final Map<Value, Map<DType, String>> casts = new IdentityHashMap<>();
    private final Map<Object, String> constants = new HashMap<>();
    private String input = "";
    private long bytes;

    /**
     * @param batch how many images it takes; any number where empty
     * @param largest how many bytes its stored tensors may have
     */
    Graph(String name, OptionalLong batch, long largest) {
        this.batch = batch;
        this.largest = largest;
        proto.setName(name);
    }

    // ---- from outside

    /** What the graph is given. */
    String input(String name, DType dtype, List<Size> shape) {
        input = unique(name);
        proto.addInput(described(input, dtype, shape));
        return input;
    }

    /** Keeps a name for the graph's output. */
    void reserve(String name) {
        names.add(name);
    }

    /** Keeps a parameter's name for it. */
    void reserve(Value.Stored parameter, String name) {
        parameters.putIfAbsent(parameter, unique(name));
    }

    /** Makes {@code value} the graph's output, under the name that was reserved for it. */
    void output(String name, Value value) {
        String made = of(value);
        if (proto.getNodeBuilderList().stream()
                .noneMatch(node -> node.getOutputList().contains(made))) {
            proto.addNode(NodeProto.newBuilder()
                    .setName(unique("identity"))
                    .setOpType("Identity")
                    .addInput(made)
                    .addOutput(name));
        } else {
            proto.getNodeBuilderList().forEach(node -> rename(node, made, name));
        }
        proto.addOutput(described(name, value.dtype(), value.shape()));
    }

    GraphProto build() {
        return proto.build();
    }

    // ---- values

    /** Says that a value is the tensor of that name. */
    void put(Value value, String name) {
        values.put(value, name);
    }

    boolean has(Value value) {
        return values.containsKey(value);
    }

    /** The name of a value; one that is stored is put into the graph when it is first asked for. */
    String of(Value value) {
        String name = values.get(value);
        if (name == null) {
            if (!(value instanceof Value.Stored stored)) {
                throw new IllegalStateException("a value that no node before gives");
            }
            name = stored(stored);
            values.put(value, name);
        }
        return name;
    }

    /** A value as elements of another type. */
    String as(Value value, DType dtype) {
        if (value.dtype() == dtype) {
            return of(value);
        }
        Map<DType, String> ofValue = casts.computeIfAbsent(value, _ -> new HashMap<>());
        String cast = ofValue.get(dtype);
        if (cast == null) {
            cast = value instanceof Value.Stored stored && stored.name().isEmpty() && isFixed(stored.shape())
                    ? constant(stored.content(), dtype)
                    : cast(of(value), dtype);
            ofValue.put(dtype, cast);
        }
        return cast;
    }

    String cast(String tensor, DType dtype) {
        return node("Cast")
                .inputs(tensor)
                .integer("to", ElementTypes.of(dtype).getNumber())
                .add();
    }

    /** A node with one output; {@link Node#add} puts it in. */
    Node node(String operator) {
        return new Node(this, operator);
    }

    String add(NodeProto.Builder node) {
        String name = unique(node.getOpType().toLowerCase(Locale.ROOT));
        proto.addNode(node.setName(name).addOutput(name));
        return name;
    }

    // ---- constants

    /** Whole numbers, {@code [k]}. */
    String integers(long... elements) {
        return once(
                List.of("integers", Arrays.stream(elements).boxed().toList()),
                () -> constant("integers", Tensor.of(elements, elements.length)));
    }

    /** One whole number, without dimensions. */
    String integer(long element) {
        return once(List.of("integer", element), () -> constant("integer", Tensor.of(new long[] {element})));
    }

    /** A number without dimensions. */
    String number(double element, DType dtype) {
        return once(List.of("number", element, dtype), () -> constant("number", Tensor.scalar(element, dtype)));
    }

    /** float32 numbers of that shape. */
    String numbers(String name, float[] elements, long... shape) {
        return constant(name, Tensor.of(elements, shape));
    }

    private String constant(Tensor tensor, DType dtype) {
        return constant("constant", tensor.to(dtype));
    }

    private String constant(String name, Tensor tensor) {
        return store(unique(name), tensor);
    }

    private String stored(Value.Stored value) {
        String parameter = parameters.get(value);
        String content = parameter == null ? constant("constant", value.content()) : store(parameter, value.content());
        return isFixed(value.shape()) && Arrays.equals(value.content().shape(), fixed(value.shape()))
                ? content
                : node("Expand").inputs(content, sizes(value.shape())).add();
    }

    private String store(String name, Tensor content) {
        bytes += content.numel() * content.dtype().bytes();
        if (bytes > largest) {
            throw new UntranslatedException(String.format(
                    Locale.ROOT,
                    "its weights have more than %,d MB, and an ONNX file is smaller than 2 GB",
                    largest / 1_000_000));
        }
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(ElementTypes.of(content.dtype()).getNumber())
                .setRawData(UnsafeByteOperations.unsafeWrap(content.toBytes()));
        Arrays.stream(content.shape()).forEach(tensor::addDims);
        proto.addInitializer(tensor);
        return name;
    }

    // ---- sizes

    boolean isFixed(List<Size> shape) {
        return batch.isPresent() || shape.stream().allMatch(Size::isFixed);
    }

    /** The numbers, {@code [k]}; where they grow with the batch they are computed from the graph's input. */
    String sizes(List<Size> sizes) {
        if (isFixed(sizes)) {
            return integers(fixed(sizes));
        }
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < sizes.size(); ) {
            if (!sizes.get(i).isFixed()) {
                parts.add(growing(sizes.get(i++)));
                continue;
            }
            int start = i;
            while (i < sizes.size() && sizes.get(i).isFixed()) {
                i++;
            }
            parts.add(integers(
                    sizes.subList(start, i).stream().mapToLong(Size::fixed).toArray()));
        }
        return parts.size() == 1
                ? parts.getFirst()
                : once(
                        List.of("sizes", sizes),
                        () -> node("Concat").inputs(parts).integer("axis", 0).add());
    }

    /** The tensor in another shape. */
    String reshape(String tensor, List<Size> shape) {
        long growing = shape.stream().filter(size -> !size.isFixed()).count();
        boolean inferred = batch.isEmpty() && growing == 1 && shape.stream().noneMatch(Size.of(0)::equals);
        String sizes = inferred
                ? integers(shape.stream()
                        .mapToLong(size -> size.isFixed() ? size.fixed() : -1)
                        .toArray())
                : sizes(shape);
        return node("Reshape").inputs(tensor, sizes).add();
    }

    private long[] fixed(List<Size> sizes) {
        return sizes.stream()
                .mapToLong(size -> size.isFixed() ? size.fixed() : size.at(batch.orElseThrow()))
                .toArray();
    }

    /** {@code [1]}. */
    private String growing(Size size) {
        return once(size, () -> {
            if (size.equals(Size.BATCH)) {
                return node("Shape")
                        .inputs(input)
                        .integer("start", 0)
                        .integer("end", 1)
                        .add();
            }
            String examples = growing(Size.BATCH);
            String times = size.perExample() == 1
                    ? examples
                    : node("Mul").inputs(examples, integers(size.perExample())).add();
            return size.fixed() == 0
                    ? times
                    : node("Add").inputs(times, integers(size.fixed())).add();
        });
    }

    // ---- names

    private String once(Object key, Supplier<String> make) {
        String name = constants.get(key);
        if (name == null) {
            name = make.get();
            constants.put(key, name);
        }
        return name;
    }

    private String unique(String name) {
        String unique = name;
        for (int i = 1; !names.add(unique); i++) {
            unique = name + "_" + i;
        }
        return unique;
    }

    private static void rename(NodeProto.Builder node, String from, String to) {
        for (int i = 0; i < node.getInputCount(); i++) {
            if (node.getInput(i).equals(from)) {
                node.setInput(i, to);
            }
        }
        for (int i = 0; i < node.getOutputCount(); i++) {
            if (node.getOutput(i).equals(from)) {
                node.setOutput(i, to);
            }
        }
    }

    private ValueInfoProto described(String name, DType dtype, List<Size> shape) {
        TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
        for (Size size : shape) {
            TensorShapeProto.Dimension.Builder dim = TensorShapeProto.Dimension.newBuilder();
            if (isFixed(List.of(size))) {
                dim.setDimValue(fixed(List.of(size))[0]);
            } else if (size.equals(Size.BATCH)) {
                dim.setDimParam(BATCH);
            }
            dims.addDim(dim);
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(ElementTypes.of(dtype).getNumber())
                                .setShape(dims)))
                .build();
    }
}

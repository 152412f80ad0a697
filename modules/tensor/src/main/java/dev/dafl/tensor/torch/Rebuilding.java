package dev.dafl.tensor.torch;

import dev.dafl.tensor.Layout;
import dev.dafl.tensor.files.ElementType;
import dev.dafl.tensor.files.RefusedFileException;
import dev.dafl.tensor.pickle.PickleReader;
import dev.dafl.tensor.pickle.Value;
import dev.dafl.tensor.pickle.Value.Built;
import dev.dafl.tensor.pickle.Value.Dictionary;
import dev.dafl.tensor.pickle.Value.Global;
import dev.dafl.tensor.pickle.Value.Int;
import dev.dafl.tensor.pickle.Value.Sequence;
import dev.dafl.tensor.pickle.Value.Text;
import dev.dafl.tensor.pickle.Value.Tuple;
import dev.dafl.tensor.words.PythonLines;
import dev.dafl.tensor.words.Quoted;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives tensors and plain containers in the place of the calls that would build them, values of no further use in the place of
 * harmless others, and refuses every call else by name.
 *
 * @see <a href="https://github.com/pytorch/pytorch/blob/main/torch/_utils.py">torch._utils, the functions by which tensors are rebuilt</a>
 */
final class Rebuilding implements PickleReader {

    /** libtorch's operators take no more. */
    private static final int MOST_DIMENSIONS = 64;
    /** Entries of all containers together that are made of others: each call may name one of any length. */
    private static final int MOST_COPIED = 1_000_000;

    private final Map<String, StorageReference> storages = new LinkedHashMap<>();
    private final PythonLines python;
    private int copied;

    Rebuilding(Path file) {
        this.python = new PythonLines(file);
    }

    /** The storages that were named up to now, by their keys. */
    Map<String, StorageReference> storages() {
        return storages;
    }

    @Override
    public Value persistent(Value id) {
        List<Value> parts = id instanceof Tuple(List<Value> items) ? items : List.of();
        if (parts.size() >= 2 && parts.getFirst() instanceof Text(String kind)) {
            if (kind.equals("module")) {
                // A class with its source, as before 1.6.
                return parts.get(1);
            }
            if (kind.equals("storage") && parts.size() >= 5) {
                return storage(parts);
            }
        }
        throw RefusedFileException.damaged("it names something outside of its pickle that is no storage");
    }

    private StorageReference storage(List<Value> parts) {
        StorageType type = parts.get(1) instanceof Global global
                ? StorageType.of(global).orElseThrow(() -> unknownStorage(global))
                : StorageType.UNTYPED;
        if (!(parts.get(2) instanceof Text(String key))) {
            throw RefusedFileException.damaged("a storage has " + parts.get(2).described() + " for a name");
        }
        long elements = number(parts.get(4), "the length of a storage");
        if (elements > StorageReference.MOST_ELEMENTS) {
            throw RefusedFileException.damaged("a storage has " + elements + " elements");
        }
        StorageReference whole = new StorageReference(key, type, elements, 0);
        StorageReference before = storages.putIfAbsent(key, whole);
        if (before != null && before.bytes() != whole.bytes()) {
            throw RefusedFileException.damaged("the storage " + Quoted.of(key) + " has two lengths");
        }
        // A view of a storage, as before 0.4: its key, where it begins, and its length.
        if (parts.size() == 6 && parts.get(5) instanceof Tuple(List<Value> view) && view.size() == 3) {
            long start = number(view.get(1), "the begin of a view");
            if (start > elements) {
                throw RefusedFileException.damaged("a view begins after the end of the storage " + Quoted.of(key));
            }
            return new StorageReference(key, type, elements, start);
        }
        return whole;
    }

    private static RefusedFileException unknownStorage(Global type) {
        return new RefusedFileException("holds a " + type.described() + ", which is no storage that is known here");
    }

    @Override
    public Value make(Global type, Tuple arguments) {
        requireOfNoProgram(type);
        return switch (type.fullName()) {
            case "collections.OrderedDict", "collections.defaultdict", "builtins.dict" -> new Dictionary();
            case "torch.Size" -> unwrapped(arguments);
            default -> new Built(type);
        };
    }

    @Override
    public Value call(Global function, Tuple arguments) {
        requireOfNoProgram(function);
        List<Value> given = arguments.items();
        return switch (function.fullName()) {
            case "collections.OrderedDict", "builtins.dict" -> dictionary(given, 0);
            case "collections.defaultdict" -> dictionary(given, 1);
            case "torch.Size" -> unwrapped(arguments);
            case "torch._utils._rebuild_tensor" -> tensor(given, Optional.empty(), 4);
            case "torch._utils._rebuild_tensor_v2" -> tensor(given, Optional.empty(), 6);
            case "torch._utils._rebuild_tensor_v3" -> tensor(given, Optional.of(6), 7);
            case "torch._tensor._rebuild_from_type_v2" -> ofType(given);
            case "torch._utils._rebuild_parameter",
                    "torch._utils._rebuild_parameter_with_state",
                    "torch.nn.parameter.Parameter",
                    "torch.autograd.variable.Variable" ->
                !given.isEmpty() && given.getFirst() instanceof PickledTensor tensor ? tensor : new Built(function);
            case "torch._utils._rebuild_qtensor" -> quantised(given);
            case "torch._utils._rebuild_sparse_tensor", "torch._utils._rebuild_sparse_csr_tensor" ->
                new PickledTensor.Unreadable("sparse", List.of(), "is sparse; save it as to_dense() gives it");
            case "torch._utils._rebuild_nested_tensor" ->
                new PickledTensor.Unreadable("nested", List.of(), "is nested, which no weights here are");
            case "torch._utils._rebuild_meta_tensor_no_storage" ->
                new PickledTensor.Unreadable(
                        "meta", List.of(), "lies on the device meta: its shape was saved and no numbers");
            case "torch._utils._rebuild_wrapper_subclass" ->
                new PickledTensor.Unreadable("subclass", List.of(), "is of a class of its own; save a plain tensor");
            case "torch._utils._rebuild_device_tensor_from_numpy",
                    "torch._utils._rebuild_device_tensor_from_cpu_tensor",
                    "torch._utils._rebuild_xla_tensor" ->
                new PickledTensor.Unreadable("xla", List.of(), "lies on another device; save it as cpu() gives it");
            case "copyreg._reconstructor", "copyreg.__newobj__", "copyreg.__newobj_ex__" -> object(given);
            case "builtins.getattr" -> partOf("torch", function, given);
            case "_operator.getitem", "operator.getitem" -> partOf("typing", function, given);
            default -> {
                if (!HarmlessNames.mayBeCalled(function)) {
                    throw refused(function);
                }
                yield new Built(function);
            }
        };
    }

    // ---- tensors

    /**
     * Arguments: the storage, the offset of the first element, sizes, strides, whether it has gradients, hooks.
     *
     * @param dtypeAt where the dtype stands; the storage tells it where it is empty
     * @param metadataAt where what is to be done to the elements stands, if anything
     */
    private static PickledTensor tensor(List<Value> given, Optional<Integer> dtypeAt, int metadataAt) {
        if (given.size() < 4 || !(given.getFirst() instanceof StorageReference storage)) {
            throw RefusedFileException.damaged("a tensor has no storage");
        }
        long offset = number(given.get(1), "the offset of a tensor");
        Layout layout = layout(sizes(given.get(2)), sizes(given.get(3)));
        Optional<ElementType> type = storage.type().type();
        String dtype = storage.type().dtype();
        if (dtypeAt.isPresent()) {
            if (given.size() <= dtypeAt.get() || !(given.get(dtypeAt.get()) instanceof Global named)) {
                throw RefusedFileException.damaged("a tensor has no dtype");
            }
            dtype = named.name();
            type = Arrays.stream(ElementType.values())
                    .filter(known -> known.torchName().equals(named.name()))
                    .findFirst();
        }
        boolean changed = given.size() > metadataAt
                && given.get(metadataAt) instanceof Dictionary metadata
                && !metadata.named().isEmpty();
        if (type.isEmpty() || changed) {
            String quoted = Quoted.of(dtype);
            return new PickledTensor.Unreadable(
                    quoted,
                    Arrays.stream(layout.shape()).boxed().toList(),
                    changed
                            ? "has elements that are still to be negated; save it as resolve_neg() gives it"
                            : "is of " + quoted + ", which is not read; save it as float() or dequantize() gives it");
        }
        return new PickledTensor.Plain(type.get(), layout, offset, storage);
    }

    /** Arguments: the function that rebuilds it, its class, the function's arguments, attributes. */
    private static Value ofType(List<Value> given) {
        if (given.size() >= 3
                && given.getFirst() instanceof Global function
                && given.get(2) instanceof Tuple(List<Value> arguments)) {
            switch (function.fullName()) {
                case "torch._utils._rebuild_tensor_v2" -> {
                    return tensor(arguments, Optional.empty(), 6);
                }
                case "torch._utils._rebuild_tensor_v3" -> {
                    return tensor(arguments, Optional.of(6), 7);
                }
                default -> {}
            }
        }
        return new PickledTensor.Unreadable("subclass", List.of(), "is of a class of its own; save a plain tensor");
    }

    private static PickledTensor quantised(List<Value> given) {
        if (given.size() < 4 || !(given.getFirst() instanceof StorageReference storage)) {
            throw RefusedFileException.damaged("a tensor has no storage");
        }
        Layout layout = layout(sizes(given.get(2)), sizes(given.get(3)));
        return new PickledTensor.Unreadable(
                storage.type().dtype(),
                Arrays.stream(layout.shape()).boxed().toList(),
                "is quantised (" + storage.type().dtype() + "); save it as dequantize() gives it");
    }

    private static Layout layout(long[] shape, long[] strides) {
        try {
            Layout layout = new Layout(shape, strides);
            layout.numel();
            layout.extent();
            return layout;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw RefusedFileException.damaged("a tensor has the shape "
                    + Quoted.of(Arrays.toString(shape)) + " and the strides "
                    + Quoted.of(Arrays.toString(strides)));
        }
    }

    private static long[] sizes(Value value) {
        List<Value> items = switch (value) {
            case Tuple(List<Value> tuple) -> tuple;
            case Sequence list -> list.items();
            default -> throw RefusedFileException.damaged("a tensor has " + value.described() + " for a shape");
        };
        if (items.size() > MOST_DIMENSIONS) {
            throw RefusedFileException.damaged(
                    "a tensor has " + items.size() + " dimensions where at most " + MOST_DIMENSIONS + " are possible");
        }
        return items.stream()
                .mapToLong(item -> number(item, "the size of a tensor"))
                .toArray();
    }

    private static long number(Value value, String what) {
        return Optional.of(value)
                .filter(Int.class::isInstance)
                .flatMap(number -> ((Int) number).asLong())
                .filter(number -> number >= 0)
                .orElseThrow(() -> RefusedFileException.damaged(what + " is no number from 0"));
    }

    // ---- other values

    /** A tuple is made of a tuple, as in {@code torch.Size((2, 3))}. */
    private static Value unwrapped(Tuple arguments) {
        return arguments.items().size() == 1 && arguments.items().getFirst() instanceof Tuple inner ? inner : arguments;
    }

    /** @param from which argument has the entries, if any */
    private Dictionary dictionary(List<Value> given, int from) {
        if (given.size() <= from) {
            return new Dictionary();
        }
        return switch (given.get(from)) {
            case Dictionary entries -> entries;
            case Sequence pairs -> Dictionary.of(counted(pairs.items()));
            case Tuple(List<Value> pairs) -> Dictionary.of(counted(pairs));
            case Value _ -> new Dictionary();
        };
    }

    private List<Value> counted(List<Value> pairs) {
        copied += pairs.size();
        if (copied > MOST_COPIED || copied < 0) {
            throw new RefusedFileException("cannot be read: its pickle copies more than " + MOST_COPIED + " entries");
        }
        return pairs;
    }

    /** The class stands in the first argument. */
    private static Value object(List<Value> given) {
        if (given.isEmpty() || !(given.getFirst() instanceof Global type)) {
            throw RefusedFileException.damaged("an object has no class");
        }
        requireOfNoProgram(type);
        return switch (type.fullName()) {
            case "collections.OrderedDict", "collections.defaultdict", "builtins.dict" -> new Dictionary();
            default -> new Built(type);
        };
    }

    /** A name that is found in a module's part, as that of {@code torch.relu}. It is only told of, never called. */
    private Value partOf(String module, Global function, List<Value> given) {
        boolean known = !given.isEmpty()
                && given.getFirst() instanceof Global part
                && (part.module().equals(module) || part.module().startsWith(module + "."));
        if (!known) {
            throw refused(function);
        }
        return new Built(function);
    }

    // ---- refused

    private static void requireOfNoProgram(Global named) {
        if (HarmlessNames.isOfPrograms(named)) {
            throw new RefusedFileException("is refused: it would call " + named.described()
                    + " in Python, for which weights have no use; nothing of it was run, and it should not be loaded"
                    + " anywhere else either");
        }
    }

    private RefusedFileException refused(Global function) {
        return new RefusedFileException("is refused: it would call " + function.described()
                + " in Python, which is none of the functions that build tensors; nothing of it was run; "
                + python.saveWeightsAlone());
    }
}

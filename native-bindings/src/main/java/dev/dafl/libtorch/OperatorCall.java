package dev.dafl.libtorch;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * One call of an operator through libtorch's dispatcher: arguments in the order of the operator's schema, then
 * {@link #call}, then the results.
 *
 * <pre>{@code
 * long y = OperatorCall.of(RELU).tensor(x).call().tensorResult(0);
 * }</pre>
 *
 * <p>Each thread has one call object, used again for each call, so nothing is allocated on the Java heap for plain
 * arguments. Arguments are only noted until {@code call}; a failure before it leaves nothing behind in native memory.
 * Arguments stay the caller's, results are the caller's.
 *
 * <p>Operators whose schema has a {@code Scalar} cannot be called: the C ABI does not convert it (libtorch 2.13).
 */
public final class OperatorCall {

    private static final int SLOTS = 40;
    private static final ThreadLocal<OperatorCall> OF_THREAD = ThreadLocal.withInitial(OperatorCall::new);

    private static final byte WORD = 0;
    private static final byte TENSOR = 1;
    private static final byte OPTIONAL_WORD = 2;
    private static final byte OPTIONAL_TENSOR = 3;
    private static final byte WORDS = 4;
    private static final byte OPTIONAL_WORDS = 5;
    private static final byte TENSORS = 6;
    private static final byte STRING = 7;

    private final MemorySegment stack = Arena.ofAuto().allocate(JAVA_LONG, SLOTS);
    private final MemorySegment out = Arena.ofAuto().allocate(JAVA_LONG);
    private final byte[] kinds = new byte[SLOTS];
    private final long[] words = new long[SLOTS];
    private final Object[] arrays = new Object[SLOTS];

    @SuppressWarnings("NullAway.Init") // set by of, the one way to a call
    private Operator operator;

    private int count;

    private OperatorCall() {
        Libtorch.load();
    }

    /** Begins a call on this thread; one that was begun and never called is forgotten. */
    public static OperatorCall of(Operator operator) {
        OperatorCall call = OF_THREAD.get();
        call.operator = operator;
        call.count = 0;
        return call;
    }

    public OperatorCall tensor(long handle) {
        return put(TENSOR, handle);
    }

    /** @param handle 0 for none */
    public OperatorCall optionalTensor(long handle) {
        return handle == 0 ? none() : put(OPTIONAL_TENSOR, handle);
    }

    public OperatorCall tensors(long... handles) {
        return put(TENSORS, handles);
    }

    public OperatorCall integer(long value) {
        return put(WORD, value);
    }

    public OperatorCall optionalInteger(long value) {
        return put(OPTIONAL_WORD, value);
    }

    public OperatorCall floating(double value) {
        return put(WORD, Double.doubleToRawLongBits(value));
    }

    public OperatorCall optionalFloating(double value) {
        return put(OPTIONAL_WORD, Double.doubleToRawLongBits(value));
    }

    public OperatorCall bool(boolean value) {
        return put(WORD, value ? 1 : 0);
    }

    public OperatorCall optionalBool(boolean value) {
        return put(OPTIONAL_WORD, value ? 1 : 0);
    }

    public OperatorCall integers(long... values) {
        return put(WORDS, values);
    }

    public OperatorCall optionalIntegers(long... values) {
        return put(OPTIONAL_WORDS, values);
    }

    public OperatorCall optionalFloatings(double... values) {
        long[] bits = new long[values.length];
        Arrays.setAll(bits, i -> Double.doubleToRawLongBits(values[i]));
        return put(OPTIONAL_WORDS, bits);
    }

    public OperatorCall string(String value) {
        return put(STRING, value);
    }

    /** A device: its type and index in one word. */
    public OperatorCall device(int type, int index) {
        return put(WORD, deviceWord(type, index));
    }

    public OperatorCall optionalDevice(int type, int index) {
        return put(OPTIONAL_WORD, deviceWord(type, index));
    }

    /** An optional argument that is left out, of whatever type. */
    public OperatorCall none() {
        return put(WORD, 0);
    }

    /**
     * Runs the operator.
     *
     * @throws LibtorchException when libtorch refuses, with the operator and the shapes of its tensor arguments
     */
    public OperatorCall call() {
        int done = 0;
        try {
            for (; done < count; done++) {
                stack.setAtIndex(JAVA_LONG, done, toNative(done));
            }
        } catch (RuntimeException e) {
            for (int i = 0; i < done; i++) {
                release(i);
            }
            throw e;
        }
        int error = libtorch_c_h.torch_call_dispatcher(operator.name, operator.overload, stack, Libtorch.callAbi());
        if (error != 0) {
            throw failure(NativeError.takeMessage());
        }
        Arrays.fill(arrays, 0, count, null);
        return this;
    }

    public long tensorResult(int index) {
        return stack.getAtIndex(JAVA_LONG, index);
    }

    public long integerResult(int index) {
        return stack.getAtIndex(JAVA_LONG, index);
    }

    public double floatingResult(int index) {
        return Double.longBitsToDouble(stack.getAtIndex(JAVA_LONG, index));
    }

    public boolean boolResult(int index) {
        return stack.getAtIndex(JAVA_LONG, index) != 0;
    }

    /** The tensors of a result that is a list. */
    public long[] tensorsResult(int index) {
        MemorySegment list = MemorySegment.ofAddress(stack.getAtIndex(JAVA_LONG, index));
        try {
            check(libtorch_c_h.torch_list_size(list, out));
            long[] handles = new long[Math.toIntExact(out.get(JAVA_LONG, 0))];
            for (int i = 0; i < handles.length; i++) {
                check(libtorch_c_h.torch_list_get_item(list, i, out));
                handles[i] = out.get(JAVA_LONG, 0);
            }
            return handles;
        } finally {
            check(libtorch_c_h.torch_delete_list(list));
        }
    }

    private static long deviceWord(int type, int index) {
        return ((long) type << 32) | (index & 0xffff_ffffL);
    }

    private OperatorCall put(byte kind, long word) {
        kinds[count] = kind;
        words[count++] = word;
        return this;
    }

    private OperatorCall put(byte kind, Object array) {
        kinds[count] = kind;
        arrays[count++] = array;
        return this;
    }

    private long toNative(int slot) {
        return switch (kinds[slot]) {
            case WORD -> words[slot];
            case TENSOR -> TensorHandles.duplicate(words[slot], out);
            case OPTIONAL_WORD -> optional(words[slot]);
            case OPTIONAL_TENSOR -> optional(TensorHandles.duplicate(words[slot], out));
            case WORDS -> list((long[]) arrays[slot], false);
            case OPTIONAL_WORDS -> optional(list((long[]) arrays[slot], false));
            case TENSORS -> list((long[]) arrays[slot], true);
            case STRING -> newString((String) arrays[slot]);
            default -> throw new IllegalStateException("kind " + kinds[slot]);
        };
    }

    private long optional(long word) {
        MemorySegment box = Fallbacks.newOptional(out);
        box.reinterpret(Long.BYTES).set(JAVA_LONG, 0, word);
        return box.address();
    }

    private long list(long[] elements, boolean tensors) {
        check(libtorch_c_h.torch_new_list_reserve_size(elements.length, out));
        MemorySegment list = MemorySegment.ofAddress(out.get(JAVA_LONG, 0));
        for (long element : elements) {
            check(libtorch_c_h.torch_list_push_back(list, tensors ? TensorHandles.duplicate(element, out) : element));
        }
        return list.address();
    }

    private long newString(String value) {
        try (Arena text = Arena.ofConfined()) {
            MemorySegment chars = text.allocateFrom(value);
            check(libtorch_c_h.torch_new_string_handle(chars, chars.byteSize() - 1, out));
            return out.get(JAVA_LONG, 0);
        }
    }

    /** Frees what {@link #toNative} made for a slot when the call is never made. */
    private void release(int slot) {
        long word = stack.getAtIndex(JAVA_LONG, slot);
        switch (kinds[slot]) {
            case TENSOR -> TensorHandles.delete(word);
            case OPTIONAL_WORD -> Fallbacks.deleteOptional(word);
            case OPTIONAL_TENSOR -> {
                TensorHandles.delete(
                        MemorySegment.ofAddress(word).reinterpret(Long.BYTES).get(JAVA_LONG, 0));
                Fallbacks.deleteOptional(word);
            }
            case WORDS, TENSORS -> deleteList(word, kinds[slot] == TENSORS);
            case OPTIONAL_WORDS -> {
                deleteList(MemorySegment.ofAddress(word).reinterpret(Long.BYTES).get(JAVA_LONG, 0), false);
                Fallbacks.deleteOptional(word);
            }
            case STRING -> check(libtorch_c_h.torch_delete_string(MemorySegment.ofAddress(word)));
            default -> {}
        }
    }

    private void deleteList(long word, boolean tensors) {
        MemorySegment list = MemorySegment.ofAddress(word);
        if (tensors) {
            check(libtorch_c_h.torch_list_size(list, out));
            long size = out.get(JAVA_LONG, 0);
            for (long i = 0; i < size; i++) {
                check(libtorch_c_h.torch_list_get_item(list, i, out));
                TensorHandles.delete(out.get(JAVA_LONG, 0));
            }
        }
        check(libtorch_c_h.torch_delete_list(list));
    }

    private static void check(int error) {
        NativeError.check(error, "building the arguments of an operator");
    }

    private LibtorchException failure(String reason) {
        StringBuilder text = new StringBuilder(operator.toString()).append('(');
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                text.append(", ");
            }
            text.append(describe(i));
        }
        return new LibtorchException(text.append("): ").append(reason).toString());
    }

    private String describe(int slot) {
        return switch (kinds[slot]) {
            case TENSOR, OPTIONAL_TENSOR -> TensorHandles.describe(words[slot]);
            case WORDS, OPTIONAL_WORDS -> {
                long[] values = (long[]) arrays[slot];
                // Floats travel as their bits, and no size or stride is that large.
                yield Arrays.stream(values).allMatch(v -> Math.abs(v) < 1L << 52)
                        ? Arrays.toString(values)
                        : Arrays.toString(Arrays.stream(values)
                                .mapToDouble(Double::longBitsToDouble)
                                .toArray());
            }
            case TENSORS -> {
                StringBuilder list = new StringBuilder("[");
                long[] handles = (long[]) arrays[slot];
                for (int i = 0; i < Math.min(handles.length, 4); i++) {
                    list.append(i == 0 ? "" : ", ").append(TensorHandles.describe(handles[i]));
                }
                yield list.append(handles.length > 4 ? ", ... " + handles.length + " tensors]" : "]")
                        .toString();
            }
            case STRING -> "'" + arrays[slot] + "'";
            default ->
                Math.abs(words[slot]) < 1L << 52
                        ? Long.toString(words[slot])
                        : Double.toString(Double.longBitsToDouble(words[slot]));
        };
    }
}

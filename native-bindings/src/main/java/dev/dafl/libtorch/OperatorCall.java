package dev.dafl.libtorch;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One call of an operator through libtorch's dispatcher: arguments in the order of the operator's schema, then
 * {@link #call}, then the results.
 *
 * <pre>{@code
 * long y = OperatorCall.of(RELU).tensor(x).call().tensorResult(0);
 * }</pre>
 *
 * <p>Each thread has one call object, used again for each call, so nothing is allocated on the Java heap for plain
 * arguments. It also knows who {@linkplain #listen listens} to the thread's calls. Arguments are only noted until {@code call}; a failure before it leaves nothing behind in native memory.
 * Arguments stay the caller's, results are the caller's.
 *
 * <p>Operators whose schema has a {@code Scalar} cannot be called: the C ABI does not convert it (libtorch 2.13).
 */
public final class OperatorCall {

    private static final int SLOTS = 40;
    private static final ThreadLocal<OperatorCall> OF_THREAD = ThreadLocal.withInitial(OperatorCall::new);

    private final MemorySegment stack = Arena.ofAuto().allocate(JAVA_LONG, SLOTS);
    private final MemorySegment out = Arena.ofAuto().allocate(JAVA_LONG);
    private final Kind[] kinds = new Kind[SLOTS];
    private final long[] words = new long[SLOTS];
    private final Object[] arrays = new Object[SLOTS];

    @SuppressWarnings("NullAway.Init") // set by of, the one way to a call
    private Operator operator;

    private int count;

    private @Nullable CallListener listener;

    /** What an argument is. */
    private enum Kind {
        INTEGER,
        FLOATING,
        BOOL,
        DEVICE,
        NONE,
        TENSOR,
        OPTIONAL_INTEGER,
        OPTIONAL_FLOATING,
        OPTIONAL_BOOL,
        OPTIONAL_DEVICE,
        OPTIONAL_TENSOR,
        INTEGERS,
        OPTIONAL_INTEGERS,
        OPTIONAL_FLOATINGS,
        TENSORS,
        STRING
    }

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

    /** Does something that calls operators while a call of this thread is under way: a hook in the middle of a backward. */
    static long during(LongSupplier inner) {
        OperatorCall outer = OF_THREAD.get();
        OF_THREAD.set(new OperatorCall());
        try {
            return inner.getAsLong();
        } finally {
            OF_THREAD.set(outer);
        }
    }

    /**
     * Tells {@code listener} of every call of this thread, until {@link #stopListening}.
     *
     * @throws IllegalStateException when another listens already
     */
    public static void listen(CallListener listener) {
        OperatorCall call = OF_THREAD.get();
        if (call.listener != null) {
            throw new IllegalStateException("the calls of thread "
                    + Thread.currentThread().getName() + " are listened to already, and only one can do so at a time");
        }
        call.listener = listener;
    }

    /** No one is told of this thread's calls any more. */
    public static void stopListening() {
        OF_THREAD.get().listener = null;
    }

    /** Who is told of this thread's calls, for functions that do not go through the dispatcher. */
    static @Nullable CallListener listener() {
        return OF_THREAD.get().listener;
    }

    public OperatorCall tensor(long handle) {
        return put(Kind.TENSOR, handle);
    }

    /** @param handle 0 for none */
    public OperatorCall optionalTensor(long handle) {
        return handle == 0 ? none() : put(Kind.OPTIONAL_TENSOR, handle);
    }

    public OperatorCall tensors(long... handles) {
        return put(Kind.TENSORS, handles);
    }

    public OperatorCall integer(long value) {
        return put(Kind.INTEGER, value);
    }

    public OperatorCall optionalInteger(long value) {
        return put(Kind.OPTIONAL_INTEGER, value);
    }

    public OperatorCall floating(double value) {
        return put(Kind.FLOATING, Double.doubleToRawLongBits(value));
    }

    public OperatorCall optionalFloating(double value) {
        return put(Kind.OPTIONAL_FLOATING, Double.doubleToRawLongBits(value));
    }

    public OperatorCall bool(boolean value) {
        return put(Kind.BOOL, value ? 1 : 0);
    }

    public OperatorCall optionalBool(boolean value) {
        return put(Kind.OPTIONAL_BOOL, value ? 1 : 0);
    }

    public OperatorCall integers(long... values) {
        return put(Kind.INTEGERS, values);
    }

    public OperatorCall optionalIntegers(long... values) {
        return put(Kind.OPTIONAL_INTEGERS, values);
    }

    public OperatorCall optionalFloatings(double... values) {
        return put(Kind.OPTIONAL_FLOATINGS, values);
    }

    public OperatorCall string(String value) {
        return put(Kind.STRING, value);
    }

    /** A device: its type and index in one word. */
    public OperatorCall device(int type, int index) {
        return put(Kind.DEVICE, deviceWord(type, index));
    }

    public OperatorCall optionalDevice(int type, int index) {
        return put(Kind.OPTIONAL_DEVICE, deviceWord(type, index));
    }

    /** An optional argument that is left out, of whatever type. */
    public OperatorCall none() {
        return put(Kind.NONE, 0);
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
        if (listener != null) {
            tell(listener);
        }
        Arrays.fill(arrays, 0, count, null);
        return this;
    }

    public long tensorResult(int index) {
        long handle = stack.getAtIndex(JAVA_LONG, index);
        if (listener != null) {
            listener.result(handle);
        }
        return handle;
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
                if (listener != null) {
                    listener.result(handles[i]);
                }
            }
            return handles;
        } finally {
            check(libtorch_c_h.torch_delete_list(list));
        }
    }

    private static long deviceWord(int type, int index) {
        return ((long) type << 32) | (index & 0xffff_ffffL);
    }

    private static int deviceType(long word) {
        return (int) (word >> 32);
    }

    private void tell(CallListener told) {
        told.called(operator.toString());
        for (int slot = 0; slot < count; slot++) {
            switch (kinds[slot]) {
                case INTEGER, OPTIONAL_INTEGER -> told.integer(words[slot]);
                case FLOATING, OPTIONAL_FLOATING -> told.floating(Double.longBitsToDouble(words[slot]));
                case BOOL, OPTIONAL_BOOL -> told.bool(words[slot] != 0);
                case DEVICE, OPTIONAL_DEVICE -> told.device(deviceType(words[slot]), (int) words[slot]);
                case NONE -> told.none();
                case TENSOR, OPTIONAL_TENSOR -> told.tensor(words[slot]);
                case INTEGERS, OPTIONAL_INTEGERS -> told.integers((long[]) arrays[slot]);
                case OPTIONAL_FLOATINGS -> told.floatings((double[]) arrays[slot]);
                case TENSORS -> told.tensors((long[]) arrays[slot]);
                case STRING -> told.string((String) arrays[slot]);
            }
        }
    }

    private OperatorCall put(Kind kind, long word) {
        kinds[count] = kind;
        words[count++] = word;
        return this;
    }

    private OperatorCall put(Kind kind, Object array) {
        kinds[count] = kind;
        arrays[count++] = array;
        return this;
    }

    private long toNative(int slot) {
        return switch (kinds[slot]) {
            case INTEGER, FLOATING, BOOL, DEVICE, NONE -> words[slot];
            case TENSOR -> TensorHandles.duplicate(words[slot], out);
            case OPTIONAL_INTEGER, OPTIONAL_FLOATING, OPTIONAL_BOOL, OPTIONAL_DEVICE -> optional(words[slot]);
            case OPTIONAL_TENSOR -> optional(TensorHandles.duplicate(words[slot], out));
            case INTEGERS -> list((long[]) arrays[slot], false);
            case OPTIONAL_INTEGERS -> optional(list((long[]) arrays[slot], false));
            case OPTIONAL_FLOATINGS -> optional(list(bits((double[]) arrays[slot]), false));
            case TENSORS -> list((long[]) arrays[slot], true);
            case STRING -> newString((String) arrays[slot]);
        };
    }

    private long optional(long word) {
        MemorySegment box = Fallbacks.newOptional(out);
        box.reinterpret(Long.BYTES).set(JAVA_LONG, 0, word);
        return box.address();
    }

    private static long[] bits(double... values) {
        return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
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
            case OPTIONAL_INTEGER, OPTIONAL_FLOATING, OPTIONAL_BOOL, OPTIONAL_DEVICE -> Fallbacks.deleteOptional(word);
            case OPTIONAL_TENSOR -> {
                TensorHandles.delete(
                        MemorySegment.ofAddress(word).reinterpret(Long.BYTES).get(JAVA_LONG, 0));
                Fallbacks.deleteOptional(word);
            }
            case INTEGERS, TENSORS -> deleteList(word, kinds[slot] == Kind.TENSORS);
            case OPTIONAL_INTEGERS, OPTIONAL_FLOATINGS -> {
                deleteList(MemorySegment.ofAddress(word).reinterpret(Long.BYTES).get(JAVA_LONG, 0), false);
                Fallbacks.deleteOptional(word);
            }
            case STRING -> check(libtorch_c_h.torch_delete_string(MemorySegment.ofAddress(word)));
            case INTEGER, FLOATING, BOOL, DEVICE, NONE -> {}
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
            case INTEGERS, OPTIONAL_INTEGERS -> Arrays.toString((long[]) arrays[slot]);
            case OPTIONAL_FLOATINGS -> Arrays.toString((double[]) arrays[slot]);
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
            case INTEGER, OPTIONAL_INTEGER -> Long.toString(words[slot]);
            case FLOATING, OPTIONAL_FLOATING -> Double.toString(Double.longBitsToDouble(words[slot]));
            case BOOL, OPTIONAL_BOOL -> Boolean.toString(words[slot] != 0);
            case DEVICE, OPTIONAL_DEVICE -> "device " + deviceType(words[slot]) + ":" + (int) words[slot];
            case NONE -> "none";
        };
    }
}

package dev.dafl.libtorch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Java code in the middle of a backward pass: what {@code torch.Tensor.register_hook} is. libtorch holds it as a {@code
 * std::function}, which is made here as libstdc++ lays it out: 16 bytes that are its own, the function that copies and destroys it,
 * and the one that calls it.
 *
 * <p>A hook that throws would end the process: what it throws is kept for {@link #rethrow}, and the gradient goes on as it came.
 */
public final class GradientHooks {

    private static final long BYTES = 32;
    private static final long MANAGER = 16;
    private static final long INVOKER = 24;

    // std::_Manager_operation
    private static final int CLONE = 2;
    private static final int DESTROY = 3;

    private static final Map<Long, Held> HELD = new ConcurrentHashMap<>();
    private static final AtomicLong NEXT = new AtomicLong(1);
    private static final ThreadLocal<@Nullable Throwable> FAILURE = new ThreadLocal<>();

    /** A hook, what it keeps, and by how many {@code std::function}s it is held. */
    private record Held(LongUnaryOperator hook, Runnable letGo, int functions) {

        Held more(int by) {
            return new Held(hook, letGo, functions + by);
        }
    }

    private GradientHooks() {}

    /** Whether this machine's C++ hands objects over in the way that is needed: x86-64. */
    public static boolean areAvailable() {
        return CppSymbols.returnsObjectsByHiddenArgument();
    }

    /**
     * Lets the gradient of a tensor pass through a hook, whenever it is computed, as long as the graph lives.
     *
     * @param tensor that requires a gradient
     * @param hook is given a handle of the gradient, which it must not free, and gives a handle of its own for what takes its place,
     *     which is freed for it; runs on the thread that calls backward
     * @param letGo called once nothing can call the hook any more, by the thread that has freed the last of the graph
     */
    public static void register(long tensor, LongUnaryOperator hook, Runnable letGo) {
        long id = NEXT.getAndIncrement();
        HELD.put(id, new Held(hook, letGo, 1));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment function = arena.allocate(BYTES, Long.BYTES);
            function.set(JAVA_LONG, 0, id);
            function.set(ADDRESS, MANAGER, Stubs.MANAGER);
            function.set(ADDRESS, INVOKER, Stubs.INVOKER);
            CppSymbols.registerHook(tensor, function);
            if (function.get(JAVA_LONG, MANAGER) != 0) {
                release(id);
            }
        }
    }

    /** How many are held by graphs. */
    public static int held() {
        return HELD.size();
    }

    /** Throws what a hook has thrown on this thread since the last call. */
    public static void rethrow() {
        Throwable failure = FAILURE.get();
        FAILURE.remove();
        switch (failure) {
            case null -> {}
            case RuntimeException runtime -> throw runtime;
            case Error error -> throw error;
            default -> throw new LibtorchException("a hook on a gradient failed", failure);
        }
    }

    private static void release(long id) {
        Held held = HELD.get(id);
        if (HELD.computeIfPresent(id, (_, now) -> now.functions() == 1 ? null : now.more(-1)) == null && held != null) {
            try {
                held.letGo().run();
            } catch (RuntimeException | Error e) {
                // In the middle of C++, which cannot pass it on.
                if (FAILURE.get() == null) {
                    FAILURE.set(e);
                }
            }
        }
    }

    /** {@code bool (*)(std::_Any_data& dest, const std::_Any_data& source, std::_Manager_operation)}. */
    @SuppressWarnings("UnusedMethod") // libtorch calls it
    private static boolean manage(MemorySegment dest, MemorySegment source, int operation) {
        if (operation == CLONE) {
            long id = source.reinterpret(Long.BYTES).get(JAVA_LONG, 0);
            HELD.computeIfPresent(id, (_, held) -> held.more(1));
            dest.reinterpret(Long.BYTES).set(JAVA_LONG, 0, id);
        } else if (operation == DESTROY) {
            release(dest.reinterpret(Long.BYTES).get(JAVA_LONG, 0));
        }
        return false;
    }

    /** {@code at::TensorBase (*)(const std::_Any_data&, const at::TensorBase&)}, with the place of the result in front. */
    @SuppressWarnings("UnusedMethod") // libtorch calls it
    private static MemorySegment invoke(MemorySegment result, MemorySegment functor, MemorySegment gradient) {
        long id = functor.reinterpret(Long.BYTES).get(JAVA_LONG, 0);
        long handle;
        try {
            LongUnaryOperator hook = Objects.requireNonNull(HELD.get(id)).hook();
            handle = OperatorCall.during(() -> hook.applyAsLong(gradient.address()));
        } catch (Throwable e) {
            if (FAILURE.get() == null) {
                FAILURE.set(e);
            }
            handle = TensorHandles.duplicate(gradient.address());
        }
        // The object is moved: its one word goes into the result, and of the handle only the memory is left.
        result.reinterpret(Long.BYTES).set(JAVA_LONG, 0, TensorHandles.identity(handle));
        Stubs.free(handle);
        return result;
    }

    /** Made when the first hook is. */
    private static final class Stubs {

        private static final Linker LINKER = Linker.nativeLinker();

        static final MemorySegment MANAGER = stub(
                "manage",
                MethodType.methodType(boolean.class, MemorySegment.class, MemorySegment.class, int.class),
                FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS, ADDRESS, JAVA_INT));

        static final MemorySegment INVOKER = stub(
                "invoke",
                MethodType.methodType(
                        MemorySegment.class, MemorySegment.class, MemorySegment.class, MemorySegment.class),
                FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, ADDRESS));

        private static final MethodHandle FREE =
                LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("free"), FunctionDescriptor.ofVoid(JAVA_LONG));

        private Stubs() {}

        private static MemorySegment stub(String name, MethodType type, FunctionDescriptor descriptor) {
            try {
                MethodHandle method = MethodHandles.lookup().findStatic(GradientHooks.class, name, type);
                return LINKER.upcallStub(method, descriptor, Arena.global());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        static void free(long memory) {
            try {
                FREE.invokeExact(memory);
            } catch (Throwable e) {
                throw new LibtorchException("free failed", e);
            }
        }
    }
}
